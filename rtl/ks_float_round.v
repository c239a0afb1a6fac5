// SPDX-License-Identifier: Apache-2.0
//
// The float (ks_float_pack) nearest to +-magnitude * 2^(field - 511 - 5), ties to even: a float of this field
// whose significand may have any length. Combinational.
//
//   magnitude_i  unsigned
//   field_i      0..1023
//   overflow_o   the result was saturated

`default_nettype none

module ks_float_round #(
    parameter MagnitudeBits = 13  // 7..31
) (
    input  wire                     negative_i,
    input  wire [MagnitudeBits-1:0] magnitude_i,
    input  wire [              9:0] field_i,
    output wire [             15:0] float_o,
    output wire                     overflow_o
);

  localparam TopBits = $clog2(MagnitudeBits);
  localparam [31:0] LAST = MagnitudeBits - 1;
  localparam FieldBits = 12;

  // The top one moves to the last bit; below the six bits kept are the half and what is less.
  wire [      TopBits-1:0] top;
  wire [MagnitudeBits-1:0] normal = magnitude_i << (LAST[TopBits-1:0] - top);
  wire [              5:0] kept = normal[MagnitudeBits-1-:6];
  wire                     half = normal[MagnitudeBits-7];
  wire                     less;
  ks_top_one #(
      .Width(MagnitudeBits)
  ) u_top (
      .x_i    (magnitude_i),
      .index_o(top)
  );

  generate
    if (MagnitudeBits > 7) begin : g_less
      assign less = |normal[MagnitudeBits-8:0];
    end else begin : g_exact
      assign less = 1'b0;
    end
  endgenerate

  // A carry out of the kept bits leaves a power of two, whose fraction is zero.
  wire [          6:0] rounded = {1'b0, kept} + {6'd0, half && (less || kept[0])};
  wire                 unused_hidden = rounded[5];
  wire [FieldBits-1:0] field = {{(FieldBits - 10) {1'b0}}, field_i} + {{(FieldBits - TopBits) {1'b0}}, top}
                             + {{(FieldBits - 1) {1'b0}}, rounded[6]} - 12'd5;

  ks_float_pack #(
      .FieldBits(FieldBits)
  ) u_pack (
      .zero_i    (!(|magnitude_i)),
      .negative_i(negative_i),
      .field_i   (field),
      .fraction_i(rounded[4:0]),
      .float_o   (float_o),
      .overflow_o(overflow_o)
  );

endmodule

`default_nettype wire
