// SPDX-License-Identifier: Apache-2.0
//
// Greedy candidate search of A3 (SPEC 7): sorted key columns, two merge trees that deliver the next
// largest and the next smallest product, one max step and one min step every cycle, greedy scores,
// and the candidates in ascending order of rows. A query's first products are fetched while the one
// before makes its last steps, and its candidates are read out while the next one makes its steps.
//
// Throughput: a query every max(M, ceil(log2 Dim) + 4) cycles if the candidates are taken at once
// (an exact query every max(n_keys, 4)). Latency from query_ready_o: ceil(log2 Dim) + M + 6
// cycles to the first candidate. Every cycle of it, stalls included: docs/blocks/greedy.md.
// 2 * Dim multipliers of CodeBits x CodeBits bits; 2 * (Dim - 1) comparators of 2 * CodeBits + 1
// bits; memory: Dim times Pages * Keys entries of CodeBits + RowBits bits, 2 * Keys sums.
//
//   load_*   a beat of the sorted columns: entry i (element i of each row of bits) goes to column
//            i, at load_addr_i = page * Keys + number of the beat; load_first_i: the page's first
//            beat. order_error_o, three cycles later: a column is not sorted (descending values, on
//            ties ascending rows) or names a row >= Keys
//   query_*  valid/ready: a row of codes, two's complement; its page; keys loaded there, 1..Keys;
//            steps M, 1..Iterations; exact: all keys are candidates (steps are ignored); info
//            travels along. query_ready_o depends on query_*_i in the same cycle, but not on
//            key_ready_i
//   key_*    valid/ready stream of candidates: row, last of the query; the query's number of
//            candidates, none (no score was positive: the only row is the first step's, 0 if that
//            had no product), info
//   busy_o   a query is under way: taken, and its last candidate is not

`default_nettype none

module ks_greedy #(
    parameter Keys       = 320,  // n, 1..4096
    parameter Dim        = 64,   // d, 1..256
    parameter CodeBits   = 9,    // B, 2..17
    parameter Pages      = 2,    // 1 or 2
    parameter Iterations = 640,  // largest M, 1..8192
    parameter InfoBits   = 19,   // of a query's info
    parameter RowBits    = (Keys == 1) ? 1 : $clog2(Keys),                  // derived: do not set
    parameter CountBits  = $clog2(Keys + 1),                                // derived: do not set
    parameter StepBits   = $clog2(Iterations + 1),                          // derived: do not set
    parameter AddrBits   = (Pages * Keys == 1) ? 1 : $clog2(Pages * Keys)   // derived: do not set
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    // sorted columns
    input  wire                    load_valid_i,
    input  wire                    load_first_i,
    input  wire [    AddrBits-1:0] load_addr_i,
    input  wire [Dim*CodeBits-1:0] load_values_i,
    input  wire [ Dim*RowBits-1:0] load_rows_i,
    output wire                    order_error_o,
    // queries
    input  wire                    query_valid_i,
    output wire                    query_ready_o,
    input  wire [Dim*CodeBits-1:0] query_i,
    input  wire                    query_page_i,
    input  wire [   CountBits-1:0] query_keys_i,
    input  wire [    StepBits-1:0] query_steps_i,
    input  wire                    query_exact_i,
    input  wire [    InfoBits-1:0] query_info_i,
    // candidates
    output wire                    key_valid_o,
    input  wire                    key_ready_i,
    output wire [     RowBits-1:0] key_row_o,
    output wire                    key_last_o,
    output wire                    key_none_o,
    output wire [   CountBits-1:0] key_count_o,
    output wire [    InfoBits-1:0] key_info_o,
    output wire                    busy_o
);

  generate
    if (Keys < 1 || Keys > 4096 || Dim < 1 || Dim > 256 || CodeBits < 2 || CodeBits > 17
        || Pages < 1 || Pages > 2 || Iterations < 1 || Iterations > 8192
        || InfoBits < 1) begin : g_bad
      illegal_parameter u_bad ();
    end
  endgenerate

  localparam Levels = $clog2(Dim);
  localparam RestartBits = (Levels == 0) ? 1 : Levels;
  localparam RankBits = 2 * CodeBits + 1;
  localparam EntryBits = RankBits + RowBits;
  localparam TermBits = 2 * CodeBits - 1;  // of a product's magnitude, at most 2^(TermBits-1)
  localparam SumBits = TermBits - 1 + $clog2(Dim + 1);  // of Dim of them
  // The total adds at most so many products; before a negative one it is not negative.
  localparam Products = (Iterations / Dim < Keys) ? Iterations : Keys * Dim;
  localparam TotalBits = TermBits + $clog2(Products + 1);

  // ---- start of a query ------------------------------------------------------------------------

  // A query's way down the trees: in bit 0 its first products are multiplied, in bit l level l
  // restarts, bit Levels is the cycle before its first step. Two bits more keep the next query back
  // until what is left of this one cannot be held up any more.
  localparam StartBits = Levels + 3;
  localparam [31:0] START = Levels + 2;  // cycles from launch to first step
  localparam [31:0] EXACT_START = 2;
  reg  [StartBits-1:0] start_q;
  wire                 enter = start_q[Levels];
  wire [ StepBits-1:0] left;
  wire                 en, building;
  wire [ StepBits+31:0] left_wide = {32'd0, left};
  wire                 ends_in_time = left_wide[31:0] <= (query_exact_i ? EXACT_START : START);
  wire                 unused_left = &{1'b0, left_wide};

  assign query_ready_o = start_q == 0 && (left == 0 || (ends_in_time && !building && en));
  wire launch = query_valid_i && query_ready_o;
  wire launch_search = launch && !query_exact_i;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      start_q <= {StartBits{1'b0}};
    end else begin
      start_q <= start_q << 1;
      if (launch_search) start_q[0] <= 1'b1;
      else if (launch) start_q[Levels] <= 1'b1;
    end
  end

  localparam [31:0] PAGE = (Pages == 1) ? 0 : Keys;
  reg  [ AddrBits-1:0] first_addr_q, last_addr_q;
  reg  [CountBits-1:0] keys_q;
  reg  [ StepBits-1:0] steps_q;
  reg                  exact_q;
  reg  [ InfoBits-1:0] info_q;
  wire [AddrBits+CountBits-1:0] keys_wide = {{AddrBits{1'b0}}, query_keys_i};
  wire                 unused_keys = &{1'b0, keys_wide};
  wire [ AddrBits-1:0] first_addr = query_page_i ? PAGE[AddrBits-1:0] : {AddrBits{1'b0}};
  wire [ AddrBits-1:0] last_addr = first_addr + keys_wide[AddrBits-1:0] - 1'b1;
  always @(posedge clk_i) begin
    if (launch) begin
      first_addr_q <= first_addr;
      last_addr_q  <= last_addr;
      keys_q       <= query_keys_i;
      steps_q      <= query_exact_i ? {{(StepBits - 1) {1'b0}}, 1'b1} : query_steps_i;
      exact_q      <= query_exact_i;
      info_q       <= query_info_i;
    end
  end

  // ---- columns and trees -----------------------------------------------------------------------

  wire [Dim*EntryBits-1:0] max_entries, min_entries;
  wire [          Dim-1:0] max_pops, min_pops, unordered;
  genvar i;
  generate
    for (i = 0; i < Dim; i = i + 1) begin : g_column
      ks_column #(
          .Keys    (Keys),
          .CodeBits(CodeBits),
          .RowBits (RowBits),
          .Depth   (Pages * Keys),
          .AddrBits(AddrBits)
      ) u_column (
          .clk_i       (clk_i),
          .rst_ni      (rst_ni),
          .load_valid_i(load_valid_i),
          .load_first_i(load_first_i),
          .load_addr_i (load_addr_i),
          .load_value_i(load_values_i[i*CodeBits+:CodeBits]),
          .load_row_i  (load_rows_i[i*RowBits+:RowBits]),
          .unordered_o (unordered[i]),
          .start_i     (launch_search),
          .restart_i   (start_q[0]),
          .new_code_i  (query_i[i*CodeBits+:CodeBits]),
          .first_addr_i(launch_search ? first_addr : first_addr_q),
          .last_addr_i (launch_search ? last_addr : last_addr_q),
          .max_entry_o (max_entries[i*EntryBits+:EntryBits]),
          .max_pop_i   (max_pops[i]),
          .min_entry_o (min_entries[i*EntryBits+:EntryBits]),
          .min_pop_i   (min_pops[i])
      );
    end
  endgenerate

  reg order_error_q;
  always @(posedge clk_i) order_error_q <= rst_ni && (|unordered);
  assign order_error_o = order_error_q;

  wire [EntryBits-1:0] max_head, min_head;
  wire                 max_pop, min_pop;
  ks_merge_tree #(
      .Count   (Dim),
      .RankBits(RankBits),
      .RowBits (RowBits)
  ) u_max (
      .clk_i    (clk_i),
      .rst_ni   (rst_ni),
      .restart_i(start_q[1+:RestartBits]),
      .entries_i(max_entries),
      .pop_o    (max_pops),
      .head_o   (max_head),
      .pop_i    (max_pop)
  );
  ks_merge_tree #(
      .Count   (Dim),
      .RankBits(RankBits),
      .RowBits (RowBits)
  ) u_min (
      .clk_i    (clk_i),
      .rst_ni   (rst_ni),
      .restart_i(start_q[1+:RestartBits]),
      .entries_i(min_entries),
      .pop_o    (min_pops),
      .head_o   (min_head),
      .pop_i    (min_pop)
  );

  // ---- steps -----------------------------------------------------------------------------------

  wire step, step_first, step_last, step_any, max_add, min_add;
  wire [TermBits-1:0] max_sum, min_sum;
  wire [ RowBits-1:0] max_row = max_head[RowBits-1:0];
  wire [ RowBits-1:0] min_row = min_head[RowBits-1:0];
  ks_greedy_total #(
      .CodeBits (CodeBits),
      .StepBits (StepBits),
      .TotalBits(TotalBits)
  ) u_total (
      .clk_i     (clk_i),
      .rst_ni    (rst_ni),
      .en_i      (en),
      .start_i   (enter),
      .steps_i   (steps_q),
      .exact_i   (exact_q),
      .left_o    (left),
      .max_rank_i(max_head[RowBits+:RankBits]),
      .max_pop_o (max_pop),
      .min_rank_i(min_head[RowBits+:RankBits]),
      .min_pop_o (min_pop),
      .step_o    (step),
      .first_o   (step_first),
      .last_o    (step_last),
      .any_o     (step_any),
      .max_add_o (max_add),
      .max_sum_o (max_sum),
      .min_add_o (min_add),
      .min_sum_o (min_sum)
  );

  // ---- greedy scores ---------------------------------------------------------------------------

  wire                 built;
  wire [     Keys-1:0] candidates;
  wire [CountBits-1:0] count;
  ks_greedy_score #(
      .Keys     (Keys),
      .SumBits  (SumBits),
      .TermBits (TermBits),
      .RowBits  (RowBits),
      .CountBits(CountBits)
  ) u_score (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .en_i        (en),
      .step_i      (step),
      .first_i     (step_first),
      .last_i      (step_last),
      .max_add_i   (max_add),
      .max_row_i   (max_row),
      .max_sum_i   (max_sum),
      .min_add_i   (min_add),
      .min_row_i   (min_row),
      .min_sum_i   (min_sum),
      .building_o  (building),
      .built_o     (built),
      .candidates_o(candidates),
      .count_o     (count)
  );

  // What is known of the query that makes its steps, and three stages later of the one that is
  // built.
  localparam RunBits = 1 + CountBits + InfoBits;
  reg  [ RunBits-1:0] run_q;
  reg  [ RowBits-1:0] first_row_q;
  wire [ RowBits-1:0] first_row = !step_first ? first_row_q : step_any ? max_row : {RowBits{1'b0}};
  wire [ RowBits-1:0] built_first_row;
  wire                built_exact;
  wire [CountBits-1:0] built_keys;
  wire [ InfoBits-1:0] built_info;
  always @(posedge clk_i) begin
    if (enter) run_q <= {exact_q, keys_q, info_q};
    if (step) first_row_q <= first_row;
  end
  ks_delay #(
      .Width (RowBits + RunBits),
      .Stages(3)
  ) u_run (
      .clk_i(clk_i),
      .en_i (en),
      .d_i  ({first_row, run_q}),
      .q_o  ({built_first_row, built_exact, built_keys, built_info})
  );

  // ---- candidates ------------------------------------------------------------------------------

  wire room, read_left;
  assign en = !built || room;
  ks_read_out #(
      .Keys     (Keys),
      .RowBits  (RowBits),
      .CountBits(CountBits),
      .InfoBits (InfoBits)
  ) u_read (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .room_o      (room),
      .load_i      (built && room),
      .candidates_i(candidates),
      .count_i     (count),
      .exact_i     (built_exact),
      .keys_i      (built_keys),
      .first_row_i (built_first_row),
      .info_i      (built_info),
      .left_o      (read_left),
      .key_valid_o (key_valid_o),
      .key_ready_i (key_ready_i),
      .key_row_o   (key_row_o),
      .key_last_o  (key_last_o),
      .key_none_o  (key_none_o),
      .key_count_o (key_count_o),
      .key_info_o  (key_info_o)
  );

  assign busy_o = start_q != 0 || left != 0 || building || built || read_left;

endmodule

`default_nettype wire
