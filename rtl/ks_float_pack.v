// SPDX-License-Identifier: Apache-2.0
//
// Ends every operation on floats (SPEC 3, accumulator = float): a field below 1 is flushed to zero, one above
// 1023 saturated to the largest finite number. Combinational.
//
//   float       sign [15], field [14:5], fraction [4:0]: field 0 is zero, and is all zeros; else
//               +-2^(field - 511) * (32 + fraction) / 32
//   zero_i      the result is zero whatever the rest
//   field_i     two's complement;  fraction_i  of the result where neither happens
//   overflow_o  the result was saturated

`default_nettype none

module ks_float_pack #(
    parameter FieldBits = 12  // bits of field_i, >= 12
) (
    input  wire                 zero_i,
    input  wire                 negative_i,
    input  wire [FieldBits-1:0] field_i,
    input  wire [          4:0] fraction_i,
    output wire [         15:0] float_o,
    output wire                 overflow_o
);

  wire sign = field_i[FieldBits-1];
  wire none = zero_i || sign || !(|field_i);
  wire over = |field_i[FieldBits-2:10];

  assign overflow_o = !none && over;
  assign float_o = none ? 16'd0
                 : over ? {negative_i, 15'h7fff}
                 : {negative_i, field_i[9:0], fraction_i};

endmodule

`default_nettype wire
