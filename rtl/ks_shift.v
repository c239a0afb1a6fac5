// SPDX-License-Identifier: Apache-2.0
//
// Right shift that leaves the rounding to whoever adds next: floor (x / 2^shift + 1/2) = y + round.
// An adder takes the rounding bit as its carry, which costs nothing; ks_rshr adds it here and now.
// Combinational. Correct for every shift, those beyond the width included (they give 0 in all).
//
//   x_i, y_o   Width bits, two's complement; y = floor (x / 2^shift)
//   filled_i   low: x is of no meaning and shift_i is Width at least; y and round are 0, whatever is
//              in x, unknowns of a simulation included. Only its sign needs a mask for that
//   shift_i    unsigned
//   round_o    the bit that falls out last, 0 if shift is 0

`default_nettype none

module ks_shift #(
    parameter Width     = 32,  // bits of x and y, >= 2
    parameter ShiftBits = 6    // bits of the shift, >= 1
) (
    input  wire [    Width-1:0] x_i,
    input  wire                 filled_i,
    input  wire [ShiftBits-1:0] shift_i,
    output wire [    Width-1:0] y_o,
    output wire                 round_o
);

  wire signed [Width+1:0] extended = {x_i[Width-1] && filled_i, x_i, 1'b0};
  wire signed [Width+1:0] shifted = extended >>> shift_i;
  wire unused_sign = shifted[Width+1];

  assign y_o     = shifted[Width:1];
  assign round_o = shifted[0] && filled_i;

endmodule

`default_nettype wire
