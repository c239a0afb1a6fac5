// SPDX-License-Identifier: Apache-2.0
//
// As rtl/ks_product.v, whose place it takes where a multiplier is a block: a * b = sum + carry,
// modulo 2^(ABits + BBits), a in two's complement, b unsigned. The product is the sum.

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
