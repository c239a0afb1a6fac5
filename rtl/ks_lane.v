// SPDX-License-Identifier: Apache-2.0
//
// One element of a bank's accumulators (SPEC 3, accumulator = shared): multiply, align, accumulate,
// and the copy that waits for the merge. The exponents, and so every shift, come from
// ks_accumulate.
//
//   new exponent larger:  acc = rshr(acc, shift_acc) + p      p = (m * v) << G
//   else:                 acc = acc + rshr(p, shift_product)
//
// Stages, all of them advancing with en_i: 1 multiply, 2 align, 3 scale, 4 add. With one way,
// stages 3 and 4 are one, and the loop through the accumulator closes in a cycle; with more, keys
// take turns at the accumulators and the loop has two.
//
//   value_i        code, two's complement; weight_i  m, unsigned (stage 1)
//   align_shift_i  shift of the product (stage 2)
//   scale_shift_i  shift of the accumulator; fresh_i  the accumulator is empty (stage 3)
//   way_i          accumulator of the key; valid_i  there is a key (stage 3)
//   copy_i         the accumulators are complete: hold them for the merge
//   hold_o         Ways sums of AccBits bits, way w in bits [w*AccBits +: AccBits]

`default_nettype none

module ks_lane #(
    parameter ValueBits  = 9,   // bits of a value code
    parameter WeightBits = 6,   // E + 1
    parameter GuardBits  = 9,   // G
    parameter AccBits    = 30,  // bits of an accumulator, >= WeightBits + ValueBits + GuardBits
    parameter Ways       = 2,   // 1, 2 or 4
    parameter WayBits    = 1,   // max(1, clog2(Ways))
    parameter ShiftBits  = 6    // bits of a shift
) (
    input  wire                    clk_i,
    input  wire                    en_i,
    input  wire                    multiply_i,
    input  wire [   ValueBits-1:0] value_i,
    input  wire [  WeightBits-1:0] weight_i,
    input  wire [   ShiftBits-1:0] align_shift_i,
    input  wire                    valid_i,
    input  wire [     WayBits-1:0] way_i,
    input  wire                    fresh_i,
    input  wire [   ShiftBits-1:0] scale_shift_i,
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
  wire [AlignBits-1:0] guarded =
      {{(GuardBits + 1) {product_q[ProductBits-1]}}, product_q[ProductBits-2:0]} << GuardBits;
  wire [AlignBits-1:0] aligned;
  reg  [AlignBits-1:0] aligned_q;
  ks_rshr #(
      .Width    (AlignBits),
      .ShiftBits(ShiftBits)
  ) u_align (
      .x_i    (guarded),
      .shift_i(align_shift_i),
      .y_o    (aligned)
  );
  always @(posedge clk_i) if (en_i) aligned_q <= aligned;

  // Scale.
  reg  [Ways*AccBits-1:0] acc_q;
  wire [     AccBits-1:0] acc;
  wire [     AccBits-1:0] scaled;
  wire [     AccBits-1:0] scaled_or_empty = fresh_i ? {AccBits{1'b0}} : scaled;
  wire [     AccBits-1:0] addend;
  ks_rshr #(
      .Width    (AccBits),
      .ShiftBits(ShiftBits)
  ) u_scale (
      .x_i    (acc),
      .shift_i(scale_shift_i),
      .y_o    (scaled)
  );

  genvar w;
  generate
    if (AccBits > AlignBits) begin : g_extend
      assign addend = {{(AccBits - AlignBits) {aligned_q[AlignBits-1]}}, aligned_q};
    end else begin : g_same
      assign addend = aligned_q;
    end

    // Add.
    if (Ways == 1) begin : g_one
      wire unused_way = &{1'b0, way_i};
      assign acc = acc_q;
      always @(posedge clk_i) if (en_i && valid_i) acc_q <= scaled_or_empty + addend;
    end else begin : g_ways
      reg [AccBits-1:0] scaled_q, addend_q;
      reg [WayBits-1:0] way_q;
      reg               valid_q;
      assign acc = acc_q[way_i*AccBits+:AccBits];
      always @(posedge clk_i) begin
        if (en_i) begin
          scaled_q <= scaled_or_empty;
          addend_q <= addend;
          way_q    <= way_i;
          valid_q  <= valid_i;
        end
      end
      wire [AccBits-1:0] next = scaled_q + addend_q;
      for (w = 0; w < Ways; w = w + 1) begin : g_way
        always @(posedge clk_i) if (en_i && valid_q && way_q == w) acc_q[w*AccBits+:AccBits] <= next;
      end
    end
  endgenerate

  // Hold.
  reg [Ways*AccBits-1:0] hold_q;
  always @(posedge clk_i) if (copy_i) hold_q <= acc_q;
  assign hold_o = hold_q;

endmodule

`default_nettype wire
