// SPDX-License-Identifier: Apache-2.0
//
// What one bank issues for a query: its candidates, then, in the bank that has it, the virtual key
// (SPEC 5). One key a cycle, no gap between keys or queries. A bank with nothing to do for a query
// issues one null entry, so that the merge hears from every bank.
//
// Candidates come from the bank's list of words {row of lane 0, candidate bits} that the scan has
// written, in the order of ks_issue_inorder or ks_issue_lqf (SPEC 6); the keys of an exact query
// from a counter, in ascending order; the single key of a query without a candidate from the
// selector.
//
// Timing: the first entry of a query is issued 1 + Lqf cycles after its launch, or the cycle after
// the last entry of the query before it.
//
//   list_*    write port of the list memory
//   launch_i  one more query is in the sets (see ks_launch); room_o, behind_o for the next launch
//   stall_i   nothing may be issued in this cycle
//   issue_*   an entry: null, mean (the virtual key), last of its query; row address with the page;
//             set
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
    parameter Lqf       = 0,    // 1: longest queue first, 0: in order
    parameter QueueDepth = 8,  // lqf: entries of a lane's queue
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

  // ---- the query at hand -----------------------------------------------------------------------

  reg  [1:0] behind_q;  // queries launched and not finished
  reg        set_q;
  wire       finish;
  wire       active;
  assign behind_o = behind_q;
  // In order, a finish makes room in the next cycle, early enough for the query then launched to
  // follow the one before it. With Lqf its way to its first entry is a cycle longer.
  assign room_o   = behind_q != 2'd2 || (Lqf != 0 && finish);
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
  // Negative: the bank has one row more.
  wire [   BankBits:0] past_end = {1'b0, BANK[BankBits-1:0]} - {1'b0, end_bank};
  wire                 unused_past_end = &{1'b0, past_end};
  wire [  RowBits-1:0] rows = end_row + {{(RowBits - 1) {1'b0}}, past_end[BankBits]};

  // ---- progress in it --------------------------------------------------------------------------

  reg  [RowBits-1:0] row_q;  // exact: next row
  reg                keys_done_q;
  wire [RowBits-1:0] list_row;  // the next candidate of the list ..
  wire               list_last;  // .. and whether it is the last

  wire has_keys = exact ? rows != 0 : none ? best_bank == BANK[BankBits-1:0] : words != 0;
  wire has_mean = Mean != 0 && unused != 0;
  wire key = has_keys && !keys_done_q;
  wire key_last = exact ? row_q == rows - 1'b1 : none || list_last;
  wire [RowBits-1:0] row = exact ? row_q : none ? best_row : list_row;
  wire [RowAddr+RowBits-1:0] row_wide = {{RowAddr{1'b0}}, row};
  wire unused_row = &{1'b0, row_wide[RowAddr+RowBits-1:RowAddr]};

  wire issue = active && !stall_i;
  wire take = issue && key && !exact && !none;
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

  always @(posedge clk_i) begin
    if (!rst_ni || finish) begin
      row_q       <= {RowBits{1'b0}};
      keys_done_q <= 1'b0;
    end else if (issue && key) begin
      row_q       <= row_q + 1'b1;
      keys_done_q <= key_last;
    end
  end

  // ---- the order of the list's candidates ------------------------------------------------------

  generate
    if (Lqf != 0) begin : g_lqf
      reg launched_q;  // a query's first word is on its way to the queues
      always @(posedge clk_i) begin
        if (!rst_ni) launched_q <= 1'b0;
        else launched_q <= launch_i;
      end
      assign active = behind_q != {1'b0, launched_q};
      ks_issue_lqf #(
          .Lanes     (Lanes),
          .Slots     (Slots),
          .Words     (Words),
          .QueueDepth(QueueDepth),
          .RowBits   (RowBits),
          .ListAddr  (ListAddr),
          .ListCount (ListCount)
      ) u_order (
          .clk_i      (clk_i),
          .rst_ni     (rst_ni),
          .list_we_i  (list_we_i),
          .list_addr_i(list_addr_i),
          .list_data_i(list_data_i),
          .launch_i   (launch_i),
          .words_i    ({set_counts_i[(Banks+Bank)*ListCount+:ListCount],
                        set_counts_i[Bank*ListCount+:ListCount]}),
          .take_i     (take),
          .finish_i   (finish),
          .row_o      (list_row),
          .last_o     (list_last)
      );
    end else begin : g_inorder
      assign active = behind_q != 2'd0;
      ks_issue_inorder #(
          .Lanes    (Lanes),
          .Slots    (Slots),
          .Words    (Words),
          .RowBits  (RowBits),
          .ListAddr (ListAddr),
          .ListCount(ListCount)
      ) u_order (
          .clk_i      (clk_i),
          .rst_ni     (rst_ni),
          .list_we_i  (list_we_i),
          .list_addr_i(list_addr_i),
          .list_data_i(list_data_i),
          .launch_i   (launch_i),
          .words_i    (words),
          .take_i     (take),
          .finish_i   (finish),
          .row_o      (list_row),
          .last_o     (list_last)
      );
    end
  endgenerate

endmodule

`default_nettype wire
