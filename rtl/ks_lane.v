// SPDX-License-Identifier: Apache-2.0
//
// One element of a bank's accumulators (SPEC 3, accumulator = shared): multiply, align, accumulate,
// and the copy that waits for the merge. The exponents, and so every shift, come from
// ks_rows_shared.
//
//   new exponent larger:  acc = rshr(acc, shift_acc) + p      p = (m * v) << G
//   else:                 acc = acc + rshr(p, shift_product)
//
// Keys take turns at the Ways accumulators, so these go round: a key meets the oldest sum, and its
// own becomes the youngest. They move with keys, not with cycles; what the last key of all adds is
// not yet in a sum, but in scaled_q and addend_q. At most one of the two shifts is not 0, so that
// one carry rounds for both.
//
// Stages, all of them advancing with en_i: 2 multiply, 3 align and scale, 4 add. With one way the
// loop through the accumulator closes in a cycle and the scale is in stage 4; with more it has two.
//
//   value_i        code, two's complement; weight_i  m, unsigned; multiply_i  there is a key (2)
//   align_shift_i  shift of the product; step_i  there is a key (3)
//   scale_shift_i  shift of the oldest sum (3, one way: 4); fresh_i  it is of no key of this query:
//                  then the shift must be AccBits at least
//   copy_i         the last key's sum is in stage 4: hold the sums for the merge
//   hold_o         Ways sums of AccBits bits, the youngest first

`default_nettype none

module ks_lane #(
    parameter ValueBits  = 9,   // bits of a value code
    parameter WeightBits = 6,   // E + 1
    parameter GuardBits  = 9,   // G
    parameter AccBits    = 30,  // bits of an accumulator, >= WeightBits + ValueBits + GuardBits
    parameter Ways       = 2,   // 1, 2 or 4
    parameter ShiftBits  = 5    // bits of a shift
) (
    input  wire                    clk_i,
    input  wire                    en_i,
    input  wire                    multiply_i,
    input  wire [   ValueBits-1:0] value_i,
    input  wire [  WeightBits-1:0] weight_i,
    input  wire                    step_i,
    input  wire [   ShiftBits-1:0] align_shift_i,
    input  wire [   ShiftBits-1:0] scale_shift_i,
    input  wire                    fresh_i,
    input  wire                    copy_i,
    output wire [Ways*AccBits-1:0] hold_o
);

  localparam ProductBits = WeightBits + ValueBits;
  localparam AlignBits = ProductBits + GuardBits;

  // Multiply.
  wire signed [ValueBits-1:0] value = value_i;
  wire signed [WeightBits:0] weight = {1'b0, weight_i};
  wire signed [ProductBits:0] product = value * weight;
  wire unused_product = product[ProductBits];
  reg [ProductBits-1:0] product_q;
  always @(posedge clk_i) if (en_i && multiply_i) product_q <= product[ProductBits-1:0];

  // Align.
  wire step = en_i && step_i;
  wire [AlignBits-1:0] guarded =
      {{(GuardBits + 1) {product_q[ProductBits-1]}}, product_q[ProductBits-2:0]} << GuardBits;
  wire [AlignBits-1:0] aligned;
  wire                 align_round;
  reg  [AlignBits-1:0] aligned_q;
  reg                  round_q;
  ks_shift #(
      .Width    (AlignBits),
      .ShiftBits(ShiftBits)
  ) u_align (
      .x_i     (guarded),
      .filled_i(1'b1),
      .shift_i (align_shift_i),
      .y_o     (aligned),
      .round_o (align_round)
  );
  always @(posedge clk_i) if (step) aligned_q <= aligned;

  wire [AccBits-1:0] addend;
  generate
    if (AccBits > AlignBits) begin : g_extend
      assign addend = {{(AccBits - AlignBits) {aligned_q[AlignBits-1]}}, aligned_q};
    end else begin : g_same
      assign addend = aligned_q;
    end
  endgenerate

  // Scale.
  wire [AccBits-1:0] oldest, scaled;
  wire               scale_round;
  ks_shift #(
      .Width    (AccBits),
      .ShiftBits(ShiftBits)
  ) u_scale (
      .x_i     (oldest),
      .filled_i(!fresh_i),
      .shift_i (scale_shift_i),
      .y_o     (scaled),
      .round_o (scale_round)
  );

  // Add.
  wire [     AccBits-1:0] youngest;
  wire [Ways*AccBits-1:0] sums;
  generate
    if (Ways == 1) begin : g_one
      reg [AccBits-1:0] sum_q;
      always @(posedge clk_i) begin
        if (step) begin
          round_q <= align_round;
          sum_q   <= youngest;
        end
      end
      assign oldest   = sum_q;
      assign youngest = scaled + addend + {{(AccBits - 1) {1'b0}}, round_q || scale_round};
      assign sums     = youngest;
    end else begin : g_ways
      reg [           AccBits-1:0] scaled_q;
      reg [(Ways-1)*AccBits-1:0] sums_q;
      always @(posedge clk_i) begin
        if (step) begin
          round_q  <= align_round || scale_round;
          scaled_q <= scaled;
          sums_q   <= sums[(Ways-1)*AccBits-1:0];
        end
      end
      assign oldest   = sums_q[(Ways-2)*AccBits+:AccBits];
      assign youngest = scaled_q + addend + {{(AccBits - 1) {1'b0}}, round_q};
      assign sums     = {sums_q, youngest};
    end
  endgenerate

  // Hold.
  reg [Ways*AccBits-1:0] hold_q;
  always @(posedge clk_i) if (copy_i) hold_q <= sums;
  assign hold_o = hold_q;

endmodule

`default_nettype wire
