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

  wire [ListCount-1:0] word;
  wire [  RowBits-1:0] list_row;
  wire [    Lanes-1:0] found;
  wire                 next_word;
  ks_list #(
      .Lanes    (Lanes),
      .Slots    (Slots),
      .Words    (Words),
      .RowBits  (RowBits),
      .ListAddr (ListAddr),
      .ListCount(ListCount)
  ) u_list (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .list_we_i  (list_we_i),
      .list_addr_i(list_addr_i),
      .list_data_i(list_data_i),
      .launch_i   (launch_i),
      .next_i     (next_word),
      .move_i     (finish_i),
      .word_o     (word),
      .row_o      (list_row),
      .bits_o     (found)
  );

  // The lowest candidate of the word that is not issued yet.
  reg  [    Lanes-1:0] issued_q;
  wire [    Lanes-1:0] left = found & ~issued_q;
  wire [    Lanes-1:0] lowest = left & (~left + 1'b1);
  wire                 word_last = left == lowest;
  reg  [  RowBits-1:0] lane;
  integer l;
  always @* begin
    lane = {RowBits{1'b0}};
    for (l = 0; l < Lanes; l = l + 1) if (lowest[l]) lane = lane | l[RowBits-1:0];
  end

  assign next_word = take_i && word_last;
  assign row_o     = list_row + lane;
  assign last_o    = word == words_i - 1'b1 && word_last;

  always @(posedge clk_i) begin
    if (!rst_ni || finish_i) issued_q <= {Lanes{1'b0}};
    else if (take_i) issued_q <= word_last ? {Lanes{1'b0}} : issued_q | lowest;
  end

endmodule

`default_nettype wire
