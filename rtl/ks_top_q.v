// SPDX-License-Identifier: Apache-2.0
//
// LISA's filter behind the scores (SPEC 8): of a query's scores, which come in ascending order of
// keys, gives those of the top_q largest in the same order, the earliest on ties. A score that is
// only passing through takes no part and is always given: those of an exact query, and that of the
// virtual key.
//
// Scores wait in a ring of Depth places. ks_sorter marks those that it drops by their place in it;
// when a query's last score has passed the sorter, the query is decided, and its entries leave the
// ring one a cycle, the dropped ones unseen. An entry that passes through is decided by itself.
//
// There is no ready towards the scores: whoever issues a key to the score stage looks at room_o and
// takes a place with issue_i. With the downstream always ready room_o stays high for queries of one
// length, at one key a cycle, or one every other cycle where queries have one key. Behind a longer
// query many of one key may have to wait for a while.
//
// Latency: from a query's last score_valid_i to the first entry 3 + ceil((TopQ - 1) / StageCells)
// cycles, and one more for each dropped entry before it. Throughput: an entry a cycle in, one a
// cycle out, dropped ones included.
//
//   room_o, issue_*  a place may be taken; it is, and by a query's last key
//   score_*          ScoreDelay cycles after its issue_i, in that order: score, two's complement;
//                    through; last of its query; top: 1..TopQ, the same in all of a query; data
//                    travels along. Of a query at most TopK scores do not pass through; all of them
//                    do, or the last one may
//   used_*           valid/ready: an entry that is used, last of its query
//   busy_o           a place is taken

`default_nettype none

module ks_top_q #(
    parameter TopK       = 32,  // scores of a query, those that pass through left out
    parameter TopQ       = 16,  // <= TopK
    parameter StageCells = 4,   // of ks_sorter
    parameter ScoreBits  = 24,
    parameter DataBits   = 8,
    parameter ScoreDelay = 5,   // cycles from issue_i to score_valid_i
    parameter TopBits    = $clog2(TopQ + 1)  // derived: do not set
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    // places
    output wire                 room_o,
    input  wire                 issue_i,
    input  wire                 issue_last_i,
    // scores
    input  wire                 score_valid_i,
    input  wire [ScoreBits-1:0] score_i,
    input  wire                 score_through_i,
    input  wire                 score_last_i,
    input  wire [  TopBits-1:0] score_top_i,
    input  wire [ DataBits-1:0] score_data_i,
    // used entries
    output wire                 used_valid_o,
    input  wire                 used_ready_i,
    output wire [ScoreBits-1:0] used_score_o,
    output wire                 used_through_o,
    output wire                 used_last_o,
    output wire [ DataBits-1:0] used_data_o,
    output wire                 busy_o
);

  generate
    if (TopQ < 1 || TopK < TopQ || StageCells < 1 || ScoreDelay < 1) begin : g_bad
      illegal_parameter u_bad ();
    end
  endgenerate

  // Cycles from the issue of a query's last key to that in which its entry leaves the ring.
  localparam Stay = ScoreDelay + 2 + (TopQ - 1 + StageCells - 1) / StageCells;
  localparam Entries = TopK + 1 + Stay;  // the longest query, as it arrives and leaves
  localparam Depth = Entries + 1;        // one place stays free
  localparam Queries = Stay / 2 + 3;     // one every other cycle

  // ---- places ----------------------------------------------------------------------------------

  localparam EntriesBits = $clog2(Entries + 1);
  localparam QueriesBits = $clog2(Queries + 1);
  localparam [31:0] ENTRIES = Entries;
  localparam [31:0] QUERIES = Queries;
  reg  [EntriesBits-1:0] entries_q;
  reg  [QueriesBits-1:0] queries_q;
  wire                   leave;      // an entry leaves the ring
  wire                   query_end;  // the last entry of a query leaves the filter

  assign room_o = entries_q != ENTRIES[EntriesBits-1:0] && queries_q != QUERIES[QueriesBits-1:0];
  assign busy_o = queries_q != 0 || entries_q != 0;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      entries_q <= {EntriesBits{1'b0}};
      queries_q <= {QueriesBits{1'b0}};
    end else begin
      if (issue_i && !leave) entries_q <= entries_q + 1'b1;
      if (leave && !issue_i) entries_q <= entries_q - 1'b1;
      if (issue_i && issue_last_i && !query_end) queries_q <= queries_q + 1'b1;
      if (query_end && !(issue_i && issue_last_i)) queries_q <= queries_q - 1'b1;
    end
  end

  // ---- scores enter the ring and the sorter ----------------------------------------------------

  localparam PlaceBits = $clog2(Depth);
  localparam CountBits = $clog2(TopK + 1);  // >= TopBits
  localparam [31:0] LAST_PLACE = Depth - 1;
  reg  [PlaceBits-1:0] write_q, passed_q, decided_q, read_q;
  reg                  first_q;
  reg  [CountBits-1:0] count_q;  // scores of the query before this one that take part
  wire [CountBits-1:0] count = first_q ? {CountBits{1'b0}} : count_q;
  wire [CountBits-1:0] count_next = score_through_i ? count : count + 1'b1;
  wire [CountBits+TopBits-1:0] top_wide = {{CountBits{1'b0}}, score_top_i};
  wire [CountBits-1:0] top = top_wide[CountBits-1:0];
  wire                 unused_top = &{1'b0, top_wide};
  wire                 pass, decide, unused_first, dropped;
  wire [PlaceBits-1:0] dropped_place;
  wire [PlaceBits-1:0] write_next = (write_q == LAST_PLACE[PlaceBits-1:0]) ? {PlaceBits{1'b0}}
                                                                            : write_q + 1'b1;
  wire [PlaceBits-1:0] passed_next = (passed_q == LAST_PLACE[PlaceBits-1:0]) ? {PlaceBits{1'b0}}
                                                                              : passed_q + 1'b1;
  wire [PlaceBits-1:0] read_next = (read_q == LAST_PLACE[PlaceBits-1:0]) ? {PlaceBits{1'b0}}
                                                                          : read_q + 1'b1;

  ks_sorter #(
      .Cells     (TopQ),
      .StageCells(StageCells),
      .NumberBits(ScoreBits),
      .TagBits   (PlaceBits),
      .MarkBits  (1)
  ) u_sorter (
      .clk_i          (clk_i),
      .rst_ni         (rst_ni),
      .beat_i         (score_valid_i),
      .beat_first_i   (first_q),
      .beat_top_i     (score_top_i),
      .beat_positive_i(1'b0),
      .beat_mark_i    (score_through_i || score_last_i),
      .item_i         (!score_through_i),
      .item_number_i  (score_i),
      .item_tag_i     (write_q),
      .done_o         (pass),
      .done_first_o   (unused_first),
      .done_mark_o    (decide),
      .dropped_o      (dropped),
      .dropped_tag_o  (dropped_place)
  );

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      write_q   <= {PlaceBits{1'b0}};
      passed_q  <= {PlaceBits{1'b0}};
      decided_q <= {PlaceBits{1'b0}};
      read_q    <= {PlaceBits{1'b0}};
      first_q   <= 1'b1;
    end else begin
      if (score_valid_i) write_q <= write_next;
      if (score_valid_i) first_q <= score_last_i;
      if (pass) passed_q <= passed_next;
      if (pass && decide) decided_q <= passed_next;
      if (leave) read_q <= read_next;
    end
    if (score_valid_i) count_q <= count_next;
  end

  // ---- ring ------------------------------------------------------------------------------------

  reg [Depth-1:0] dropped_q;
  always @(posedge clk_i) begin
    if (score_valid_i) dropped_q[write_q] <= 1'b0;
    if (pass && dropped) dropped_q[dropped_place] <= 1'b1;
  end

  wire entry_through, entry_last;
  ks_ram_1r1w #(
      .Width   (2 + ScoreBits + DataBits),
      .Depth   (Depth),
      .AddrBits(PlaceBits)
  ) u_ring (
      .clk_i  (clk_i),
      .we_i   (score_valid_i),
      .waddr_i(write_q),
      .wdata_i({score_through_i, score_last_i, score_i, score_data_i}),
      .ren_i  (leave),
      .raddr_i(read_q),
      .rdata_o({entry_through, entry_last, used_score_o, used_data_o})
  );

  // ---- entries leave the ring ------------------------------------------------------------------

  // Of a query whose last score has come: does it end with one that passes through, and how many of
  // the others are used.
  wire                   query_through;
  wire [  CountBits-1:0] query_used;
  wire [QueriesBits-1:0] unused_queries;
  wire                   unused_count = &{1'b0, unused_first, unused_queries};
  ks_fifo #(
      .Width(1 + CountBits),
      .Depth(Queries)
  ) u_queries (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .push_i (score_valid_i && score_last_i),
      .data_i ({score_through_i, (top < count_next) ? top : count_next}),
      .count_o(unused_queries),
      .data_o ({query_through, query_used}),
      .pop_i  (query_end)
  );

  reg                  entry_q, used_q;  // an entry is in the memory's output register, and is used
  reg  [CountBits-1:0] given_q;          // entries of the query that took part and are given
  wire [CountBits-1:0] given_next = given_q + 1'b1;
  wire                 gone = entry_q && (!used_q || used_ready_i);

  assign leave     = read_q != decided_q && (!entry_q || gone);
  assign query_end = gone && entry_last;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      entry_q <= 1'b0;
      given_q <= {CountBits{1'b0}};
    end else begin
      entry_q <= leave || (entry_q && !gone);
      if (query_end) given_q <= {CountBits{1'b0}};
      else if (gone && used_q && !entry_through) given_q <= given_next;
    end
    if (leave) used_q <= !dropped_q[read_q];
  end

  assign used_valid_o   = entry_q && used_q;
  assign used_through_o = entry_through;
  assign used_last_o    = entry_through ? entry_last : !query_through && given_next == query_used;

endmodule

`default_nettype wire
