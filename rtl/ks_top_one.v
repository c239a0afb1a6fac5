// SPDX-License-Identifier: Apache-2.0
//
// Index of the top one of an unsigned number; 0 for 0. Combinational.

`default_nettype none

module ks_top_one #(
    parameter Width     = 16,            // bits of x
    parameter IndexBits = $clog2(Width)  // derived: do not set (1 for Width = 1 is the caller's care)
) (
    input  wire [    Width-1:0] x_i,
    output reg  [IndexBits-1:0] index_o
);

  integer i;
  always @* begin
    index_o = {IndexBits{1'b0}};
    for (i = 0; i < Width; i = i + 1) if (x_i[i]) index_o = i[IndexBits-1:0];
  end

endmodule

`default_nettype wire
