// SPDX-License-Identifier: Apache-2.0
//
// LISA's selector (SPEC 8): predicts the scores of all keys for a group of up to Rows queries in
// one pass over the ternary keys, a key a cycle, and gives the keys of the top_k largest
// predictions of each query in ascending order, the lowest keys on ties; with `positive` only
// predictions > 0 of these, or, if there is none, the single largest.
//
//     ternary memory ──> row 0 ──> row 1 ──> ..      a key moves on by a row a cycle
//                          │ list    │ list          finished a cycle apart: one write port
//                          └────┬────┘
//                          list memory ──> ks_read_out ──> candidates
//
// A pass takes max(keys, Rows) cycles and the next may follow at once. Lists of Lists groups are
// kept from the start of their pass on until the last of them is fetched for reading out; no list
// ever waits in a row, so nothing in the array can stall. An exact group passes in Rows cycles
// without a prediction.
//
// Latency: from the cycle of start to the first candidate, max(keys, Rows) + 9 + ceil(log4 Dim) +
// ceil((TopK - 1) / StageCells) cycles (an exact group: Rows for the maximum) if nothing is before
// it. Throughput: see docs/blocks/predict.md.
//
//   start_*      valid/ready: a group: row of its key 0 in the ternary memory, keys 1..Keys, top
//                1..TopK, positive, exact, queries 1..Rows; info travels along
//   ternary_*    read port of ks_ternary
//   query_*      query `index` of the group is read: query_i shows it in the next cycle, Dim codes,
//                element i in bits [i*CodeBits +: CodeBits]
//   candidate_*  valid/ready: key, last of its query; and of the query: candidates, index in the
//                group, last of the group, exact, info
//   busy_o       a group is under way

`default_nettype none

module ks_predict #(
    parameter Keys        = 128,               // n
    parameter Dim         = 64,
    parameter CodeBits    = 9,
    parameter Rows        = 4,                 // queries of a group
    parameter TopK        = 32,
    parameter StageCells  = 4,                 // of ks_sorter
    parameter Lists       = 4,                 // groups whose lists are kept, >= 2
    parameter AddrBits    = 8,                 // address bits of the ternary memory
    parameter InfoBits    = 8,
    parameter KeyBits     = 7,                 // bits of 0..Keys-1, >= 1
    parameter IndexBits   = 2,                 // bits of 0..Rows-1, >= 1
    parameter CountBits   = $clog2(Keys + 1),  // derived: do not set
    parameter TopBits     = $clog2(TopK + 1),  // derived: do not set
    parameter QueriesBits = $clog2(Rows + 1)   // derived: do not set
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    // groups
    input  wire                    start_valid_i,
    output wire                    start_ready_o,
    input  wire [    AddrBits-1:0] start_addr_i,
    input  wire [   CountBits-1:0] start_keys_i,
    input  wire [     TopBits-1:0] start_top_i,
    input  wire                    start_positive_i,
    input  wire                    start_exact_i,
    input  wire [ QueriesBits-1:0] start_queries_i,
    input  wire [    InfoBits-1:0] start_info_i,
    // ternary keys, queries
    output wire                    ternary_read_o,
    output wire [    AddrBits-1:0] ternary_addr_o,
    input  wire [       2*Dim-1:0] ternary_i,
    output wire                    query_read_o,
    output wire [   IndexBits-1:0] query_index_o,
    input  wire [Dim*CodeBits-1:0] query_i,
    // candidates
    output wire                    candidate_valid_o,
    input  wire                    candidate_ready_i,
    output wire [     KeyBits-1:0] candidate_key_o,
    output wire                    candidate_last_o,
    output wire [   CountBits-1:0] candidate_count_o,
    output wire [   IndexBits-1:0] candidate_index_o,
    output wire                    candidate_group_last_o,
    output wire                    candidate_exact_o,
    output wire [    InfoBits-1:0] candidate_info_o,
    output wire                    busy_o
);

  generate
    if (Keys < 1 || Keys > 4096 || Dim < 1 || Dim > 256 || CodeBits < 2 || CodeBits > 17 || Rows < 1
        || Rows > 16 || TopK < 1 || TopK > Keys || StageCells < 1 || Lists < 2
        || InfoBits < 1) begin : g_bad
      illegal_parameter u_bad ();
    end
  endgenerate

  localparam TreeStages = ($clog2(Dim) + 1) / 2;
  localparam MinusBits = $clog2(Dim + 1);
  localparam MinusSumBits = 2 + 2 * TreeStages;

  // ---- pass: a beat a cycle, one for each key and at least one for each row --------------------

  // With Rows beats or more the next pass's first row finishes its list after this one's last row.
  localparam BeatBits = (CountBits > QueriesBits) ? CountBits : QueriesBits;
  localparam GroupsBits = $clog2(Lists + 1);
  localparam [31:0] LISTS = Lists;
  localparam [31:0] ROWS = Rows;
  wire [ GroupsBits-1:0] groups;
  reg                    pass_q, exact_q, positive_q;
  reg  [   BeatBits-1:0] beat_q, last_beat_q, keys_q, queries_q;
  reg  [   AddrBits-1:0] addr_q;
  reg  [    TopBits-1:0] top_q;
  wire [2*BeatBits-1:0] start_keys = {{(2 * BeatBits - CountBits) {1'b0}}, start_keys_i};
  wire [2*BeatBits-1:0] start_queries = {{(2 * BeatBits - QueriesBits) {1'b0}}, start_queries_i};
  wire                   unused_start = &{1'b0, start_keys, start_queries};
  wire [   BeatBits-1:0] start_beats =
      (start_exact_i || start_keys[BeatBits-1:0] < ROWS[BeatBits-1:0]) ? ROWS[BeatBits-1:0]
                                                                       : start_keys[BeatBits-1:0];
  wire                   key_beat = pass_q && !exact_q && beat_q < keys_q;
  wire                   query_beat = pass_q && beat_q < queries_q;
  wire                   first = beat_q == 0;
  wire                   last = beat_q == last_beat_q;
  wire                   start = start_valid_i && start_ready_o;

  assign start_ready_o = (!pass_q || last) && groups != LISTS[GroupsBits-1:0];

  always @(posedge clk_i) begin
    if (!rst_ni) pass_q <= 1'b0;
    else pass_q <= start || (pass_q && !last);
    if (start) begin
      beat_q      <= {BeatBits{1'b0}};
      last_beat_q <= start_beats - 1'b1;
      addr_q      <= start_addr_i;
      exact_q     <= start_exact_i;
      keys_q      <= start_keys[BeatBits-1:0];
      top_q       <= start_top_i;
      positive_q  <= start_positive_i;
      queries_q   <= start_queries[BeatBits-1:0];
    end else if (pass_q) begin
      beat_q <= beat_q + 1'b1;
      addr_q <= addr_q + 1'b1;
    end
  end

  assign ternary_read_o = key_beat;
  assign ternary_addr_o = addr_q;
  assign query_read_o   = query_beat;
  assign query_index_o  = beat_q[IndexBits-1:0];

  // ---- array -----------------------------------------------------------------------------------

  // A key is in the row's register a cycle after it is on ternary_i, and its elements of -1 are
  // counted by a tree as deep as the rows'.
  localparam ControlBits = 4 + BeatBits + QueriesBits + TopBits;
  reg                     load_q;
  wire                    control_valid;
  wire [ControlBits-1:0]  control;
  wire [      2*Dim-1:0]  minus_bits;
  wire [MinusSumBits-1:0] minus_sum;
  wire                    unused_minus = &{1'b0, minus_sum};
  wire [    BeatBits-1:0] control_index;
  wire                    unused_index = &{1'b0, control_index};

  always @(posedge clk_i) load_q <= rst_ni && pass_q && first;

  ks_valid_delay #(
      .Stages(2 + TreeStages)
  ) u_control_valid (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .d_i   (pass_q),
      .q_o   (control_valid)
  );
  ks_delay #(
      .Width (ControlBits),
      .Stages(2 + TreeStages)
  ) u_control (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  ({key_beat, first, last, positive_q, beat_q, queries_q[QueriesBits-1:0], top_q}),
      .q_o  (control)
  );
  ks_adder_tree #(
      .Count (Dim),
      .InBits(2)
  ) u_minus (
      .clk_i  (clk_i),
      .en_i   (1'b1),
      .data_i (minus_bits),
      .carry_i({Dim{1'b0}}),
      .sum_o  (minus_sum)
  );

  // Number r is what row r takes from the row before it.
  wire [      (Rows+1)*2*Dim-1:0] key;
  wire [                  Rows:0] load, beat, beat_key, beat_first, beat_last, beat_positive;
  wire [    (Rows+1)*KeyBits-1:0] beat_index;
  wire [  (Rows+1)*MinusBits-1:0] beat_minus;
  wire [(Rows+1)*QueriesBits-1:0] beat_queries;
  wire [    (Rows+1)*TopBits-1:0] beat_top;
  wire [                Rows-1:0] list_valid;
  wire [           Rows*Keys-1:0] list;
  wire [      Rows*CountBits-1:0] list_count;
  wire                            unused_end = &{1'b0, key, load, beat, beat_key, beat_first,
                                                 beat_last, beat_positive, beat_index,
                                                 beat_minus, beat_queries,
                                                 beat_top};

  assign key[0+:2*Dim] = ternary_i;
  assign load[0] = load_q;
  assign beat[0] = control_valid;
  assign {beat_key[0], beat_first[0], beat_last[0], beat_positive[0], control_index,
          beat_queries[0+:QueriesBits], beat_top[0+:TopBits]} = control;
  assign beat_index[0+:KeyBits] = control_index[KeyBits-1:0];
  assign beat_minus[0+:MinusBits] = minus_sum[MinusBits-1:0];

  genvar i, r;
  generate
    for (i = 0; i < Dim; i = i + 1) begin : g_minus
      assign minus_bits[2*i+:2] = {1'b0, key[2*Dim+2*i+1]};
    end
    for (r = 0; r < Rows; r = r + 1) begin : g_row
      ks_predict_row #(
          .Keys       (Keys),
          .Dim        (Dim),
          .CodeBits   (CodeBits),
          .TopK       (TopK),
          .StageCells (StageCells),
          .KeyBits    (KeyBits),
          .CountBits  (CountBits),
          .TopBits    (TopBits),
          .QueriesBits(QueriesBits),
          .MinusBits  (MinusBits)
      ) u_row (
          .clk_i          (clk_i),
          .rst_ni         (rst_ni),
          .key_i          (key[r*2*Dim+:2*Dim]),
          .load_i         (load[r]),
          .beat_i         (beat[r]),
          .beat_key_i     (beat_key[r]),
          .beat_first_i   (beat_first[r]),
          .beat_last_i    (beat_last[r]),
          .beat_index_i   (beat_index[r*KeyBits+:KeyBits]),
          .beat_minus_i   (beat_minus[r*MinusBits+:MinusBits]),
          .beat_queries_i (beat_queries[r*QueriesBits+:QueriesBits]),
          .beat_top_i     (beat_top[r*TopBits+:TopBits]),
          .beat_positive_i(beat_positive[r]),
          .key_o          (key[(r+1)*2*Dim+:2*Dim]),
          .load_o         (load[r+1]),
          .beat_o         (beat[r+1]),
          .beat_key_o     (beat_key[r+1]),
          .beat_first_o   (beat_first[r+1]),
          .beat_last_o    (beat_last[r+1]),
          .beat_index_o   (beat_index[(r+1)*KeyBits+:KeyBits]),
          .beat_minus_o   (beat_minus[(r+1)*MinusBits+:MinusBits]),
          .beat_queries_o (beat_queries[(r+1)*QueriesBits+:QueriesBits]),
          .beat_top_o     (beat_top[(r+1)*TopBits+:TopBits]),
          .beat_positive_o(beat_positive[r+1]),
          .query_i        (query_i),
          .list_valid_o   (list_valid[r]),
          .list_o         (list[r*Keys+:Keys]),
          .list_count_o   (list_count[r*CountBits+:CountBits])
      );
    end
  endgenerate

  // ---- lists: written as the rows finish them, in the order in which they are read -------------

  localparam Places = Lists * Rows;
  localparam PlaceBits = $clog2(Places);
  localparam PlacesBits = $clog2(Places + 1);
  localparam [31:0] LAST_PLACE = Places - 1;
  wire                      write = |list_valid;
  wire                      fetch;
  reg  [     PlaceBits-1:0] write_place_q, fetch_place_q;
  reg  [    PlacesBits-1:0] waiting_q;  // lists written and not fetched
  reg  [Keys+CountBits-1:0] write_list;
  wire [Keys+CountBits-1:0] fetched_list;

  integer k;
  always @* begin
    write_list = {(Keys + CountBits) {1'b0}};
    for (k = 0; k < Rows; k = k + 1) begin
      if (list_valid[k]) begin
        write_list = write_list | {list[k*Keys+:Keys], list_count[k*CountBits+:CountBits]};
      end
    end
  end

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      write_place_q <= {PlaceBits{1'b0}};
      fetch_place_q <= {PlaceBits{1'b0}};
      waiting_q     <= {PlacesBits{1'b0}};
    end else begin
      if (write) begin
        write_place_q <= (write_place_q == LAST_PLACE[PlaceBits-1:0]) ? {PlaceBits{1'b0}}
                                                                      : write_place_q + 1'b1;
      end
      if (fetch) begin
        fetch_place_q <= (fetch_place_q == LAST_PLACE[PlaceBits-1:0]) ? {PlaceBits{1'b0}}
                                                                      : fetch_place_q + 1'b1;
      end
      if (write && !fetch) waiting_q <= waiting_q + 1'b1;
      if (fetch && !write) waiting_q <= waiting_q - 1'b1;
    end
  end

  ks_ram_1r1w #(
      .Width   (Keys + CountBits),
      .Depth   (Places),
      .AddrBits(PlaceBits)
  ) u_list_memory (
      .clk_i  (clk_i),
      .we_i   (write),
      .waddr_i(write_place_q),
      .wdata_i(write_list),
      .ren_i  (fetch),
      .raddr_i(fetch_place_q),
      .rdata_o(fetched_list)
  );

  // ---- read out: list after list, group after group --------------------------------------------

  localparam ReadBits = 1 + IndexBits + 1 + InfoBits;
  wire                   room, left, none;
  reg                    fetched_q, fetched_exact_q;
  reg  [       Keys-1:0] below_q;  // bit j: there is a key j
  reg  [  CountBits-1:0] fetched_keys_q;
  reg  [   ReadBits-1:0] fetched_info_q;
  reg  [  IndexBits-1:0] index_q;  // of the next list in its group
  wire                   group_exact;
  wire [  CountBits-1:0] group_keys;
  wire [QueriesBits-1:0] group_queries, group_last_index;
  wire [   InfoBits-1:0] group_info;
  wire                   unused_bits = &{1'b0, none, group_last_index};
  wire                   load_list = fetched_q && room;
  wire                   list_last;

  assign fetch = waiting_q != 0 && (!fetched_q || room);
  assign group_last_index = group_queries - 1'b1;
  assign list_last = index_q == group_last_index[IndexBits-1:0];

  ks_fifo #(
      .Width(1 + CountBits + QueriesBits + InfoBits),
      .Depth(Lists)
  ) u_groups (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .push_i (start),
      .data_i ({start_exact_i, start_keys_i, start_queries_i, start_info_i}),
      .count_o(groups),
      .data_o ({group_exact, group_keys, group_queries, group_info}),
      .pop_i  (fetch && list_last)
  );

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      fetched_q <= 1'b0;
      index_q   <= {IndexBits{1'b0}};
    end else begin
      fetched_q <= fetch || (fetched_q && !load_list);
      if (fetch) index_q <= list_last ? {IndexBits{1'b0}} : index_q + 1'b1;
    end
    if (fetch) begin
      below_q         <= ~({Keys{1'b1}} << group_keys);
      fetched_exact_q <= group_exact;
      fetched_keys_q  <= group_keys;
      fetched_info_q  <= {group_exact, index_q, list_last, group_info};
    end
  end

  ks_read_out #(
      .Keys     (Keys),
      .RowBits  (KeyBits),
      .CountBits(CountBits),
      .InfoBits (ReadBits)
  ) u_read (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .room_o      (room),
      .load_i      (load_list),
      .candidates_i(fetched_list[CountBits+:Keys] & below_q),
      .count_i     (fetched_list[CountBits-1:0]),
      .exact_i     (fetched_exact_q),
      .keys_i      (fetched_keys_q),
      .first_row_i ({KeyBits{1'b0}}),
      .info_i      (fetched_info_q),
      .left_o      (left),
      .key_valid_o (candidate_valid_o),
      .key_ready_i (candidate_ready_i),
      .key_row_o   (candidate_key_o),
      .key_last_o  (candidate_last_o),
      .key_none_o  (none),
      .key_count_o (candidate_count_o),
      .key_info_o  ({candidate_exact_o, candidate_index_o, candidate_group_last_o,
                     candidate_info_o})
  );

  assign busy_o = groups != 0 || fetched_q || left;

endmodule

`default_nettype wire
