// SPDX-License-Identifier: Apache-2.0
//
// issue = inorder (SPEC 6): a bank's candidates of a query in ascending order, from the list of
// words {row of lane 0, candidate bits} that the scan has written.
//
// Timing: row_o is the first candidate in the cycle after the query's launch, or after finish_i of
// the query before it; the next one in the cycle after take_i. A query has the list in the slot
// after that of the query before it.
//
//   list_*    write port of the list memory
//   launch_i  a query is launched; words_i words in the list of the query at hand, one cycle later
//   take_i    row_o is issued; last_o: it is the query's last
//   finish_i  the bank goes on to the next query

`default_nettype none

module ks_issue_inorder #(
    parameter Lanes     = 8,
    parameter Slots     = 8,   // lists kept
    parameter Words     = 16,  // words of a list
    parameter RowBits   = 8,   // bits of a row of the bank
    parameter ListAddr  = 7,   // address bits of the list memory: Slots * Words
    parameter ListCount = 5    // bits of 0..Words
) (
    input  wire                     clk_i,
    input  wire                     rst_ni,
    input  wire                     list_we_i,
    input  wire [     ListAddr-1:0] list_addr_i,
    input  wire [RowBits+Lanes-1:0] list_data_i,
    input  wire                     launch_i,
    input  wire [    ListCount-1:0] words_i,
    input  wire                     take_i,
    input  wire                     finish_i,
    output wire [      RowBits-1:0] row_o,
    output wire                     last_o
);

  localparam [31:0] LIST_WORDS = Words;
  localparam [31:0] LAST_LIST = (Slots - 1) * Words;

  // ---- the lowest candidate of the word at hand that is not issued yet --------------------------

  reg  [    Lanes-1:0] issued_q;
  wire [RowBits+Lanes-1:0] list_data;
  wire [    Lanes-1:0] left = list_data[Lanes-1:0] & ~issued_q;
  wire [    Lanes-1:0] lowest = left & (~left + 1'b1);
  wire                 word_last = left == lowest;
  reg  [  RowBits-1:0] lane;
  integer l;
  always @* begin
    lane = {RowBits{1'b0}};
    for (l = 0; l < Lanes; l = l + 1) if (lowest[l]) lane = lane | l[RowBits-1:0];
  end

  reg  [ListCount-1:0] word_q;
  wire                 next_word = take_i && word_last;
  assign row_o  = list_data[Lanes+:RowBits] + lane;
  assign last_o = word_q == words_i - 1'b1 && word_last;

  always @(posedge clk_i) begin
    if (!rst_ni || finish_i) begin
      word_q   <= {ListCount{1'b0}};
      issued_q <= {Lanes{1'b0}};
    end else if (take_i) begin
      issued_q <= word_last ? {Lanes{1'b0}} : issued_q | lowest;
      if (word_last) word_q <= word_q + 1'b1;
    end
  end

  // ---- the list: the word of the next cycle is read in this one ---------------------------------

  reg  [ListAddr-1:0] list_q;
  wire [ListAddr-1:0] list_next =
      (list_q == LAST_LIST[ListAddr-1:0]) ? {ListAddr{1'b0}} : list_q + LIST_WORDS[ListAddr-1:0];
  wire [ListAddr+ListCount-1:0] word_wide = {{ListAddr{1'b0}}, word_q};
  wire unused_word = &{1'b0, word_wide[ListAddr+ListCount-1:ListAddr]};
  wire [ListAddr-1:0] word_addr =
      list_q + word_wide[ListAddr-1:0] + {{(ListAddr - 1) {1'b0}}, next_word};
  wire [ListAddr-1:0] read_addr = finish_i ? list_next : word_addr;
  always @(posedge clk_i) begin
    if (!rst_ni) list_q <= {ListAddr{1'b0}};
    else if (finish_i) list_q <= list_next;
  end

  ks_ram_1r1w #(
      .Width   (RowBits + Lanes),
      .Depth   (Slots * Words),
      .AddrBits(ListAddr)
  ) u_list_memory (
      .clk_i  (clk_i),
      .we_i   (list_we_i),
      .waddr_i(list_addr_i),
      .wdata_i(list_data_i),
      .ren_i  (launch_i || finish_i || next_word),
      .raddr_i(read_addr),
      .rdata_o(list_data)
  );

endmodule

`default_nettype wire
