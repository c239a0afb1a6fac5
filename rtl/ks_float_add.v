// SPDX-License-Identifier: Apache-2.0
//
// Sum of two floats (ks_float_pack), rounded once. Combinational.
//
// The number of the larger field is shifted left by the difference of the fields, so that the sum is exact.
// Beyond 7 the smaller one is below a quarter of the larger one's last bit: no tie even where the sum falls
// below a power of two, so it counts as zero. A zero has field 0 and significand 0 and needs no path of its own.
//
//   overflow_o  the sum was saturated

`default_nettype none

module ks_float_add (
    input  wire [15:0] a_i,
    input  wire [15:0] b_i,
    output wire [15:0] sum_o,
    output wire        overflow_o
);

  // Larger and smaller, by field.
  wire        swap = a_i[14:5] < b_i[14:5];
  wire [15:0] larger = swap ? b_i : a_i;
  wire [15:0] smaller = swap ? a_i : b_i;
  wire [ 9:0] apart = larger[14:5] - smaller[14:5];
  wire        far = |apart[9:3];
  wire [ 2:0] shift = far ? 3'd7 : apart[2:0];

  // Only of equal fields can a difference be negative, and then it has no more bits than a significand.
  wire [12:0] x = {7'd0, |larger[14:5], larger[4:0]} << shift;
  wire [ 5:0] y = far ? 6'd0 : {|smaller[14:5], smaller[4:0]};
  wire        subtract = larger[15] ^ smaller[15];
  wire [13:0] sum = {1'b0, x} + ({8'd0, y} ^ {14{subtract}}) + {13'd0, subtract};
  wire        below = sum[13];
  wire [ 5:0] turned = -sum[5:0];

  ks_float_round #(
      .MagnitudeBits(13)
  ) u_round (
      .negative_i (larger[15] ^ below),
      .magnitude_i(below ? {7'd0, turned} : sum[12:0]),
      .field_i    (larger[14:5] - {7'd0, shift}),
      .float_o    (sum_o),
      .overflow_o (overflow_o)
  );

endmodule

`default_nettype wire
