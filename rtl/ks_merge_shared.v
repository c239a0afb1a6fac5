// SPDX-License-Identifier: Apache-2.0
//
// The sums of a part of a row over banks and ways (SPEC 3, accumulator = shared): of every element
// the sum of rshr(acc, X - X_a), X the largest exponent of all accumulators that are not empty. The
// shifts come from ks_merge_shifts, the rounding is the adder tree's. See ks_merge for the order of
// events. Latency: 1 + ceil(log4 (Banks * Ways)) cycles from a part to its sums, advancing with
// en_i.
//
//   read_i     a part is on part_i, total_i
//   shift_i    X - X_a of the query, while its parts are read;  filled_i  the accumulator is not empty:
//              if it is, the shift must be AccBits at least, and nothing but a sign of 0 is left

`default_nettype none

module ks_merge_shared #(
    parameter Banks           = 4,
    parameter Ways            = 2,
    parameter ShiftBits       = 5,
    parameter AccBits         = 30,
    parameter TotalBits       = 22,
    parameter MergedBits      = 34,
    parameter MergedTotalBits = 25,  // unsigned bits of total_o and a sign
    parameter PartDim         = 16
) (
    input  wire                                  clk_i,
    input  wire                                  en_i,
    input  wire                                  read_i,
    input  wire [      Banks*Ways*ShiftBits-1:0] shift_i,
    input  wire [                Banks*Ways-1:0] filled_i,
    input  wire [Banks*PartDim*Ways*AccBits-1:0] part_i,
    input  wire [      Banks*Ways*TotalBits-1:0] total_i,
    output wire [        PartDim*MergedBits-1:0] part_o,
    output wire [           MergedTotalBits-1:0] total_o
);

  localparam Accs = Banks * Ways;
  localparam TreeStages = ($clog2(Accs) + 1) / 2;
  localparam SumBits = AccBits + 2 * TreeStages;
  localparam SumTotalBits = TotalBits + 2 * TreeStages;

  // ---- parts: align every accumulator, then add ------------------------------------------------

  genvar a, i;
  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_element
      reg  [Accs*AccBits-1:0] aligned_q;
      reg  [        Accs-1:0] round_q;
      wire [     SumBits-1:0] sum;
      for (a = 0; a < Accs; a = a + 1) begin : g_acc
        wire [AccBits-1:0] sum_of = part_i[(((a/Ways)*PartDim+i)*Ways+a%Ways)*AccBits+:AccBits];
        wire [AccBits-1:0] aligned;
        wire               round, unused_sign;
        ks_shift #(
            .Width    (AccBits + 1),
            .ShiftBits(ShiftBits)
        ) u_align (
            .x_i    ({sum_of[AccBits-1] && filled_i[a], sum_of}),
            .shift_i(shift_i[a*ShiftBits+:ShiftBits]),
            .y_o    ({unused_sign, aligned}),
            .round_o(round)
        );
        always @(posedge clk_i) begin
          if (read_i) begin
            aligned_q[a*AccBits+:AccBits] <= aligned;
            round_q[a]                     <= round && filled_i[a];
          end
        end
      end
      ks_adder_tree #(
          .Count (Accs),
          .InBits(AccBits)
      ) u_sum (
          .clk_i  (clk_i),
          .en_i   (en_i),
          .data_i (aligned_q),
          .carry_i(round_q),
          .sum_o  (sum)
      );
      if (SumBits > MergedBits) begin : g_narrow
        wire unused_sum = &{1'b0, sum[SumBits-1:MergedBits]};
        assign part_o[i*MergedBits+:MergedBits] = sum[MergedBits-1:0];
      end else begin : g_wide
        assign part_o[i*MergedBits+:MergedBits] =
            {{(MergedBits - SumBits + 1) {sum[SumBits-1]}}, sum[SumBits-2:0]};
      end
    end
  endgenerate

  reg  [Accs*TotalBits-1:0] totals_q;
  reg  [          Accs-1:0] total_round_q;
  wire [  SumTotalBits-1:0] total;
  generate
    for (a = 0; a < Accs; a = a + 1) begin : g_total
      wire [TotalBits-1:0] sum_of = total_i[a*TotalBits+:TotalBits];
      wire [TotalBits-1:0] aligned;
      wire                 round, unused_sign;
      ks_shift #(
          .Width    (TotalBits + 1),
          .ShiftBits(ShiftBits)
      ) u_align (
          .x_i    ({sum_of[TotalBits-1] && filled_i[a], sum_of}),
          .shift_i(shift_i[a*ShiftBits+:ShiftBits]),
          .y_o    ({unused_sign, aligned}),
          .round_o(round)
      );
      always @(posedge clk_i) begin
        if (read_i) begin
          totals_q[a*TotalBits+:TotalBits] <= aligned;
          total_round_q[a]                 <= round && filled_i[a];
        end
      end
    end
    if (SumTotalBits > MergedTotalBits) begin : g_total_narrow
      wire unused_total = &{1'b0, total[SumTotalBits-1:MergedTotalBits]};
      assign total_o = total[MergedTotalBits-1:0];
    end else begin : g_total_wide
      wire unused_sign = total[SumTotalBits-1];
      assign total_o = {{(MergedTotalBits - SumTotalBits + 1) {1'b0}}, total[SumTotalBits-2:0]};
    end
  endgenerate
  ks_adder_tree #(
      .Count (Accs),
      .InBits(TotalBits)
  ) u_total (
      .clk_i  (clk_i),
      .en_i   (en_i),
      .data_i (totals_q),
      .carry_i(total_round_q),
      .sum_o  (total)
  );

endmodule

`default_nettype wire
