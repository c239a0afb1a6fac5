// SPDX-License-Identifier: Apache-2.0
//
// The score stage behind a selector that names candidates one by one: keeps the rows of the queries
// under way and the K memory, and scores a candidate a cycle, then, if the query has it, the mean
// key (SPEC 5).
//
// Latency: 3 + ceil(log4 Dim) cycles from a candidate to its score. Throughput: a candidate a
// cycle.
//
//   write_*   a row of K
//   take_*    a query goes into the selector: its row is kept, in slot after slot; go_o: there is a
//             slot for one more
//   key_*     valid/ready stream of candidates in the order of the queries: row's number, last of
//             its query, number of the query's candidates, info; page, mean row, and whether that
//             is scored of the key's query beside it
//   start_o, issue_*, room_i, open_i  see ks_filter, ks_top_q: a score is on its way, the last of
//             its query; at its first a query too. The mean key takes a place only with MeanRoom
//   trace_*   the candidate is taken; trace_ready_i low keeps it back
//   mean_*    mean row of a slot, shown in the cycle in which it is asked for
//   score_*   see ks_filter

`default_nettype none

module ks_score_keys #(
    parameter Keys      = 320,
    parameter Dim       = 64,
    parameter CodeBits  = 9,
    parameter Pages     = 2,
    parameter Slots     = 4,    // queries between take_i and their first candidate
    parameter Records   = 4,    // queries open in the filter at once
    parameter MeanRoom  = 0,    // 1: the mean key waits for room_i and is told by issue_o
    parameter ScoreBits = 24,
    parameter RowBits   = 9,    // bits of 0..Keys-1
    parameter RowAddr   = 10,   // bits of a row's address, page included
    parameter CountBits = 9,
    parameter InfoBits  = 19,
    parameter SlotBits  = 2,    // of a mean row's number
    parameter OpenBits  = $clog2(Records + 1)  // derived: do not set
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    // loading
    input  wire                    write_i,
    input  wire [     RowAddr-1:0] write_addr_i,
    input  wire [Dim*CodeBits-1:0] write_k_i,
    // query rows
    input  wire                    take_i,
    input  wire [Dim*CodeBits-1:0] take_row_i,
    output wire                    go_o,
    // candidates
    input  wire                    key_valid_i,
    output wire                    key_ready_o,
    input  wire [     RowBits-1:0] key_row_i,
    input  wire                    key_last_i,
    input  wire [   CountBits-1:0] key_count_i,
    input  wire [    InfoBits-1:0] key_info_i,
    input  wire                    key_page_i,
    input  wire                    key_mean_i,
    input  wire [    SlotBits-1:0] key_slot_i,
    // filter
    output wire                    start_o,
    output wire                    issue_o,
    output wire                    issue_last_o,
    input  wire                    room_i,
    input  wire [    OpenBits-1:0] open_i,
    output wire                    trace_valid_o,
    input  wire                    trace_ready_i,
    // mean rows
    output wire [    SlotBits-1:0] mean_slot_o,
    input  wire [Dim*CodeBits-1:0] mean_k_i,
    // scores
    output wire                    score_valid_o,
    output wire                    score_mean_o,
    output wire                    score_last_o,
    output wire [   ScoreBits-1:0] score_o,
    output wire [     RowBits-1:0] score_row_o,
    output wire [   CountBits-1:0] score_count_o,
    output wire [    InfoBits-1:0] score_info_o
);

  localparam TreeStages = ($clog2(Dim) + 1) / 2;
  localparam RowWidth = Dim * CodeBits;
  localparam [31:0] RECORDS = Records;

  // ---- which key: a candidate, or the mean key of the query before -----------------------------

  reg  first_q;  // the next candidate is a query's first
  reg  mean_q;   // the mean key is due
  wire key_go = key_valid_i && key_ready_o;
  wire mean_go = mean_q && (MeanRoom == 0 || room_i);
  wire mean_due = key_go && key_last_i && key_mean_i;
  reg [CountBits-1:0] count_q;
  reg [ InfoBits-1:0] info_q;
  reg [ SlotBits-1:0] slot_q;

  assign key_ready_o   = !mean_q && room_i && trace_ready_i
                         && (!first_q || open_i != RECORDS[OpenBits-1:0]);
  assign issue_o       = key_go || (MeanRoom != 0 && mean_go);
  assign issue_last_o  = key_go ? key_last_i && !(MeanRoom != 0 && key_mean_i) : mean_go;
  assign start_o       = key_go && first_q;
  assign trace_valid_o = key_go;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      first_q <= 1'b1;
      mean_q  <= 1'b0;
    end else begin
      if (key_go) first_q <= key_last_i;
      mean_q  <= mean_due || (mean_q && !mean_go);
    end
    if (key_go) begin
      count_q <= key_count_i;
      info_q  <= key_info_i;
      slot_q  <= key_slot_i;
    end
  end
  assign mean_slot_o = slot_q;

  // ---- query rows ------------------------------------------------------------------------------

  localparam WaitBits = $clog2(Slots + 1);
  localparam QueryAddr = (Slots == 1) ? 1 : $clog2(Slots);
  localparam [QueryAddr-1:0] SLOT_0 = 0;
  localparam [31:0] SLOTS = Slots;
  localparam [31:0] LAST_SLOT = Slots - 1;
  reg  [ WaitBits-1:0] waiting_q;
  reg  [QueryAddr-1:0] take_slot_q, read_slot_q;
  wire                 take_last = take_slot_q == LAST_SLOT[QueryAddr-1:0];
  wire                 read_last = read_slot_q == LAST_SLOT[QueryAddr-1:0];
  wire [ RowWidth-1:0] query;
  assign go_o = waiting_q != SLOTS[WaitBits-1:0];
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      waiting_q   <= {WaitBits{1'b0}};
      take_slot_q <= {QueryAddr{1'b0}};
      read_slot_q <= {QueryAddr{1'b0}};
    end else begin
      if (take_i && !start_o) waiting_q <= waiting_q + 1'b1;
      if (!take_i && start_o) waiting_q <= waiting_q - 1'b1;
      if (take_i) take_slot_q <= take_last ? SLOT_0 : take_slot_q + 1'b1;
      if (start_o) read_slot_q <= read_last ? SLOT_0 : read_slot_q + 1'b1;
    end
  end
  ks_ram_1r1w #(
      .Width   (RowWidth),
      .Depth   (Slots),
      .AddrBits(QueryAddr)
  ) u_query_memory (
      .clk_i  (clk_i),
      .we_i   (take_i),
      .waddr_i(take_slot_q),
      .wdata_i(take_row_i),
      .ren_i  (start_o),
      .raddr_i(read_slot_q),
      .rdata_o(query)
  );

  // ---- K memory, score -------------------------------------------------------------------------

  localparam [31:0] PAGE_ROWS = (Pages == 1) ? 0 : Keys;
  wire [RowAddr+RowBits-1:0] row_wide = {{RowAddr{1'b0}}, key_row_i};
  wire unused_row = &{1'b0, row_wide[RowAddr+RowBits-1:RowAddr]};
  wire [RowAddr-1:0] key_addr =
      row_wide[RowAddr-1:0] + (key_page_i ? PAGE_ROWS[RowAddr-1:0] : {RowAddr{1'b0}});
  wire [RowWidth-1:0] memory_k;
  ks_ram_1r1w #(
      .Width   (RowWidth),
      .Depth   (Pages * Keys),
      .AddrBits(RowAddr)
  ) u_key_memory (
      .clk_i  (clk_i),
      .we_i   (write_i),
      .waddr_i(write_addr_i),
      .wdata_i(write_k_i),
      .ren_i  (key_go),
      .raddr_i(key_addr),
      .rdata_o(memory_k)
  );

  reg key1_q, mean1_q, last1_q;
  reg [RowBits-1:0] row1_q;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      key1_q  <= 1'b0;
      mean1_q <= 1'b0;
    end else begin
      key1_q  <= key_go;
      mean1_q <= mean_go;
    end
    last1_q <= mean_q || (key_last_i && !mean_due);
    row1_q  <= key_row_i;
  end

  ks_score #(
      .Dim      (Dim),
      .CodeBits (CodeBits),
      .ScoreBits(ScoreBits)
  ) u_score (
      .clk_i  (clk_i),
      .valid_i(key1_q || mean1_q),
      .q_i    (query),
      .k_i    (mean1_q ? mean_k_i : memory_k),
      .score_o(score_o)
  );

  // ---- what goes along -------------------------------------------------------------------------

  ks_valid_delay #(
      .Stages(2 + TreeStages)
  ) u_valid (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .d_i   (key1_q || mean1_q),
      .q_o   (score_valid_o)
  );
  ks_delay #(
      .Width (2 + RowBits + CountBits + InfoBits),
      .Stages(2 + TreeStages)
  ) u_along (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  ({mean1_q, last1_q, row1_q, count_q, info_q}),
      .q_o  ({score_mean_o, score_last_o, score_row_o, score_count_o, score_info_o})
  );

endmodule

`default_nettype wire
