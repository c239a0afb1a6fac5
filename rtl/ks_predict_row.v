// SPDX-License-Identifier: Apache-2.0
//
// A row of the PE array of ks_predict: one query. It predicts a score for every ternary key that
// comes by, prediction = sum_i tern(k_i) * q_i, exact (SPEC 8), and keeps the list of the largest.
// All that passes from row to row passes to the neighbour only, a cycle later.
//
// No multiplier and no negation: an element of -1 adds ~q_i, which is -q_i - 1, and the number of
// such elements, the same for all rows, is added once at the end. Operands are 0 where the key is.
//
//     0 key_i | 1.. gate, add: ceil(log4 Dim) cycles | add minus | ks_sorter | strike off | list_o
//
// Latency: 4 + ceil(log4 Dim) + ceil((TopK - 1) / StageCells) cycles from the last beat's key_i to
// list_valid_o. Throughput: a key a cycle; the keys of the next pass may follow at once.
//
//   key_i      ternary key, element i in bits [2*i +: 2]: {it is -1, it is not 0}
//   load_i     a pass begins, with the query on query_i: Dim codes
//   beat_*     control of the key_i of 1 + ceil(log4 Dim) cycles ago: whether it is a key (a pass
//              may be longer than its keys), minus: its elements of -1; index: its number; queries:
//              this row has a query in the pass iff not 0, counts down from row to row; top,
//              positive: of ks_sorter
//   list_*     bit j is 1 unless key j has been dropped (so it is 1 beyond the last key too), and
//              how many keys have not

`default_nettype none

module ks_predict_row #(
    parameter Keys        = 128,  // n
    parameter Dim         = 64,
    parameter CodeBits    = 9,
    parameter TopK        = 32,
    parameter StageCells  = 4,
    parameter KeyBits     = 7,    // bits of 0..Keys-1
    parameter CountBits   = 8,    // bits of 0..Keys
    parameter TopBits     = 6,    // bits of 0..TopK
    parameter QueriesBits = 3,    // bits of 0..rows of the array
    parameter MinusBits   = 7     // bits of 0..Dim
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    // from the row before
    input  wire [       2*Dim-1:0] key_i,
    input  wire                    load_i,
    input  wire                    beat_i,
    input  wire                    beat_key_i,
    input  wire                    beat_first_i,
    input  wire                    beat_last_i,
    input  wire [     KeyBits-1:0] beat_index_i,
    input  wire [   MinusBits-1:0] beat_minus_i,
    input  wire [ QueriesBits-1:0] beat_queries_i,
    input  wire [     TopBits-1:0] beat_top_i,
    input  wire                    beat_positive_i,
    // to the row behind
    output wire [       2*Dim-1:0] key_o,
    output wire                    load_o,
    output wire                    beat_o,
    output wire                    beat_key_o,
    output wire                    beat_first_o,
    output wire                    beat_last_o,
    output wire [     KeyBits-1:0] beat_index_o,
    output wire [   MinusBits-1:0] beat_minus_o,
    output wire [ QueriesBits-1:0] beat_queries_o,
    output wire [     TopBits-1:0] beat_top_o,
    output wire                    beat_positive_o,
    // query and its list
    input  wire [Dim*CodeBits-1:0] query_i,
    output wire                    list_valid_o,
    output wire [        Keys-1:0] list_o,
    output wire [   CountBits-1:0] list_count_o
);

  // ---- prediction ------------------------------------------------------------------------------

  localparam TreeBits = CodeBits + 2 * (($clog2(Dim) + 1) / 2);
  localparam PredictBits = CodeBits + MinusBits;  // |prediction| <= Dim * 2^(CodeBits-1)

  reg  [       2*Dim-1:0] key_q;
  reg                     load_q;
  reg  [Dim*CodeBits-1:0] query_q;
  wire [Dim*CodeBits-1:0] operands;
  wire [    TreeBits-1:0] sum;
  wire [ PredictBits-1:0] sum_wide;
  reg  [ PredictBits-1:0] prediction_q;

  always @(posedge clk_i) begin
    load_q <= rst_ni && load_i;
    key_q  <= key_i;
    if (load_i) query_q <= query_i;
  end

  genvar i;
  generate
    for (i = 0; i < Dim; i = i + 1) begin : g_operand
      assign operands[i*CodeBits+:CodeBits] =
          (query_q[i*CodeBits+:CodeBits] ^ {CodeBits{key_q[2*i+1]}}) & {CodeBits{key_q[2*i]}};
    end
    if (TreeBits > PredictBits) begin : g_narrow
      wire unused_bits = &{1'b0, sum[TreeBits-1:PredictBits]};
      assign sum_wide = sum[PredictBits-1:0];
    end else if (TreeBits < PredictBits) begin : g_wide
      assign sum_wide = {{(PredictBits - TreeBits) {sum[TreeBits-1]}}, sum};
    end else begin : g_equal
      assign sum_wide = sum;
    end
  endgenerate

  ks_adder_tree #(
      .Count (Dim),
      .InBits(CodeBits)
  ) u_tree (
      .clk_i  (clk_i),
      .en_i   (1'b1),
      .data_i (operands),
      .carry_i({Dim{1'b0}}),
      .sum_o  (sum)
  );

  reg                    beat_q, has_key_q, first_q, last_q, positive_q;
  reg  [    KeyBits-1:0] index_q;
  reg  [  MinusBits-1:0] minus_q;
  reg  [QueriesBits-1:0] queries_q;
  reg  [    TopBits-1:0] top_q;
  wire                   has_query = queries_q != 0;

  always @(posedge clk_i) begin
    beat_q <= rst_ni && beat_i;
    if (beat_i) begin
      has_key_q    <= beat_key_i;
      first_q      <= beat_first_i;
      last_q       <= beat_last_i;
      index_q      <= beat_index_i;
      minus_q      <= beat_minus_i;
      queries_q    <= beat_queries_i;
      top_q        <= beat_top_i;
      positive_q   <= beat_positive_i;
      prediction_q <= sum_wide + {{CodeBits{1'b0}}, beat_minus_i};
    end
  end

  assign key_o           = key_q;
  assign load_o          = load_q;
  assign beat_o          = beat_q;
  assign beat_key_o      = has_key_q;
  assign beat_first_o    = first_q;
  assign beat_last_o     = last_q;
  assign beat_index_o    = index_q;
  assign beat_minus_o    = minus_q;
  assign beat_queries_o  = has_query ? queries_q - 1'b1 : queries_q;
  assign beat_top_o      = top_q;
  assign beat_positive_o = positive_q;

  // ---- list: all keys but those that the sorter drops ------------------------------------------

  wire               done, done_key, done_first, done_last, dropped;
  wire [KeyBits-1:0] dropped_key;

  ks_sorter #(
      .Cells     (TopK),
      .StageCells(StageCells),
      .NumberBits(PredictBits),
      .TagBits   (KeyBits),
      .MarkBits  (2)
  ) u_sorter (
      .clk_i          (clk_i),
      .rst_ni         (rst_ni),
      .beat_i         (beat_q && has_query),
      .beat_first_i   (first_q),
      .beat_top_i     (top_q),
      .beat_positive_i(positive_q),
      .beat_mark_i    ({has_key_q, last_q}),
      .item_i         (has_key_q),
      .item_number_i  (prediction_q),
      .item_tag_i     (index_q),
      .done_o         (done),
      .done_first_o   (done_first),
      .done_mark_o    ({done_key, done_last}),
      .dropped_o      (dropped),
      .dropped_tag_o  (dropped_key)
  );

  reg                 valid_q;
  reg [     Keys-1:0] list_q;
  reg [CountBits-1:0] count_q;

  wire [     Keys-1:0] members = done_first ? {Keys{1'b1}} : list_q;
  // The key of nothing dropped is unknown in simulation, and so would be the list for ever.
  wire [  KeyBits-1:0] place = dropped ? dropped_key : {KeyBits{1'b0}};
  wire [     Keys-1:0] dropped_bit = {{(Keys - 1) {1'b0}}, dropped} << place;
  wire [CountBits-1:0] count = done_first ? {CountBits{1'b0}} : count_q;
  always @(posedge clk_i) begin
    valid_q <= rst_ni && done && done_last;
    if (done) list_q <= members & ~dropped_bit;
    if (done) count_q <= (done_key && !dropped) ? count + 1'b1 : count;
  end

  assign list_valid_o = valid_q;
  assign list_o       = list_q;
  assign list_count_o = count_q;

endmodule

`default_nettype wire
