// SPDX-License-Identifier: Apache-2.0
//
// A product as two numbers, a * b = sum + carry, for those who have a register before the addition.
// Combinational. Here the product is the sum, so that a synthesiser takes a multiplier block for it
// or makes one at will; a flow to cells may put a module in its place that ends before the last
// addition, as asic/blocks/ks_product.v does.
//
//   a_i             two's complement;  b_i  unsigned
//   sum_o, carry_o  two's complement, modulo 2^(ABits + BBits)

`default_nettype none

module ks_product #(
    parameter ABits = 34,  // >= 2
    parameter BBits = 10   // >= 1
) (
    input  wire [      ABits-1:0] a_i,
    input  wire [      BBits-1:0] b_i,
    output wire [ABits+BBits-1:0] sum_o,
    output wire [ABits+BBits-1:0] carry_o
);

  wire signed [ABits+BBits:0] product = $signed(a_i) * $signed({1'b0, b_i});
  wire unused_product = product[ABits+BBits];
  assign sum_o   = product[ABits+BBits-1:0];
  assign carry_o = {(ABits + BBits) {1'b0}};

endmodule

`default_nettype wire
