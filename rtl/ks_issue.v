// SPDX-License-Identifier: Apache-2.0
//
// Issue order of one bank (issue = inorder; SPEC 6): the bank's candidates of a query in ascending order, then,
// in the bank that has it, the virtual key (SPEC 5). One key a cycle, no gap between keys or queries. A bank with
// nothing to do for a query issues one null entry, so that the merge hears from every bank.
//
// Keys come from the bank's list of words {row of lane 0, candidate bits} that the scan has written, from a
// counter (exact), or from the query's single key (no candidate).
//
//   list_*    write port of the list memory
//   launch_i  one more query is in the sets (see ks_launch); room_o, behind_o for the next launch
//   stall_i   nothing may be issued in this cycle
//   issue_*   an entry: null, mean (the virtual key), last of its query; row address, page included; set
//   trace_o   it is a key of the bank's, number row_o

`default_nettype none

module ks_issue #(
    parameter Bank      = 0,    // this bank's number
    parameter Banks     = 4,
    parameter Lanes     = 8,
    parameter Rows      = 128,  // rows of a bank a page
    parameter Pages     = 2,
    parameter Slots     = 8,
    parameter Words     = 16,
    parameter Mean      = 1,    // 1: this bank has the virtual key
    parameter BankBits  = 2,
    parameter RowBits   = 8,
    parameter RowAddr   = 8,
    parameter ListAddr  = 7,
    parameter ListCount = 5,
    parameter CountBits = 10
) (
    input  wire                         clk_i,
    input  wire                         rst_ni,
    input  wire                         list_we_i,
    input  wire [         ListAddr-1:0] list_addr_i,
    input  wire [    RowBits+Lanes-1:0] list_data_i,
    input  wire                         launch_i,
    output wire                         room_o,
    output wire [                  1:0] behind_o,
    input  wire [                  1:0] set_exact_i,
    input  wire [                  1:0] set_page_i,
    input  wire [                  1:0] set_none_i,
    input  wire [       2*BankBits-1:0] set_end_bank_i,
    input  wire [        2*RowBits-1:0] set_end_row_i,
    input  wire [       2*BankBits-1:0] set_best_bank_i,
    input  wire [        2*RowBits-1:0] set_best_row_i,
    input  wire [      2*CountBits-1:0] set_unused_i,
    input  wire [2*Banks*ListCount-1:0] set_counts_i,
    input  wire                         stall_i,
    output wire                         issue_valid_o,
    output wire                         issue_null_o,
    output wire                         issue_mean_o,
    output wire                         issue_last_o,
    output wire [          RowAddr-1:0] issue_addr_o,
    output wire                         issue_set_o,
    output wire [        CountBits-1:0] issue_unused_o,
    output wire                         trace_o,
    output wire [          RowBits-1:0] trace_row_o
);

  localparam [31:0] BANK = Bank;
  localparam [31:0] PAGE_ROWS = (Pages == 1) ? 0 : Rows;
  localparam [31:0] LIST_WORDS = Words;
  localparam [31:0] LAST_LIST = (Slots - 1) * Words;

  // ---- the query at hand -----------------------------------------------------------------------------------

  reg  [1:0] behind_q;  // queries launched and not finished
  reg        set_q;
  wire       finish;
  wire       active = behind_q != 2'd0;
  assign behind_o = behind_q;
  assign room_o   = behind_q != 2'd2 || finish;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      behind_q <= 2'd0;
      set_q    <= 1'b0;
    end else begin
      if (launch_i && !finish) behind_q <= behind_q + 2'd1;
      if (!launch_i && finish) behind_q <= behind_q - 2'd1;
      if (finish) set_q <= !set_q;
    end
  end

  wire                 exact = set_exact_i[set_q];
  wire                 page = set_page_i[set_q];
  wire                 none = set_none_i[set_q];
  wire [ BankBits-1:0] end_bank = set_end_bank_i[set_q*BankBits+:BankBits];
  wire [  RowBits-1:0] end_row = set_end_row_i[set_q*RowBits+:RowBits];
  wire [ BankBits-1:0] best_bank = set_best_bank_i[set_q*BankBits+:BankBits];
  wire [  RowBits-1:0] best_row = set_best_row_i[set_q*RowBits+:RowBits];
  wire [CountBits-1:0] unused = set_unused_i[set_q*CountBits+:CountBits];
  wire [ListCount-1:0] words = set_counts_i[(set_q*Banks+Bank)*ListCount+:ListCount];
  wire [   BankBits:0] past_end = {1'b0, BANK[BankBits-1:0]} - {1'b0, end_bank};  // negative: one row more
  wire                 unused_past_end = &{1'b0, past_end};
  wire [  RowBits-1:0] rows = end_row + {{(RowBits - 1) {1'b0}}, past_end[BankBits]};

  // ---- progress in it --------------------------------------------------------------------------------------

  reg  [  RowBits-1:0] row_q;     // exact: next row
  reg  [ListCount-1:0] word_q;    // else: word of the list
  reg  [    Lanes-1:0] issued_q;  // its bits that are done
  reg                  keys_done_q;
  wire [RowBits+Lanes-1:0] list_data;

  wire [Lanes-1:0] left = list_data[Lanes-1:0] & ~issued_q;
  wire [Lanes-1:0] lowest = left & (~left + 1'b1);
  wire word_last = left == lowest;
  reg  [RowBits-1:0] lane;
  integer l;
  always @* begin
    lane = {RowBits{1'b0}};
    for (l = 0; l < Lanes; l = l + 1) if (lowest[l]) lane = lane | l[RowBits-1:0];
  end

  wire has_keys = exact ? rows != 0 : none ? best_bank == BANK[BankBits-1:0] : words != 0;
  wire has_mean = Mean != 0 && unused != 0;
  wire key = has_keys && !keys_done_q;
  wire key_last = exact ? row_q == rows - 1'b1 : none || (word_q == words - 1'b1 && word_last);
  wire [RowBits-1:0] row = exact ? row_q : none ? best_row : list_data[Lanes+:RowBits] + lane;
  wire [RowAddr+RowBits-1:0] row_wide = {{RowAddr{1'b0}}, row};
  wire unused_row = &{1'b0, row_wide[RowAddr+RowBits-1:RowAddr]};

  wire issue = active && !stall_i;
  assign finish = issue && (key ? key_last && !has_mean : 1'b1);

  assign issue_valid_o  = issue;
  assign issue_null_o   = !key && !has_mean;
  assign issue_mean_o   = !key && has_mean;
  assign issue_last_o   = key ? key_last && !has_mean : 1'b1;
  assign issue_addr_o   = row_wide[RowAddr-1:0] + (page ? PAGE_ROWS[RowAddr-1:0] : {RowAddr{1'b0}});
  assign issue_set_o    = set_q;
  assign issue_unused_o = unused;
  assign trace_o        = issue && key;
  assign trace_row_o    = row;

  wire next_word = issue && key && word_last;
  always @(posedge clk_i) begin
    if (!rst_ni || finish) begin
      row_q       <= {RowBits{1'b0}};
      word_q      <= {ListCount{1'b0}};
      issued_q    <= {Lanes{1'b0}};
      keys_done_q <= 1'b0;
    end else if (issue && key) begin
      row_q       <= row_q + 1'b1;
      keys_done_q <= key_last;
      issued_q    <= word_last ? {Lanes{1'b0}} : issued_q | lowest;
      if (word_last) word_q <= word_q + 1'b1;
    end
  end

  // ---- the list: the word of the next cycle is read in this one ------------------------------------------------

  reg  [ListAddr-1:0] list_q;
  wire [ListAddr-1:0] list_next = (list_q == LAST_LIST[ListAddr-1:0]) ? {ListAddr{1'b0}} : list_q + LIST_WORDS[ListAddr-1:0];
  wire [ListAddr+ListCount-1:0] word_wide = {{ListAddr{1'b0}}, word_q};
  wire unused_word = &{1'b0, word_wide[ListAddr+ListCount-1:ListAddr]};
  wire [ListAddr-1:0] read_addr =
      finish ? list_next : list_q + word_wide[ListAddr-1:0] + {{(ListAddr - 1) {1'b0}}, next_word};
  always @(posedge clk_i) begin
    if (!rst_ni) list_q <= {ListAddr{1'b0}};
    else if (finish) list_q <= list_next;
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
      .ren_i  (launch_i || finish || next_word),
      .raddr_i(read_addr),
      .rdata_o(list_data)
  );

endmodule

`default_nettype wire
