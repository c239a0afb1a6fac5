// SPDX-License-Identifier: Apache-2.0
//
// The lower bits of a shifted number, y = floor (x / 2^shift), and whether that is all there is to
// it. The longest shifts come first, so that a level is as wide as what y can still need of it.
// Combinational.
//
//   x_i      two's complement
//   shift_i  unsigned, every value
//   y_o      the lower OutBits of the quotient;  fits_o  they are it, as two's complement

`default_nettype none

module ks_window #(
    parameter Width     = 36,
    parameter ShiftBits = 5,   // >= 1
    parameter OutBits   = 11   // < Width
) (
    input  wire [    Width-1:0] x_i,
    input  wire [ShiftBits-1:0] shift_i,
    output wire [  OutBits-1:0] y_o,
    output wire                 fits_o
);

  // Bits that matter while shifts of 2^(left-1) bits and less are still to come.
  function integer bits_at(input integer left);
    bits_at = (left == ShiftBits || OutBits + (1 << left) > Width) ? Width
            : OutBits + (1 << left) - 1;
  endfunction

  wire sign = x_i[Width-1];
  wire [ShiftBits-1:0] lost;  // a bit that leaves at the top is not the sign
  genvar l;
  generate
    for (l = ShiftBits; l >= 0; l = l - 1) begin : g_level
      localparam Bits = bits_at(l);
      wire [Bits-1:0] bits;
      if (l == ShiftBits) begin : g_whole
        assign bits = x_i;
      end else begin : g_shift
        localparam Before = bits_at(l + 1);
        localparam Step = 1 << l;
        wire [Before+Step-1:0] extended = {{Step{sign}}, g_level[l+1].bits};
        wire [Before-1:0] shifted = shift_i[l] ? extended[Step+:Before] : extended[0+:Before];
        assign bits = shifted[Bits-1:0];
        if (Before > Bits) begin : g_cut
          assign lost[l] = |(shifted[Before-1:Bits] ^ {(Before - Bits) {sign}});
        end else begin : g_all
          assign lost[l] = 1'b0;
        end
      end
    end
  endgenerate

  assign y_o    = g_level[0].bits;
  assign fits_o = !(|lost) && y_o[OutBits-1] == sign;

endmodule

`default_nettype wire
