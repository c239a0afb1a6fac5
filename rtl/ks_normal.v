// SPDX-License-Identifier: Apache-2.0
//
// An unsigned number x > 0 as 1.index * 2^place: the place of its top one and the bits below that. Combinational.
//
//   index_o  the IndexBits bits below the top one; zeros follow x's last bit

`default_nettype none

module ks_normal #(
    parameter Width     = 26,  // bits of x and a zero above them
    parameter IndexBits = 8,
    parameter PlaceBits = 6    // >= clog2(Width)
) (
    input  wire [    Width-1:0] x_i,
    output wire [PlaceBits-1:0] place_o,
    output wire [IndexBits-1:0] index_o
);

  localparam TopBits = $clog2(Width);
  localparam [31:0] LAST = Width - 1;

  wire [TopBits-1:0] top;
  wire [  Width-1:0] normal = x_i << (LAST[TopBits-1:0] - top);
  ks_top_one #(
      .Width(Width)
  ) u_top (
      .x_i    (x_i),
      .index_o(top)
  );

  assign place_o = {{(PlaceBits - TopBits) {1'b0}}, top};
  generate
    if (Width > IndexBits) begin : g_cut
      wire unused_normal = &{1'b0, normal};
      assign index_o = normal[Width-2-:IndexBits];
    end else begin : g_padded
      wire unused_normal = normal[Width-1];
      assign index_o = {normal[Width-2:0], {(IndexBits - Width + 1) {1'b0}}};
    end
  endgenerate

endmodule

`default_nettype wire
