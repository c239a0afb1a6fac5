// SPDX-License-Identifier: Apache-2.0
//
// One element of a bank's accumulators (SPEC 3, accumulator = float): multiply, round, add, and the copy that
// waits for the merge. Floats as in ks_float_pack; product and sum are each rounded.
//
//   acc = acc + weight * v
//
// Stages, all of them advancing with en_i: 1 multiply, 2 round, 3 add; the loop closes in a cycle. Those of
// ks_lane with one way.
//
//   value_i     code, two's complement; weight_i  float, not negative; multiply_i  there is a key (stage 1)
//   round_i     there is a key (stage 2)
//   add_i       there is a key; fresh_i  it is a query's first: the sum starts at zero (stage 3)
//   overflow_o  in stage 2 or 3 a result was saturated
//   copy_i      the sum is complete: hold it for the merge, on hold_o

`default_nettype none

module ks_lane_float #(
    parameter ValueBits = 9  // bits of a value code, 2..17
) (
    input  wire                 clk_i,
    input  wire                 en_i,
    input  wire                 multiply_i,
    input  wire [ValueBits-1:0] value_i,
    input  wire [         15:0] weight_i,
    input  wire                 round_i,
    input  wire                 add_i,
    input  wire                 fresh_i,
    output wire                 overflow_o,
    input  wire                 copy_i,
    output wire [         15:0] hold_o
);

  localparam ProductBits = 5 + ValueBits;  // a significand is below 2^6, a magnitude at most 2^(ValueBits-1)

  // Multiply.
  wire                   negative = value_i[ValueBits-1];
  wire [  ValueBits-1:0] magnitude = negative ? -value_i : value_i;
  wire [            5:0] significand = {|weight_i[14:5], weight_i[4:0]};
  wire [ProductBits-1:0] product = magnitude * significand;
  wire                   unused_sign = weight_i[15];
  reg  [ProductBits-1:0] product_q;
  reg                    negative_q;
  reg  [            9:0] field_q;
  always @(posedge clk_i) begin
    if (en_i && multiply_i) begin
      product_q  <= product;
      negative_q <= negative;
      field_q    <= weight_i[14:5];
    end
  end

  // Round.
  wire [15:0] rounded;
  wire        round_overflow;
  reg  [15:0] rounded_q;
  ks_float_round #(
      .MagnitudeBits(ProductBits)
  ) u_round (
      .negative_i (negative_q),
      .magnitude_i(product_q),
      .field_i    (field_q),
      .float_o    (rounded),
      .overflow_o (round_overflow)
  );
  always @(posedge clk_i) if (en_i) rounded_q <= rounded;

  // Add.
  wire [15:0] sum;
  wire        add_overflow;
  reg  [15:0] acc_q;
  ks_float_add u_add (
      .a_i       (fresh_i ? 16'd0 : acc_q),
      .b_i       (rounded_q),
      .sum_o     (sum),
      .overflow_o(add_overflow)
  );
  always @(posedge clk_i) if (en_i && add_i) acc_q <= sum;

  assign overflow_o = (round_i && round_overflow) || (add_i && add_overflow);

  // Hold.
  reg [15:0] hold_q;
  always @(posedge clk_i) if (copy_i) hold_q <= acc_q;
  assign hold_o = hold_q;

endmodule

`default_nettype wire
