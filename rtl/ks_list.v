// SPDX-License-Identifier: Apache-2.0
//
// The lists of a bank's candidates (ks_select): a memory of words {row of lane 0, candidate bits},
// Words a list, a list a query in slot after slot, and the place in it. The word of the next cycle
// is read in this one, so that a word a cycle can be taken, across queries too.
//
//   list_*    write port
//   launch_i  a query is launched, and its list complete: at the latest then it is read
//   next_i    to the next word of the list; move_i: to the first word of the next query's list
//   word_o    number of the word at hand; row_o, bits_o  the word

`default_nettype none

module ks_list #(
    parameter Lanes     = 8,
    parameter Slots     = 8,   // lists kept
    parameter Words     = 16,  // words of a list
    parameter RowBits   = 8,   // bits of a row of the bank
    parameter ListAddr  = 7,   // address bits: Slots * Words
    parameter ListCount = 5    // bits of 0..Words
) (
    input  wire                     clk_i,
    input  wire                     rst_ni,
    input  wire                     list_we_i,
    input  wire [     ListAddr-1:0] list_addr_i,
    input  wire [RowBits+Lanes-1:0] list_data_i,
    input  wire                     launch_i,
    input  wire                     next_i,
    input  wire                     move_i,
    output wire [    ListCount-1:0] word_o,
    output wire [      RowBits-1:0] row_o,
    output wire [        Lanes-1:0] bits_o
);

  localparam [31:0] WORDS = Words;
  localparam [31:0] LAST_LIST = (Slots - 1) * Words;

  reg  [ ListAddr-1:0] list_q;
  reg  [ListCount-1:0] word_q;
  wire [ ListAddr-1:0] list_next =
      (list_q == LAST_LIST[ListAddr-1:0]) ? {ListAddr{1'b0}} : list_q + WORDS[ListAddr-1:0];
  wire [ListAddr+ListCount-1:0] word_wide = {{ListAddr{1'b0}}, word_q};
  wire                 unused_word = &{1'b0, word_wide[ListAddr+ListCount-1:ListAddr]};
  wire [ ListAddr-1:0] word_next =
      list_q + word_wide[ListAddr-1:0] + {{(ListAddr - 1) {1'b0}}, next_i};

  always @(posedge clk_i) begin
    if (!rst_ni) list_q <= {ListAddr{1'b0}};
    else if (move_i) list_q <= list_next;
    if (!rst_ni || move_i) word_q <= {ListCount{1'b0}};
    else if (next_i) word_q <= word_q + 1'b1;
  end
  assign word_o = word_q;

  ks_ram_1r1w #(
      .Width   (RowBits + Lanes),
      .Depth   (Slots * Words),
      .AddrBits(ListAddr)
  ) u_memory (
      .clk_i  (clk_i),
      .we_i   (list_we_i),
      .waddr_i(list_addr_i),
      .wdata_i(list_data_i),
      .ren_i  (launch_i || next_i || move_i),
      .raddr_i(move_i ? list_next : word_next),
      .rdata_o({row_o, bits_o})
  );

endmodule

`default_nettype wire
