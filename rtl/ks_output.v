// SPDX-License-Identifier: Apache-2.0
//
// What every engine ends in: the merge of the banks' sums, the division, the output rows; and the
// mean rows for the virtual key (SPEC 5), which the divider's multipliers make.
//
// Latency and throughput: see ks_merge, ks_divide, ks_mean.
//
//   count_*, row_*, mean_make_i, mean_made_o, page_slot_o, spare_*  see ks_mean
//   mean_k_*, mean_v_*  mean rows of a slot, shown in the cycle in which it is asked for
//   flight_*      a query starts in the banks: {context, number, last of its context}; the merge
//                 takes queries in this order
//   context_last_i  the context's last query is its program's last
//   exp_*, query_valid_i, release_o, part_*, total_i, overflow_i  from and to the banks, see ks_accumulate
//   retire_o      the last query of the context's command leaves the banks
//   o_*           output stream; saturated_o, overflow_o, sum_zero_o events for the flags

`default_nettype none

module ks_output #(
    parameter Float           = 0,    // 1: accumulator = float
    parameter Mean            = 1,    // 1: compensate = mean
    parameter Dim             = 64,
    parameter CodeBits        = 9,
    parameter Pages           = 2,
    parameter Banks           = 4,
    parameter Ways            = 2,
    parameter ExpBits         = 28,
    parameter AccBits         = 30,
    parameter TotalBits       = 23,
    parameter MergedBits      = 34,
    parameter MergedTotalBits = 26,
    parameter RecipFrac       = 8,
    parameter RecipIndexBits  = 8,
    parameter RecipBits       = 10,
    parameter OutBits         = 9,
    parameter OutShift        = 0,
    parameter PartDim         = 16,
    parameter Parts           = 4,
    parameter PartBits        = 2,
    parameter SumBits         = 18,
    parameter CountBits       = 10,
    parameter Contexts        = 4,
    parameter ContextBits     = 2,
    parameter SlotBits        = 2,    // of a mean row's number
    parameter Flight          = 21,   // queries between the start in the banks and the merge
    parameter ShiftBits       = $clog2(AccBits + 1)  // derived: do not set
) (
    input  wire                                         clk_i,
    input  wire                                         rst_ni,
    // rows that load
    input  wire                                         count_start_i,
    input  wire [                        CountBits-1:0] count_i,
    input  wire                                         row_valid_i,
    input  wire                                         row_page_i,
    input  wire                                         row_first_i,
    input  wire [                     Dim*CodeBits-1:0] row_k_i,
    input  wire [                     Dim*CodeBits-1:0] row_v_i,
    input  wire                                         mean_make_i,
    output wire                                         mean_made_o,
    output wire [                   Pages*SlotBits-1:0] page_slot_o,
    output wire [                         SlotBits-1:0] spare_slot_o,
    input  wire                                         spare_used_i,
    // mean rows
    input  wire [                         SlotBits-1:0] mean_k_slot_i,
    output wire [                     Dim*CodeBits-1:0] mean_k_o,
    input  wire [                         SlotBits-1:0] mean_v_slot_i,
    output wire [                     Dim*CodeBits-1:0] mean_v_o,
    // queries in the banks
    input  wire                                         flight_push_i,
    input  wire [                     ContextBits+16:0] flight_i,
    input  wire [                      Contexts*16-1:0] context_tag_i,
    input  wire [                         Contexts-1:0] context_last_i,
    output wire                                         retire_o,
    output wire [                      ContextBits-1:0] retire_context_o,
    // banks
    input  wire [                            Banks-1:0] exp_valid_i,
    input  wire [                    Banks*ExpBits-1:0] exp_max_i,
    input  wire [             Banks*Ways*ShiftBits-1:0] exp_down_i,
    input  wire [                       Banks*Ways-1:0] exp_filled_i,
    output wire                                         exp_pop_o,
    input  wire [                            Banks-1:0] query_valid_i,
    output wire                                         release_o,
    output wire [                         PartBits-1:0] part_index_o,
    input  wire [       Banks*PartDim*Ways*AccBits-1:0] part_i,
    input  wire [             Banks*Ways*TotalBits-1:0] total_i,
    input  wire [                            Banks-1:0] overflow_i,
    // reciprocal table
    output wire [                   RecipIndexBits-1:0] recip_index_o,
    input  wire [                        RecipBits-1:0] recip_value_i,
    // output rows
    output wire                                         o_valid_o,
    input  wire                                         o_ready_i,
    output wire [                      Dim*OutBits-1:0] o_data_o,
    output wire [                                 15:0] o_tag_o,
    output wire [                                 15:0] o_number_o,
    output wire                                         o_last_o,
    output wire                                         saturated_o,
    output wire                                         overflow_o,
    output wire                                         sum_zero_o
);

  localparam RowWidth = Dim * CodeBits;
  localparam MeanSlots = Pages + 1;
  localparam MeanParts = (2 * Dim + PartDim - 1) / PartDim;
  localparam OperandBits = (Float != 0) ? 7 : MergedBits;
  // A mean row multiplies a reciprocal of 21 bits by a sum in two halves.
  localparam ABits = (Mean != 0 && OperandBits < 22) ? 22 : OperandBits;
  localparam HalfBits = (SumBits + 1) / 2;
  localparam BBits = (Mean != 0 && HalfBits > RecipBits) ? HalfBits : RecipBits;
  localparam InfoBits = 16 + 16 + 1;

  // ---- queries in the banks --------------------------------------------------------------------

  wire start, last;
  wire [ContextBits-1:0] merging;
  wire [15:0] number;
  wire [$clog2(Flight+1)-1:0] flight;
  wire unused_flight = &{1'b0, flight};
  ks_fifo #(
      .Width(ContextBits + 16 + 1),
      .Depth(Flight)
  ) u_flight (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .push_i (flight_push_i),
      .data_i (flight_i),
      .count_o(flight),
      .data_o ({merging, number, last}),
      .pop_i  (start)
  );
  assign retire_o         = start && last;
  assign retire_context_o = merging;

  // ---- mean rows -------------------------------------------------------------------------------

  wire multiply;
  wire [ABits-1:0] multiply_a;
  wire [PartDim*BBits-1:0] multiply_b;
  wire [PartDim*(ABits+BBits)-1:0] product;
  generate
    if (Mean != 0) begin : g_mean
      ks_mean #(
          .Dim      (Dim),
          .CodeBits (CodeBits),
          .CountBits(CountBits),
          .SumBits  (SumBits),
          .Pages    (Pages),
          .Slots    (MeanSlots),
          .SlotBits (SlotBits),
          .PartDim  (PartDim),
          .Parts    (MeanParts),
          .ABits    (ABits),
          .BBits    (BBits)
      ) u_mean (
          .clk_i        (clk_i),
          .rst_ni       (rst_ni),
          .count_start_i(count_start_i),
          .count_i      (count_i),
          .row_valid_i  (row_valid_i),
          .row_page_i   (row_page_i),
          .row_first_i  (row_first_i),
          .row_k_i      (row_k_i),
          .row_v_i      (row_v_i),
          .make_i       (mean_make_i),
          .spare_slot_o (spare_slot_o),
          .spare_used_i (spare_used_i),
          .made_o       (mean_made_o),
          .page_slot_o  (page_slot_o),
          .multiply_o   (multiply),
          .a_o          (multiply_a),
          .b_o          (multiply_b),
          .product_i    (product),
          .k_slot_i     (mean_k_slot_i),
          .k_o          (mean_k_o),
          .v_slot_i     (mean_v_slot_i),
          .v_o          (mean_v_o)
      );
    end else begin : g_no_mean
      wire unused_mean = &{1'b0, rst_ni, count_start_i, count_i, row_valid_i, row_page_i, row_first_i,
                          row_k_i, row_v_i, mean_make_i, spare_used_i, mean_k_slot_i, mean_v_slot_i, product};
      assign mean_made_o  = 1'b0;
      assign spare_slot_o = {SlotBits{1'b0}};
      assign page_slot_o  = {Pages * SlotBits{1'b0}};
      assign multiply     = 1'b0;
      assign multiply_a   = {ABits{1'b0}};
      assign multiply_b   = {PartDim * BBits{1'b0}};
      assign mean_k_o     = {RowWidth{1'b0}};
      assign mean_v_o     = {RowWidth{1'b0}};
    end
  endgenerate

  // ---- merge, divide ---------------------------------------------------------------------------

  wire en, merged_valid, merged_last, merge_overflow;
  wire [PartBits-1:0] merged_index;
  wire [InfoBits-1:0] merged_info, o_info;
  wire [PartDim*MergedBits-1:0] merged_part;
  wire [MergedTotalBits-1:0] merged_total;

  ks_merge #(
      .Float          (Float),
      .Banks          (Banks),
      .Ways           (Ways),
      .ExpBits        (ExpBits),
      .AccBits        (AccBits),
      .TotalBits      (TotalBits),
      .MergedBits     (MergedBits),
      .MergedTotalBits(MergedTotalBits),
      .PartDim        (PartDim),
      .Parts          (Parts),
      .PartBits       (PartBits),
      .InfoBits       (InfoBits)
  ) u_merge (
      .clk_i          (clk_i),
      .rst_ni         (rst_ni),
      .en_i           (en),
      .exp_valid_i    (exp_valid_i),
      .exp_max_i      (exp_max_i),
      .exp_down_i     (exp_down_i),
      .exp_filled_i   (exp_filled_i),
      .exp_pop_o      (exp_pop_o),
      .query_valid_i  (query_valid_i),
      .release_o      (release_o),
      .part_index_o   (part_index_o),
      .part_i         (part_i),
      .total_i        (total_i),
      .start_o        (start),
      .info_i         ({context_tag_i[merging*16+:16], number, last && context_last_i[merging]}),
      .valid_o        (merged_valid),
      .last_o         (merged_last),
      .index_o        (merged_index),
      .info_o         (merged_info),
      .part_o         (merged_part),
      .total_o        (merged_total),
      .overflow_o     (merge_overflow)
  );
  assign overflow_o = (|overflow_i) || merge_overflow;

  ks_divide #(
      .Float          (Float),
      .Dim            (Dim),
      .MergedBits     (MergedBits),
      .MergedTotalBits(MergedTotalBits),
      .RecipFrac      (RecipFrac),
      .IndexBits      (RecipIndexBits),
      .RecipBits      (RecipBits),
      .OutBits        (OutBits),
      .OutShift       (OutShift),
      .PartDim        (PartDim),
      .Parts          (Parts),
      .PartBits       (PartBits),
      .InfoBits       (InfoBits),
      .OperandBits    (OperandBits),
      .ABits          (ABits),
      .BBits          (BBits)
  ) u_divide (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .en_o        (en),
      .part_valid_i(merged_valid),
      .part_last_i (merged_last),
      .part_index_i(merged_index),
      .part_info_i (merged_info),
      .part_i      (merged_part),
      .total_i     (merged_total),
      .index_o     (recip_index_o),
      .value_i     (recip_value_i),
      .multiply_i  (multiply),
      .a_i         (multiply_a),
      .b_i         (multiply_b),
      .product_o   (product),
      .o_valid_o   (o_valid_o),
      .o_ready_i   (o_ready_i),
      .o_data_o    (o_data_o),
      .o_info_o    (o_info),
      .saturated_o (saturated_o),
      .sum_zero_o  (sum_zero_o)
  );
  assign {o_tag_o, o_number_o, o_last_o} = o_info;

endmodule

`default_nettype wire
