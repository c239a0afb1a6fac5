// SPDX-License-Identifier: Apache-2.0
//
// The sums of a part of a row over banks and ways (SPEC 3, accumulator = shared): of every element
// the sum of rshr(acc, X - X_a), X the largest exponent of all accumulators that are not empty. The
// shifts come from ks_merge_shifts, the rounding is the adder tree's. See ks_merge for the order of
// events. Latency: 1 + ceil(log4 (Banks * Ways)) cycles from a part to its sums, advancing with
// en_i.
//
//   read_i     a part is on part_i, total_i
//   shift_i    X - X_a of the query, while its parts are read;  filled_i  the accumulator is not empty;
//              the shift of an empty one must be AccBits at least

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

  genvar a, i;
  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_element
      wire [Accs*AccBits-1:0] accs;
      for (a = 0; a < Accs; a = a + 1) begin : g_acc
        assign accs[a*AccBits+:AccBits] =
            part_i[(((a/Ways)*PartDim+i)*Ways+a%Ways)*AccBits+:AccBits];
      end
      ks_merge_sum #(
          .Accs     (Accs),
          .InBits   (AccBits),
          .OutBits  (MergedBits),
          .ShiftBits(ShiftBits)
      ) u_sum (
          .clk_i   (clk_i),
          .en_i    (en_i),
          .read_i  (read_i),
          .accs_i  (accs),
          .shift_i (shift_i),
          .filled_i(filled_i),
          .sum_o   (part_o[i*MergedBits+:MergedBits])
      );
    end
  endgenerate

  ks_merge_sum #(
      .Accs     (Accs),
      .InBits   (TotalBits),
      .OutBits  (MergedTotalBits),
      .ShiftBits(ShiftBits)
  ) u_total (
      .clk_i   (clk_i),
      .en_i    (en_i),
      .read_i  (read_i),
      .accs_i  (total_i),
      .shift_i (shift_i),
      .filled_i(filled_i),
      .sum_o   (total_o)
  );

endmodule

`default_nettype wire
