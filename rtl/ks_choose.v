// SPDX-License-Identifier: Apache-2.0
//
// One of several words: word_o is word index_i of words_i. Combinational.
//
// Written so that a synthesiser sees a choice: an index times a width that is no power of two, in a
// variable part select, becomes a shifter of all the words at once in some (Yosys does see through
// it, but not where the width is even).
//
//   words_i  word w in bits [w*Width +: Width]
//   index_i  below Words

`default_nettype none

module ks_choose #(
    parameter Width     = 60,  // bits of a word
    parameter Words     = 8,
    parameter IndexBits = 3    // max(1, clog2(Words))
) (
    input  wire [Words*Width-1:0] words_i,
    input  wire [  IndexBits-1:0] index_i,
    output wire [      Width-1:0] word_o
);

  localparam SlotBits = 1 << $clog2(Width);
  wire [Words*SlotBits-1:0] slots;

  genvar w;
  generate
    for (w = 0; w < Words; w = w + 1) begin : g_word
      assign slots[w*SlotBits+:Width] = words_i[w*Width+:Width];
      if (SlotBits > Width) begin : g_pad
        assign slots[w*SlotBits+Width+:SlotBits-Width] = {(SlotBits - Width) {1'b0}};
      end
    end
  endgenerate

  assign word_o = slots[index_i*SlotBits+:Width];

endmodule

`default_nettype wire
