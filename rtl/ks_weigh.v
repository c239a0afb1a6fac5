// SPDX-License-Identifier: Apache-2.0
//
// The half of a bank behind its scores: weight of a score, weight of the virtual key, and the
// accumulators. The first two never wait for the third: a queue is between them, and a key may be
// issued (read, scored, ..: whatever comes before its weight) only if the queue has a place for it.
//
// Latency: 5 cycles (7 with MeanStages) from a score to the queue's output, see ks_accumulate for
// the rest. Throughput: a key a cycle.
//
//   write_*       a row of V
//   issue_i       an entry is issued (only with room_o); it may come in the same cycle or later
//   key_*         an entry: null, mean (the virtual key, for key_unused_i keys), last of its query;
//                 row address; score; context, the number of its command's constants
//   sum_go_i      queued entries may go to the accumulators; sum_last_o: a query's last does
//   exp_index_o, exp_value_i  the exp table
//   mean_*        row of the mean memory, shown in the cycle in which its slot is asked for
//   query_*, release_i, part_*, total_o, overflow_o  see ks_accumulate

`default_nettype none

module ks_weigh #(
    parameter Dim         = 64,
    parameter CodeBits    = 9,
    parameter Depth       = 256, // rows of V
    parameter Mean        = 1,   // 1: this bank has the virtual key
    parameter MeanStages  = 2,   // 2 if any bank has it
    parameter Float       = 0,   // 1: accumulator = float
    parameter ScoreBits   = 24,
    parameter ExpFrac     = 5,
    parameter ExpBits     = 28,
    parameter GuardBits   = 9,
    parameter AccBits     = 30,
    parameter TotalBits   = 23,
    parameter Ways        = 2,
    parameter FifoDepth   = 12,  // entries between their issue and the accumulators
    parameter PartDim     = 16,
    parameter Parts       = 4,
    parameter PartBits    = 2,
    parameter RowAddr     = 8,
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
    input  wire [        Dim*CodeBits-1:0] write_v_i,
    // keys
    input  wire                            issue_i,
    output wire                            room_o,
    input  wire                            key_valid_i,
    input  wire                            key_null_i,
    input  wire                            key_mean_i,
    input  wire                            key_last_i,
    input  wire [             RowAddr-1:0] key_row_i,
    input  wire [           ScoreBits-1:0] key_score_i,
    input  wire [           CountBits-1:0] key_unused_i,
    input  wire [         ContextBits-1:0] key_context_i,
    // queue
    input  wire                            sum_go_i,
    output wire                            sum_last_o,
    // constants
    input  wire [         Contexts*16-1:0] context_exp_mul_i,
    input  wire [          Contexts*6-1:0] context_exp_shift_i,
    input  wire [   Contexts*SlotBits-1:0] context_slot_i,
    output wire [             ExpFrac-1:0] exp_index_o,
    input  wire [               ExpFrac:0] exp_value_i,
    // mean row
    output wire [            SlotBits-1:0] mean_slot_o,
    input  wire [        Dim*CodeBits-1:0] mean_v_i,
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

  localparam WeightStages = 4;
  localparam QueueStages = WeightStages + MeanStages;

  // ---- places of the queue ---------------------------------------------------------------------

  localparam CreditBits = $clog2(FifoDepth + 1);
  localparam [31:0] CREDIT_MAX = FifoDepth;
  reg  [CreditBits-1:0] credit_q;  // entries between issue and the accumulators
  wire                  pop;
  assign room_o = credit_q != CREDIT_MAX[CreditBits-1:0];
  always @(posedge clk_i) begin
    if (!rst_ni) credit_q <= {CreditBits{1'b0}};
    else if (issue_i && !pop) credit_q <= credit_q + 1'b1;
    else if (!issue_i && pop) credit_q <= credit_q - 1'b1;
  end

  // ---- weight ----------------------------------------------------------------------------------

  wire [ContextBits-1:0] context1, context_queue;
  reg  [  ScoreBits-1:0] score_q;
  reg  [           15:0] exp_mul_q;
  reg  [            5:0] exp_shift_q;
  always @(posedge clk_i) begin
    score_q     <= key_score_i;
    exp_mul_q   <= context_exp_mul_i[key_context_i*16+:16];
    exp_shift_q <= context_exp_shift_i[context1*6+:6];
  end

  wire [  ExpFrac:0] weight_m, queue_m;
  wire [ExpBits-1:0] weight_e, queue_e;
  ks_delay #(
      .Width (ContextBits),
      .Stages(1)
  ) u_context1 (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  (key_context_i),
      .q_o  (context1)
  );
  ks_delay #(
      .Width (ContextBits),
      .Stages(QueueStages - 1)
  ) u_context_queue (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  (context1),
      .q_o  (context_queue)
  );

  ks_weight #(
      .ScoreBits(ScoreBits),
      .ExpFrac  (ExpFrac),
      .ExpBits  (ExpBits)
  ) u_weight (
      .clk_i      (clk_i),
      .score_i    (score_q),
      .exp_mul_i  (exp_mul_q),
      .exp_shift_i(exp_shift_q),
      .index_o    (exp_index_o),
      .value_i    (exp_value_i),
      .m_o        (weight_m),
      .e_o        (weight_e)
  );

  generate
    if (Mean != 0) begin : g_virtual
      wire                 is_mean;
      wire [CountBits-1:0] unused;
      ks_delay #(
          .Width (1 + CountBits),
          .Stages(WeightStages)
      ) u_unused (
          .clk_i(clk_i),
          .en_i (1'b1),
          .d_i  ({key_mean_i, key_unused_i}),
          .q_o  ({is_mean, unused})
      );
      ks_virtual #(
          .ExpFrac  (ExpFrac),
          .ExpBits  (ExpBits),
          .CountBits(CountBits)
      ) u_virtual (
          .clk_i    (clk_i),
          .virtual_i(is_mean),
          .unused_i (unused),
          .m_i      (weight_m),
          .e_i      (weight_e),
          .m_o      (queue_m),
          .e_o      (queue_e)
      );
    end else begin : g_plain
      wire unused_count = &{1'b0, key_unused_i};
      ks_delay #(
          .Width (ExpFrac + 1 + ExpBits),
          .Stages(MeanStages)
      ) u_weight_delay (
          .clk_i(clk_i),
          .en_i (1'b1),
          .d_i  ({weight_m, weight_e}),
          .q_o  ({queue_m, queue_e})
      );
    end
  endgenerate

  // ---- queue -----------------------------------------------------------------------------------

  localparam EntryBits = 3 + RowAddr + SlotBits + ExpFrac + 1 + ExpBits;
  wire push, push_null, push_mean, push_last;
  wire [RowAddr-1:0] push_row;
  wire [CreditBits-1:0] queued;
  wire key_valid = queued != 0 && sum_go_i;
  wire key_ready, key_null, key_mean, key_last;
  wire [RowAddr-1:0] key_row;
  wire [SlotBits-1:0] key_slot;
  wire [ExpFrac:0] key_m;
  wire [ExpBits-1:0] key_e;

  ks_valid_delay #(
      .Stages(QueueStages)
  ) u_push (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .d_i   (key_valid_i),
      .q_o   (push)
  );
  ks_delay #(
      .Width (3 + RowAddr),
      .Stages(QueueStages)
  ) u_push_entry (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  ({key_null_i, key_mean_i, key_last_i, key_row_i}),
      .q_o  ({push_null, push_mean, push_last, push_row})
  );

  ks_fifo #(
      .Width(EntryBits),
      .Depth(FifoDepth)
  ) u_queue (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .push_i (push),
      .data_i ({push_null, push_mean, push_last, push_row,
                context_slot_i[context_queue*SlotBits+:SlotBits], queue_m, queue_e}),
      .count_o(queued),
      .data_o ({key_null, key_mean, key_last, key_row, key_slot, key_m, key_e}),
      .pop_i  (pop)
  );
  assign pop        = key_valid && key_ready;
  assign sum_last_o = pop && key_last;

  // ---- accumulate ------------------------------------------------------------------------------

  ks_accumulate #(
      .Float    (Float),
      .Dim      (Dim),
      .CodeBits (CodeBits),
      .ExpFrac  (ExpFrac),
      .ExpBits  (ExpBits),
      .GuardBits(GuardBits),
      .AccBits  (AccBits),
      .TotalBits(TotalBits),
      .Ways     (Ways),
      .RowBits  (RowAddr),
      .Rows     (Depth),
      .PartDim  (PartDim),
      .Parts    (Parts),
      .PartBits (PartBits),
      .SlotBits (SlotBits)
  ) u_accumulate (
      .clk_i          (clk_i),
      .rst_ni         (rst_ni),
      .we_i           (write_i),
      .waddr_i        (write_addr_i),
      .wdata_i        (write_v_i),
      .key_valid_i    (key_valid),
      .key_ready_o    (key_ready),
      .key_null_i     (key_null),
      .key_last_i     (key_last),
      .key_mean_i     (key_mean),
      .key_row_i      (key_row),
      .key_m_i        (key_m),
      .key_e_i        (key_e),
      .key_slot_i     (key_slot),
      .mean_slot_o    (mean_slot_o),
      .mean_value_i   (mean_v_i),
      .exp_valid_o    (exp_valid_o),
      .exp_max_o      (exp_max_o),
      .exp_down_o     (exp_down_o),
      .exp_filled_o   (exp_filled_o),
      .exp_pop_i      (exp_pop_i),
      .query_valid_o  (query_valid_o),
      .release_i      (release_i),
      .part_i         (part_index_i),
      .part_o         (part_o),
      .total_o        (total_o),
      .overflow_o     (overflow_o)
  );

endmodule

`default_nettype wire
