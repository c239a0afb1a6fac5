// SPDX-License-Identifier: Apache-2.0
//
// The pipeline of an engine with one bank from its used keys on (A3, LISA): weights, accumulators,
// merge, division, output rows, and the mean rows for the virtual key (SPEC 3 to 5).
//
//     used keys ──> ks_weigh ──> ks_output ──> O rows
//
// Latency and throughput: see ks_weigh and ks_output.
//
//   row_*, count_*, mean_make_i, mean_made_o, page_slot_o, spare_*  a LOAD's rows and mean row: see
//                 ks_mean; row_addr_i the row's place in the V memory
//   key_*         valid/ready: an entry in the order of the queries: null, mean (the virtual key,
//                 for key_unused_i keys), last of its query; key; score; info {context, number,
//                 last of the context}
//   sum_*         see ks_weigh
//   context_*     one field a context
//   mean_k_*      mean row of K of a slot, shown in the cycle in which it is asked for
//   everything else as in ks_output

`default_nettype none

module ks_back #(
    parameter Keys            = 320,
    parameter Dim             = 64,
    parameter CodeBits        = 9,
    parameter Float           = 0,    // 1: accumulator = float
    parameter ExpFrac         = 5,
    parameter RecipFrac       = 8,
    parameter OutBits         = 9,
    parameter OutShift        = 0,
    parameter GuardBits       = 9,
    parameter Ways            = 2,
    parameter Mean            = 1,    // 1: compensate = mean
    parameter PartDim         = 16,
    parameter Pages           = 2,
    parameter ScoreBits       = 24,
    parameter ExpBits         = 28,
    parameter AccBits         = 30,
    parameter TotalBits       = 23,
    parameter MergedBits      = 34,
    parameter MergedTotalBits = 26,
    parameter RecipIndexBits  = 8,
    parameter RecipBits       = 10,
    parameter SumBits         = 18,
    parameter FifoDepth       = 7,
    parameter Flight          = 16,
    parameter Contexts        = 4,
    parameter ContextBits     = 2,
    parameter SlotBits        = 2,    // of a mean row's number
    parameter RowBits         = 9,    // bits of 0..Keys-1
    parameter RowAddr         = 10,   // bits of a row's place, page included
    parameter CountBits       = 9,    // bits of 0..Keys
    parameter InfoBits        = 19    // ContextBits + 17
) (
    input  wire                            clk_i,
    input  wire                            rst_ni,
    // rows that load
    input  wire                            count_start_i,
    input  wire [           CountBits-1:0] count_i,
    input  wire                            row_valid_i,
    input  wire                            row_page_i,
    input  wire                            row_first_i,
    input  wire [             RowAddr-1:0] row_addr_i,
    input  wire [        Dim*CodeBits-1:0] row_k_i,
    input  wire [        Dim*CodeBits-1:0] row_v_i,
    input  wire                            mean_make_i,
    output wire                            mean_made_o,
    output wire [      Pages*SlotBits-1:0] page_slot_o,
    output wire [            SlotBits-1:0] spare_slot_o,
    input  wire                            spare_used_i,
    input  wire [            SlotBits-1:0] mean_k_slot_i,
    output wire [        Dim*CodeBits-1:0] mean_k_o,
    // used keys
    input  wire                            key_valid_i,
    output wire                            key_ready_o,
    input  wire                            key_null_i,
    input  wire                            key_mean_i,
    input  wire                            key_last_i,
    input  wire [             RowBits-1:0] key_row_i,
    input  wire [           ScoreBits-1:0] key_score_i,
    input  wire [           CountBits-1:0] key_unused_i,
    input  wire [            InfoBits-1:0] key_info_i,
    // accumulators
    input  wire                            sum_go_i,
    output wire                            sum_last_o,
    // contexts
    input  wire [            Contexts-1:0] context_page_i,
    input  wire [            Contexts-1:0] context_last_i,
    input  wire [         Contexts*16-1:0] context_tag_i,
    input  wire [         Contexts*16-1:0] context_exp_mul_i,
    input  wire [          Contexts*6-1:0] context_exp_shift_i,
    input  wire [   Contexts*SlotBits-1:0] context_slot_i,
    output wire                            retire_o,
    output wire [         ContextBits-1:0] retire_context_o,
    // tables
    output wire [             ExpFrac-1:0] exp_index_o,
    input  wire [               ExpFrac:0] exp_value_i,
    output wire [      RecipIndexBits-1:0] recip_index_o,
    input  wire [           RecipBits-1:0] recip_value_i,
    // output rows
    output wire                            o_valid_o,
    input  wire                            o_ready_i,
    output wire [         Dim*OutBits-1:0] o_data_o,
    output wire [                    15:0] o_tag_o,
    output wire [                    15:0] o_number_o,
    output wire                            o_last_o,
    output wire                            saturated_o,
    output wire                            overflow_o,
    output wire                            sum_zero_o
);

  localparam RowWidth = Dim * CodeBits;
  localparam Parts = (Dim + PartDim - 1) / PartDim;
  localparam PartBits = (Parts == 1) ? 1 : $clog2(Parts);
  localparam ShiftBits = $clog2(AccBits + 1);
  localparam [31:0] PAGE_ROWS = (Pages == 1) ? 0 : Keys;

  // ---- weigh, accumulate -----------------------------------------------------------------------

  wire [ContextBits-1:0] key_context = key_info_i[InfoBits-1-:ContextBits];
  wire [RowAddr+RowBits-1:0] row_wide = {{RowAddr{1'b0}}, key_row_i};
  wire unused_row = &{1'b0, row_wide[RowAddr+RowBits-1:RowAddr]};
  wire [RowAddr-1:0] key_addr =
      row_wide[RowAddr-1:0]
      + (context_page_i[key_context] ? PAGE_ROWS[RowAddr-1:0] : {RowAddr{1'b0}});
  wire key = key_valid_i && key_ready_o;

  wire query_valid, release_query, overflow;
  wire exp_valid, exp_pop;
  wire [ExpBits-1:0] exp_max;
  wire [Ways*ShiftBits-1:0] exp_down;
  wire [Ways-1:0] exp_filled;
  wire [PartBits-1:0] part_index;
  wire [PartDim*Ways*AccBits-1:0] part;
  wire [Ways*TotalBits-1:0] total;
  wire [SlotBits-1:0] mean_v_slot;
  wire [RowWidth-1:0] mean_v;

  ks_weigh #(
      .Dim        (Dim),
      .CodeBits   (CodeBits),
      .Depth      (Pages * Keys),
      .Mean       (Mean),
      .MeanStages (2 * Mean),
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
      .write_i            (row_valid_i),
      .write_addr_i       (row_addr_i),
      .write_v_i          (row_v_i),
      .issue_i            (key),
      .room_o             (key_ready_o),
      .key_valid_i        (key),
      .key_null_i         (key_null_i),
      .key_mean_i         (key_mean_i),
      .key_last_i         (key_last_i),
      .key_row_i          (key_addr),
      .key_score_i        (key_score_i),
      .key_unused_i       (key_unused_i),
      .key_context_i      (key_context),
      .sum_go_i           (sum_go_i),
      .sum_last_o         (sum_last_o),
      .context_exp_mul_i  (context_exp_mul_i),
      .context_exp_shift_i(context_exp_shift_i),
      .context_slot_i     (context_slot_i),
      .exp_index_o        (exp_index_o),
      .exp_value_i        (exp_value_i),
      .mean_slot_o        (mean_v_slot),
      .mean_v_i           (mean_v),
      .exp_valid_o        (exp_valid),
      .exp_max_o          (exp_max),
      .exp_down_o         (exp_down),
      .exp_filled_o       (exp_filled),
      .exp_pop_i          (exp_pop),
      .query_valid_o      (query_valid),
      .release_i          (release_query),
      .part_index_i       (part_index),
      .part_o             (part),
      .total_o            (total),
      .overflow_o         (overflow)
  );

  // ---- merge, divide, mean rows ----------------------------------------------------------------

  ks_output #(
      .Float          (Float),
      .Mean           (Mean),
      .Dim            (Dim),
      .CodeBits       (CodeBits),
      .Pages          (Pages),
      .Banks          (1),
      .Ways           (Ways),
      .ExpBits        (ExpBits),
      .AccBits        (AccBits),
      .TotalBits      (TotalBits),
      .MergedBits     (MergedBits),
      .MergedTotalBits(MergedTotalBits),
      .RecipFrac      (RecipFrac),
      .RecipIndexBits (RecipIndexBits),
      .RecipBits      (RecipBits),
      .OutBits        (OutBits),
      .OutShift       (OutShift),
      .PartDim        (PartDim),
      .Parts          (Parts),
      .PartBits       (PartBits),
      .SumBits        (SumBits),
      .CountBits      (CountBits),
      .Contexts       (Contexts),
      .ContextBits    (ContextBits),
      .SlotBits       (SlotBits),
      .Flight         (Flight)
  ) u_output (
      .clk_i           (clk_i),
      .rst_ni          (rst_ni),
      .count_start_i   (count_start_i),
      .count_i         (count_i),
      .row_valid_i     (row_valid_i),
      .row_page_i      (row_page_i),
      .row_first_i     (row_first_i),
      .row_k_i         (row_k_i),
      .row_v_i         (row_v_i),
      .mean_make_i     (mean_make_i),
      .mean_made_o     (mean_made_o),
      .page_slot_o     (page_slot_o),
      .spare_slot_o    (spare_slot_o),
      .spare_used_i    (spare_used_i),
      .mean_k_slot_i   (mean_k_slot_i),
      .mean_k_o        (mean_k_o),
      .mean_v_slot_i   (mean_v_slot),
      .mean_v_o        (mean_v),
      .flight_push_i   (key && key_last_i),
      .flight_i        (key_info_i),
      .context_tag_i   (context_tag_i),
      .context_last_i  (context_last_i),
      .retire_o        (retire_o),
      .retire_context_o(retire_context_o),
      .exp_valid_i     (exp_valid),
      .exp_max_i       (exp_max),
      .exp_down_i      (exp_down),
      .exp_filled_i    (exp_filled),
      .exp_pop_o       (exp_pop),
      .query_valid_i   (query_valid),
      .release_o       (release_query),
      .part_index_o    (part_index),
      .part_i          (part),
      .total_i         (total),
      .overflow_i      (overflow),
      .recip_index_o   (recip_index_o),
      .recip_value_i   (recip_value_i),
      .o_valid_o       (o_valid_o),
      .o_ready_i       (o_ready_i),
      .o_data_o        (o_data_o),
      .o_tag_o         (o_tag_o),
      .o_number_o      (o_number_o),
      .o_last_o        (o_last_o),
      .saturated_o     (saturated_o),
      .overflow_o      (overflow_o),
      .sum_zero_o      (sum_zero_o)
  );

endmodule

`default_nettype wire
