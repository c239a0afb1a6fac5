// SPDX-License-Identifier: Apache-2.0
//
// The one of several words whose bit of pick_i is set; 0 if none is. Combinational: a level of ANDs
// and one of ORs, less than a tree of multiplexers where the choice comes decoded.
//
//   words_i  word w in bits [w*Width +: Width]
//   pick_i   at most one bit is set

`default_nettype none

module ks_pick #(
    parameter Width = 60,  // bits of a word
    parameter Words = 8
) (
    input  wire [Words*Width-1:0] words_i,
    input  wire [      Words-1:0] pick_i,
    output reg  [      Width-1:0] word_o
);

  integer w;
  always @* begin
    word_o = {Width{1'b0}};
    for (w = 0; w < Words; w = w + 1)
      word_o = word_o | ({Width{pick_i[w]}} & words_i[w*Width+:Width]);
  end

endmodule

`default_nettype wire
