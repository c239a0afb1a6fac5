// SPDX-License-Identifier: Apache-2.0
//
// Post-scoring of A3 (SPEC 7): a candidate is used iff s_max - s <= t, and s_max is only known when
// the query's last score is there. Scores wait in a ring of Depth entries that all queries share;
// while they come in, one that is below the largest so far by more than t is not kept, and a new
// largest that leaves all kept ones behind by more than t takes their place. What is kept of a
// finished query is walked through, an entry a cycle, in ascending order of rows; an entry that a
// later one has left behind is a cycle without a key. After the entries comes one more issue: the
// virtual key (SPEC 5) if keys are skipped, else a null entry, which is the query's last.
//
// A ring and not two buffers of Keys entries: a query's entries make room one by one for the next
// but one, so that all keys (exact) pass at a query every n + 1 cycles in little more than n
// entries.
//
// Latency: 4 cycles from a query's last score to the issue of its first kept entry (low bound |
// compare, write | read | used?). Throughput: a score and an entry a cycle; a query every kept + 1
// cycles.
//
//   start_i    a query's first candidate is on its way (issued to the K memory); open_o: queries
//              started and not walked through, at most Records; room_o: the ring has a place for
//              one more candidate; issue_i: a candidate is on its way
//   score_*    scores of a query's candidates, then, if Mean and not exact, that of the mean key
//              (score_mean_i); score_last_i with the last of them. count_i candidates, keys_i keys
//              loaded, margin_i t, with every score; info_i with the last one
//   issue_*    an entry for ks_weigh, only if issue_ready_i: null, mean (the virtual key, for
//              unused_o keys), last of its query; row; info as it came
//   trace_*    the row is used; trace_ready_i low keeps it back
//   done_o     the query's last entry is issued: found_o candidates, used_o of them used

`default_nettype none

module ks_filter #(
    parameter Depth       = 336,  // entries of the ring, >= Keys
    parameter Records     = 4,    // queries open at once
    parameter Mean        = 1,    // 1: compensate = mean
    parameter ScoreBits   = 24,
    parameter MarginBits  = 24,   // unsigned bits of t
    parameter RowBits     = 9,    // bits of 0..Keys-1
    parameter CountBits   = 9,    // bits of 0..Keys
    parameter InfoBits    = 19,
    parameter OpenBits    = $clog2(Records + 1)  // derived: do not set
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    // candidates on their way
    input  wire                  start_i,
    input  wire                  issue_i,
    output wire                  room_o,
    output wire [  OpenBits-1:0] open_o,
    // scores
    input  wire                  score_valid_i,
    input  wire                  score_mean_i,
    input  wire                  score_last_i,
    input  wire [ ScoreBits-1:0] score_i,
    input  wire [   RowBits-1:0] score_row_i,
    input  wire                  exact_i,
    input  wire [MarginBits-1:0] margin_i,
    input  wire [ CountBits-1:0] keys_i,
    input  wire [ CountBits-1:0] count_i,
    input  wire [  InfoBits-1:0] info_i,
    // entries
    output wire                  issue_valid_o,
    input  wire                  issue_ready_i,
    output wire                  issue_null_o,
    output wire                  issue_mean_o,
    output wire                  issue_last_o,
    output wire [   RowBits-1:0] issue_row_o,
    output wire [ ScoreBits-1:0] issue_score_o,
    output wire [ CountBits-1:0] issue_unused_o,
    output wire [  InfoBits-1:0] issue_info_o,
    output wire                  trace_valid_o,
    input  wire                  trace_ready_i,
    // counters
    output wire                  done_o,
    output wire [ CountBits-1:0] found_o,
    output wire [ CountBits-1:0] used_o
);

  localparam AddrBits = (Depth == 1) ? 1 : $clog2(Depth);
  localparam HeldBits = $clog2(Depth + 1);
  localparam LowBits = ((ScoreBits > MarginBits + 1) ? ScoreBits : MarginBits + 1) + 1;  // of s - t
  localparam [31:0] LAST = Depth - 1;
  localparam [31:0] DEPTH = Depth;

  // ---- 0: the lower bound that a score would set -----------------------------------------------

  reg                 valid1_q, mean1_q, last1_q, exact1_q;
  reg [ScoreBits-1:0] score1_q;
  reg [  LowBits-1:0] low1_q;
  reg [  RowBits-1:0] row1_q;
  reg [CountBits-1:0] keys1_q, count1_q;
  reg [ InfoBits-1:0] info1_q;
  always @(posedge clk_i) begin
    if (!rst_ni) valid1_q <= 1'b0;
    else valid1_q <= score_valid_i;
    mean1_q  <= score_mean_i;
    last1_q  <= score_last_i;
    exact1_q <= exact_i;
    score1_q <= score_i;
    low1_q   <= {{(LowBits - ScoreBits) {score_i[ScoreBits-1]}}, score_i}
              - {{(LowBits - MarginBits) {1'b0}}, margin_i};
    row1_q   <= score_row_i;
    keys1_q  <= keys_i;
    count1_q <= count_i;
    info1_q  <= info_i;
  end

  // ---- 1: against the largest so far; keep -----------------------------------------------------

  reg                 first_q;    // no score of the query has come
  reg [ScoreBits-1:0] max_q;      // largest so far
  reg [  LowBits-1:0] low_q;      // max_q - t
  reg [ AddrBits-1:0] begin_q, tail_q;  // the query's first entry, and the place of its next
  reg [CountBits-1:0] kept_q;

  wire signed [LowBits-1:0] score1 = {{(LowBits - ScoreBits) {score1_q[ScoreBits-1]}}, score1_q};
  wire signed [LowBits-1:0] max1 = {{(LowBits - ScoreBits) {max_q[ScoreBits-1]}}, max_q};
  wire key1 = valid1_q && !mean1_q;
  wire larger = first_q || score1 > max1;
  wire drop = !first_q && !exact1_q && score1 < $signed(low_q);
  wire stale = !first_q && !exact1_q && $signed(low1_q) > max1;
  wire keep = key1 && !drop;
  wire empty = key1 && stale;

  wire [AddrBits-1:0] write_addr = stale ? begin_q : tail_q;
  wire [AddrBits-1:0] after = (write_addr == LAST[AddrBits-1:0]) ? {AddrBits{1'b0}} : write_addr + 1'b1;
  wire [AddrBits-1:0] tail = keep ? after : tail_q;
  wire [CountBits-1:0] kept = (first_q || stale) ? {{(CountBits - 1) {1'b0}}, 1'b1} : kept_q + 1'b1;
  wire [LowBits-1:0] low = (key1 && larger) ? low1_q : low_q;
  wire finish = valid1_q && last1_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      first_q <= 1'b1;
      begin_q <= {AddrBits{1'b0}};
      tail_q  <= {AddrBits{1'b0}};
    end else begin
      if (valid1_q) first_q <= last1_q;
      if (finish) begin_q <= tail;
      tail_q <= tail;
    end
    if (key1 && larger) max_q <= score1_q;
    low_q <= low;
    if (keep) kept_q <= kept;
  end

  // ---- places of the ring ----------------------------------------------------------------------

  wire                read;  // an entry leaves
  reg  [HeldBits-1:0] held_q;  // kept, or on the way
  wire [HeldBits+CountBits-1:0] kept_wide = {{HeldBits{1'b0}}, kept_q};
  wire                unused_kept = &{1'b0, kept_wide[HeldBits+CountBits-1:HeldBits]};
  assign room_o = held_q != DEPTH[HeldBits-1:0];
  always @(posedge clk_i) begin
    if (!rst_ni) held_q <= {HeldBits{1'b0}};
    else held_q <= held_q + {{(HeldBits - 1) {1'b0}}, issue_i}
                 - {{(HeldBits - 1) {1'b0}}, key1 && drop} - {{(HeldBits - 1) {1'b0}}, read}
                 - (empty ? kept_wide[HeldBits-1:0] : {HeldBits{1'b0}});
  end

  // ---- finished queries ------------------------------------------------------------------------

  localparam RecordBits = 2 * CountBits + 1 + CountBits + LowBits + ScoreBits + InfoBits;
  wire                 walked;  // the query's last entry is looked at
  wire [ OpenBits-1:0] records;
  wire                 exact0;
  wire [CountBits-1:0] kept0, keys0, count0;
  wire [  LowBits-1:0] low0;
  wire [ScoreBits-1:0] mean0;
  wire [ InfoBits-1:0] info0;
  ks_fifo #(
      .Width(RecordBits),
      .Depth(Records)
  ) u_records (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .push_i (finish),
      .data_i ({exact1_q, keep ? kept : kept_q, keys1_q, count1_q, low, score1_q, info1_q}),
      .count_o(records),
      .data_o ({exact0, kept0, keys0, count0, low0, mean0, info0}),
      .pop_i  (walked)
  );

  reg [OpenBits-1:0] open_q;
  assign open_o = open_q;
  always @(posedge clk_i) begin
    if (!rst_ni) open_q <= {OpenBits{1'b0}};
    else if (start_i && !walked) open_q <= open_q + 1'b1;
    else if (!start_i && walked) open_q <= open_q - 1'b1;
  end

  // ---- walk, 0: read an entry, or look at the end ----------------------------------------------

  reg  [ AddrBits-1:0] head_q;
  reg  [CountBits-1:0] place_q;  // entries of the query that are read
  reg                  entry_q;  // stage 1 has an entry or an end
  wire                 leave;
  wire                 end0 = place_q == kept0;
  wire                 advance = records != 0 && (!entry_q || leave);
  assign walked = advance && end0;
  assign read   = advance && !end0;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      head_q  <= {AddrBits{1'b0}};
      place_q <= {CountBits{1'b0}};
      entry_q <= 1'b0;
    end else begin
      if (read) head_q <= (head_q == LAST[AddrBits-1:0]) ? {AddrBits{1'b0}} : head_q + 1'b1;
      if (walked) place_q <= {CountBits{1'b0}};
      else if (read) place_q <= place_q + 1'b1;
      entry_q <= advance || (entry_q && !leave);
    end
  end

  wire [ScoreBits-1:0] score;
  ks_ram_1r1w #(
      .Width   (RowBits + ScoreBits),
      .Depth   (Depth),
      .AddrBits(AddrBits)
  ) u_scores (
      .clk_i  (clk_i),
      .we_i   (keep),
      .waddr_i(write_addr),
      .wdata_i({row1_q, score1_q}),
      .ren_i  (read),
      .raddr_i(head_q),
      .rdata_o({issue_row_o, score})
  );

  // ---- walk, 1: used? --------------------------------------------------------------------------

  reg                 end_q, exact_q;
  reg [CountBits-1:0] keys_q, count_q;
  reg [  LowBits-1:0] walk_low_q;
  reg [ScoreBits-1:0] mean_q;
  reg [ InfoBits-1:0] info_q;
  reg [CountBits-1:0] used_q;
  always @(posedge clk_i) begin
    if (advance) begin
      end_q      <= end0;
      exact_q    <= exact0;
      keys_q     <= keys0;
      count_q    <= count0;
      walk_low_q <= low0;
      mean_q     <= mean0;
      info_q     <= info0;
    end
    if (!rst_ni || done_o) used_q <= {CountBits{1'b0}};
    else if (trace_valid_o) used_q <= used_q + 1'b1;
  end

  wire signed [LowBits-1:0] score_wide = {{(LowBits - ScoreBits) {score[ScoreBits-1]}}, score};
  wire [CountBits-1:0] unused = keys_q - used_q;
  wire used = exact_q || score_wide >= $signed(walk_low_q);
  wire has_mean = Mean != 0 && unused != 0;
  wire issue = entry_q && (end_q || used) && issue_ready_i && (end_q || trace_ready_i);
  assign leave = issue || (entry_q && !end_q && !used);

  assign issue_valid_o  = issue;
  assign issue_null_o   = end_q && !has_mean;
  assign issue_mean_o   = end_q && has_mean;
  assign issue_last_o   = end_q;
  assign issue_score_o  = end_q ? mean_q : score;
  assign issue_unused_o = unused;
  assign issue_info_o   = info_q;
  assign trace_valid_o  = issue && !end_q;
  assign done_o         = issue && end_q;
  assign found_o        = count_q;
  assign used_o         = used_q;

endmodule

`default_nettype wire
