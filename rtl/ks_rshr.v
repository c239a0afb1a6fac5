// SPDX-License-Identifier: Apache-2.0
//
// Rounding right shift, the only one in the design: y = floor(x / 2^shift + 1/2).
// Combinational. Correct for every shift, those beyond the width included (they give 0).
//
//   x_i, y_o   Width bits, two's complement
//   shift_i    unsigned

`default_nettype none

module ks_rshr #(
    parameter Width     = 32,  // bits of x and y, >= 2
    parameter ShiftBits = 6    // bits of the shift, >= 1
) (
    input  wire [    Width-1:0] x_i,
    input  wire [ShiftBits-1:0] shift_i,
    output wire [    Width-1:0] y_o
);

  wire [Width-1:0] shifted;
  wire             round;
  ks_shift #(
      .Width    (Width),
      .ShiftBits(ShiftBits)
  ) u_shift (
      .x_i     (x_i),
      .filled_i(1'b1),
      .shift_i (shift_i),
      .y_o     (shifted),
      .round_o (round)
  );

  assign y_o = shifted + {{(Width - 1) {1'b0}}, round};

endmodule

`default_nettype wire
