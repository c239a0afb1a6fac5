// SPDX-License-Identifier: Apache-2.0
//
// One bank: its share of the keys and values, and everything a key goes through from issue to
// accumulator. The score half (issue, K memory, score) never waits for the accumulators (ks_weigh):
// a key is issued only if the queue before them has a place for it. So a norm, which takes the
// place of a key in the score half (SPEC 6), is never late.
//
// Latency: 9 + ceil(log4 Dim) cycles (11 + with MeanStages) from issue to the queue's output, see
// ks_accumulate for the rest. Throughput: a key a cycle, less one for each norm.
//
//   write_*       a row of K and V
//   norm_ask_*    compute the norm of the row at this address: square_valid_o with square_o, 4 +
//                 ceil(log4 Dim) cycles later
//   mean_*        rows of the mean memory, shown in the cycle in which their slot is asked for
//   trace_*       a key is issued: its row, the set of its query; trace_ready_i low keeps it back
//   query_*, release_i, part_*, total_o, overflow_o  see ks_accumulate
//   exp_index_o, exp_value_i  the bank's exp table

`default_nettype none

module ks_bank #(
    parameter Bank        = 0,
    parameter Banks       = 4,
    parameter Lanes       = 8,
    parameter Dim         = 64,
    parameter CodeBits    = 9,
    parameter Pages       = 2,
    parameter Rows        = 128,
    parameter Words       = 16,
    parameter Slots       = 8,
    parameter Mean        = 1,   // 1: this bank has the virtual key
    parameter MeanStages  = 2,   // 2 if any bank has it
    parameter Lqf         = 0,   // 1: longest queue first
    parameter QueueDepth  = 8,   // lqf: entries of a lane's queue
    parameter Float       = 0,   // 1: accumulator = float
    parameter ScoreBits   = 24,
    parameter SquareBits  = 23,
    parameter ExpFrac     = 5,
    parameter ExpBits     = 28,
    parameter GuardBits   = 9,
    parameter AccBits     = 30,
    parameter TotalBits   = 23,
    parameter Ways        = 2,
    parameter FifoDepth   = 12,
    parameter PartDim     = 16,
    parameter Parts       = 4,
    parameter PartBits    = 2,
    parameter BankBits    = 2,
    parameter RowBits     = 8,
    parameter RowAddr     = 8,
    parameter ListAddr    = 7,
    parameter ListCount   = 5,
    parameter CountBits   = 10,
    parameter Contexts    = 4,
    parameter ContextBits = 2,
    parameter SlotBits    = 2,
    parameter ShiftBits   = $clog2(AccBits + 1)  // derived: do not set
) (
    input  wire                            clk_i,
    input  wire                            rst_ni,
    // loading
    input  wire                            write_i,
    input  wire [             RowAddr-1:0] write_addr_i,
    input  wire [        Dim*CodeBits-1:0] write_k_i,
    input  wire [        Dim*CodeBits-1:0] write_v_i,
    input  wire                            norm_ask_i,
    input  wire [             RowAddr-1:0] norm_ask_addr_i,
    output wire                            square_valid_o,
    output wire [          SquareBits-1:0] square_o,
    // selection
    input  wire                            list_we_i,
    input  wire [            ListAddr-1:0] list_addr_i,
    input  wire [       RowBits+Lanes-1:0] list_data_i,
    input  wire                            launch_i,
    output wire                            room_o,
    output wire [                     1:0] behind_o,
    input  wire [                     1:0] set_exact_i,
    input  wire [                     1:0] set_page_i,
    input  wire [                     1:0] set_none_i,
    input  wire [       2*ContextBits-1:0] set_context_i,
    input  wire [          2*BankBits-1:0] set_end_bank_i,
    input  wire [           2*RowBits-1:0] set_end_row_i,
    input  wire [          2*BankBits-1:0] set_best_bank_i,
    input  wire [           2*RowBits-1:0] set_best_row_i,
    input  wire [         2*CountBits-1:0] set_unused_i,
    input  wire [   2*Banks*ListCount-1:0] set_counts_i,
    input  wire [      2*Dim*CodeBits-1:0] set_row_i,
    // constants
    input  wire [         Contexts*16-1:0] context_exp_mul_i,
    input  wire [          Contexts*6-1:0] context_exp_shift_i,
    input  wire [   Contexts*SlotBits-1:0] context_slot_i,
    output wire [             ExpFrac-1:0] exp_index_o,
    input  wire [               ExpFrac:0] exp_value_i,
    // mean rows
    output wire [            SlotBits-1:0] mean_k_slot_o,
    input  wire [        Dim*CodeBits-1:0] mean_k_i,
    output wire [            SlotBits-1:0] mean_v_slot_o,
    input  wire [        Dim*CodeBits-1:0] mean_v_i,
    // trace
    input  wire                            trace_ready_i,
    output wire                            trace_valid_o,
    output wire                            trace_set_o,
    output wire [             RowBits-1:0] trace_row_o,
    // merge
    output wire                            exp_valid_o,
    output wire [             ExpBits-1:0] exp_max_o,
    output wire [      Ways*ShiftBits-1:0] exp_down_o,
    output wire [                Ways-1:0] exp_filled_o,
    input  wire                            exp_pop_i,
    output wire                            query_valid_o,
    input  wire                            release_i,
    input  wire [            PartBits-1:0] part_index_i,
    output wire [PartDim*Ways*AccBits-1:0] part_o,
    output wire [      Ways*TotalBits-1:0] total_o,
    output wire                            overflow_o
);

  localparam TreeStages = ($clog2(Dim) + 1) / 2;
  localparam ScoreStages = 4 + TreeStages;  // from issue to score

  // ---- issue -----------------------------------------------------------------------------------

  wire room;
  wire issue, issue_null, issue_mean, issue_last, issue_set;
  wire [  RowAddr-1:0] issue_addr;
  wire [CountBits-1:0] issue_unused;

  ks_issue #(
      .Bank     (Bank),
      .Banks    (Banks),
      .Lanes    (Lanes),
      .Rows     (Rows),
      .Pages    (Pages),
      .Slots    (Slots),
      .Words    (Words),
      .Mean     (Mean),
      .Lqf      (Lqf),
      .QueueDepth(QueueDepth),
      .BankBits (BankBits),
      .RowBits  (RowBits),
      .RowAddr  (RowAddr),
      .ListAddr (ListAddr),
      .ListCount(ListCount),
      .CountBits(CountBits)
  ) u_issue (
      .clk_i          (clk_i),
      .rst_ni         (rst_ni),
      .list_we_i      (list_we_i),
      .list_addr_i    (list_addr_i),
      .list_data_i    (list_data_i),
      .launch_i       (launch_i),
      .room_o         (room_o),
      .behind_o       (behind_o),
      .set_exact_i    (set_exact_i),
      .set_page_i     (set_page_i),
      .set_none_i     (set_none_i),
      .set_end_bank_i (set_end_bank_i),
      .set_end_row_i  (set_end_row_i),
      .set_best_bank_i(set_best_bank_i),
      .set_best_row_i (set_best_row_i),
      .set_unused_i   (set_unused_i),
      .set_counts_i   (set_counts_i),
      .stall_i        (norm_ask_i || !room || !trace_ready_i),
      .issue_valid_o  (issue),
      .issue_null_o   (issue_null),
      .issue_mean_o   (issue_mean),
      .issue_last_o   (issue_last),
      .issue_addr_o   (issue_addr),
      .issue_set_o    (issue_set),
      .issue_unused_o (issue_unused),
      .trace_o        (trace_valid_o),
      .trace_row_o    (trace_row_o)
  );
  assign trace_set_o = issue_set;

  // ---- K memory, operands ----------------------------------------------------------------------

  wire [ContextBits-1:0] issue_context =
      issue_set ? set_context_i[ContextBits+:ContextBits] : set_context_i[0+:ContextBits];
  wire [Dim*CodeBits-1:0] memory_k;
  reg read1_q, norm1_q, mean1_q, set1_q;
  reg score2_q, norm2_q, mean2_q, set2_q;
  reg [RowAddr-1:0] addr1_q;
  reg [ContextBits-1:0] context1_q, context2_q;

  always @(posedge clk_i) begin
    read1_q    <= norm_ask_i || (issue && !issue_null && !issue_mean);
    norm1_q    <= norm_ask_i;
    mean1_q    <= issue_mean && issue;
    set1_q     <= issue_set;
    addr1_q    <= norm_ask_i ? norm_ask_addr_i : issue_addr;
    context1_q <= issue_context;
    score2_q   <= read1_q || mean1_q;
    norm2_q    <= norm1_q;
    mean2_q    <= mean1_q;
    set2_q     <= set1_q;
    context2_q <= context1_q;
  end

  ks_ram_1r1w #(
      .Width   (Dim * CodeBits),
      .Depth   (Pages * Rows),
      .AddrBits(RowAddr)
  ) u_key_memory (
      .clk_i  (clk_i),
      .we_i   (write_i),
      .waddr_i(write_addr_i),
      .wdata_i(write_k_i),
      .ren_i  (read1_q),
      .raddr_i(addr1_q),
      .rdata_o(memory_k)
  );

  assign mean_k_slot_o = context_slot_i[context2_q*SlotBits+:SlotBits];
  wire [Dim*CodeBits-1:0] score_k;
  generate
    if (Mean != 0) begin : g_mean_key
      assign score_k = mean2_q ? mean_k_i : memory_k;
    end else begin : g_no_mean_key
      wire unused_mean_k = &{1'b0, mean_k_i, mean2_q};
      assign score_k = memory_k;
    end
  endgenerate
  wire [Dim*CodeBits-1:0] query =
      set2_q ? set_row_i[Dim*CodeBits+:Dim*CodeBits] : set_row_i[0+:Dim*CodeBits];
  wire [Dim*CodeBits-1:0] score_q = norm2_q ? memory_k : query;

  // ---- score -----------------------------------------------------------------------------------

  wire [ScoreBits-1:0] score;
  ks_score #(
      .Dim      (Dim),
      .CodeBits (CodeBits),
      .ScoreBits(ScoreBits)
  ) u_score (
      .clk_i  (clk_i),
      .valid_i(score2_q),
      .q_i    (score_q),
      .k_i    (score_k),
      .score_o(score)
  );
  assign square_o = score[SquareBits-1:0];
  ks_valid_delay #(
      .Stages(ScoreStages)
  ) u_square_valid (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .d_i   (norm_ask_i),
      .q_o   (square_valid_o)
  );

  // ---- what goes along, weight, accumulate -----------------------------------------------------

  wire key_valid, key_null, key_mean, key_last;
  wire [RowAddr-1:0] key_row;
  wire [CountBits-1:0] key_unused;
  wire [ContextBits-1:0] key_context;
  wire unused_last;
  ks_valid_delay #(
      .Stages(ScoreStages)
  ) u_key_valid (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .d_i   (issue),
      .q_o   (key_valid)
  );
  ks_delay #(
      .Width (3 + RowAddr),
      .Stages(ScoreStages)
  ) u_key (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  ({issue_null, issue_mean, issue_last, issue_addr}),
      .q_o  ({key_null, key_mean, key_last, key_row})
  );
  ks_delay #(
      .Width (ContextBits),
      .Stages(ScoreStages - 2)
  ) u_key_context (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  (context2_q),
      .q_o  (key_context)
  );
  generate
    if (Mean != 0) begin : g_unused
      ks_delay #(
          .Width (CountBits),
          .Stages(ScoreStages)
      ) u_key_unused (
          .clk_i(clk_i),
          .en_i (1'b1),
          .d_i  (issue_unused),
          .q_o  (key_unused)
      );
    end else begin : g_no_mean
      wire unused_count = &{1'b0, issue_unused};
      assign key_unused = {CountBits{1'b0}};
    end
  endgenerate

  ks_weigh #(
      .Dim        (Dim),
      .CodeBits   (CodeBits),
      .Depth      (Pages * Rows),
      .Mean       (Mean),
      .MeanStages (MeanStages),
      .Float      (Float),
      .ScoreBits  (ScoreBits),
      .ExpFrac    (ExpFrac),
      .ExpBits    (ExpBits),
      .GuardBits  (GuardBits),
      .AccBits    (AccBits),
      .TotalBits  (TotalBits),
      .Ways       (Ways),
      .FifoDepth  (FifoDepth),
      .PartDim    (PartDim),
      .Parts      (Parts),
      .PartBits   (PartBits),
      .RowAddr    (RowAddr),
      .CountBits  (CountBits),
      .Contexts   (Contexts),
      .ContextBits(ContextBits),
      .SlotBits   (SlotBits)
  ) u_weigh (
      .clk_i              (clk_i),
      .rst_ni             (rst_ni),
      .write_i            (write_i),
      .write_addr_i       (write_addr_i),
      .write_v_i          (write_v_i),
      .issue_i            (issue),
      .room_o             (room),
      .key_valid_i        (key_valid),
      .key_null_i         (key_null),
      .key_mean_i         (key_mean),
      .key_last_i         (key_last),
      .key_row_i          (key_row),
      .key_score_i        (score),
      .key_unused_i       (key_unused),
      .key_context_i      (key_context),
      .sum_go_i           (1'b1),
      .sum_last_o         (unused_last),
      .context_exp_mul_i  (context_exp_mul_i),
      .context_exp_shift_i(context_exp_shift_i),
      .context_slot_i     (context_slot_i),
      .exp_index_o        (exp_index_o),
      .exp_value_i        (exp_value_i),
      .mean_slot_o        (mean_v_slot_o),
      .mean_v_i           (mean_v_i),
      .exp_valid_o        (exp_valid_o),
      .exp_max_o          (exp_max_o),
      .exp_down_o         (exp_down_o),
      .exp_filled_o       (exp_filled_o),
      .exp_pop_i          (exp_pop_i),
      .query_valid_o      (query_valid_o),
      .release_i          (release_i),
      .part_index_i       (part_index_i),
      .part_o             (part_o),
      .total_o            (total_o),
      .overflow_o         (overflow_o)
  );

endmodule

`default_nettype wire
