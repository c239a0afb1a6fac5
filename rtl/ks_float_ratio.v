// SPDX-License-Identifier: Apache-2.0
//
// An element over a sum, both floats (ks_float_pack), before the division (ks_divide): the element's significand
// with its sign, and how far the difference of the fields, element less sum, lies below Most; from Least on it
// counts as Least, from Most on as Most. Combinational.
//
//   sum_field_i    1..1023
//   significand_o  two's complement: 0 or 32..63 and their negatives
//   below_o        0..Most - Least

`default_nettype none

module ks_float_ratio #(
    parameter Most      = 10,  // > 0
    parameter Least     = -2,  // < 0, > Most - 1024
    parameter ShiftBits = 5    // bits of below_o
) (
    input  wire [         15:0] element_i,
    input  wire [          9:0] sum_field_i,
    output wire [          6:0] significand_o,
    output wire [ShiftBits-1:0] below_o
);

  localparam signed [31:0] MOST = Most;
  localparam [31:0] RANGE = Most - Least;

  wire [ 6:0] significand = {1'b0, |element_i[14:5], element_i[4:0]};
  wire [11:0] below = MOST[11:0] + {2'b00, sum_field_i} - {2'b00, element_i[14:5]};
  wire        far = !below[11] && below[10:0] > RANGE[10:0];

  assign significand_o = element_i[15] ? -significand : significand;
  assign below_o = below[11] ? {ShiftBits{1'b0}} : far ? RANGE[ShiftBits-1:0] : below[ShiftBits-1:0];

endmodule

`default_nettype wire
