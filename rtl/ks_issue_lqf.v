// SPDX-License-Identifier: Apache-2.0
//
// issue = lqf (SPEC 6; ELSA 4.3): a bank's candidates of a query in the order of its lanes'
// queues. In a cycle of that order, with the queues as they stand at its start, the longest queue
// gives its head (ties: the lowest lane), and every lane looks at its key of the next scan word
// and keeps it if it is a candidate, unless a queue was full.
//
// The order is that of one query alone, whatever came before it, so it can be replayed from the
// list of words {row of lane 0, candidate bits} at the pace at which keys are issued: a cycle of
// the order is a cycle with take_i. Where the queues run empty, the cycles until the next word
// with a candidate would do nothing: they are skipped, and that word enters as the queues become
// empty. So does the first word of the next query, and no cycle is lost.
//
// Timing: row_o is the first candidate two cycles after the query's launch, or in the cycle after
// finish_i of the query before it if that is later; the next one in the cycle after take_i.
//
//   list_*    write port of the list memory
//   launch_i  a query is launched; words_i words in the lists of the queries of set 0 and set 1
//             (see ks_launch), valid from the cycle after their launch
//   take_i    row_o is issued; last_o: it is the last candidate of the bank's query
//   finish_i  the bank goes on to the next query

`default_nettype none

module ks_issue_lqf #(
    parameter Lanes      = 8,   // queues
    parameter Slots      = 8,   // lists kept
    parameter Words      = 16,  // words of a list
    parameter QueueDepth = 8,   // entries of a queue, >= 2
    parameter RowBits    = 8,   // bits of a row of the bank, and of Lanes
    parameter ListAddr   = 7,   // address bits of the list memory: Slots * Words
    parameter ListCount  = 5    // bits of 0..Words
) (
    input  wire                     clk_i,
    input  wire                     rst_ni,
    input  wire                     list_we_i,
    input  wire [     ListAddr-1:0] list_addr_i,
    input  wire [RowBits+Lanes-1:0] list_data_i,
    input  wire                     launch_i,
    input  wire [  2*ListCount-1:0] words_i,
    input  wire                     take_i,
    input  wire                     finish_i,
    output wire [      RowBits-1:0] row_o,
    output wire                     last_o
);

  localparam [31:0] LANES = Lanes;
  localparam [31:0] DEPTH = QueueDepth;
  localparam CountBits = $clog2(QueueDepth + 1);

  // ---- the query whose words enter: the bank's, or the one after it ----------------------------

  reg  [          1:0] queries_q;  // launched, and not all of their words have entered
  reg                  set_q;      // set of the first of them
  reg  [          1:0] ahead_q;    // all of whose words have entered, and not finished by the bank
  wire [ListCount-1:0] word;       // its next word
  wire [ListCount-1:0] words = set_q ? words_i[ListCount+:ListCount] : words_i[0+:ListCount];
  wire                 enter;
  wire                 entered = words == 0 || (enter && word == words - 1'b1);
  wire                 move_on = queries_q != 2'd0 && entered;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      queries_q <= 2'd0;
      ahead_q   <= 2'd0;
      set_q     <= 1'b0;
    end else begin
      queries_q <= queries_q + {1'b0, launch_i} - {1'b0, move_on};
      ahead_q   <= ahead_q + {1'b0, move_on} - {1'b0, finish_i};
      if (move_on) set_q <= !set_q;
    end
  end

  wire [RowBits-1:0] list_row;
  wire [  Lanes-1:0] found;
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
      .next_i     (enter),
      .move_i     (move_on),
      .word_o     (word),
      .row_o      (list_row),
      .bits_o     (found)
  );

  // ---- queues ----------------------------------------------------------------------------------

  localparam Levels = $clog2(Lanes);
  localparam LaneBits = (Lanes == 1) ? 1 : Levels;
  wire [        Lanes-1:0] full;
  wire [        Lanes-1:0] filled;
  wire [Lanes*RowBits-1:0] heads;
  wire [     LaneBits-1:0] longest;
  genvar s, l;
  generate
    for (l = 0; l < Lanes; l = l + 1) begin : g_lane
      wire [CountBits-1:0] length;
      ks_fifo #(
          .Width(RowBits),
          .Depth(QueueDepth)
      ) u_queue (
          .clk_i  (clk_i),
          .rst_ni (rst_ni),
          .push_i (enter && found[l]),
          .data_i (list_row),
          .count_o(length),
          .data_o (heads[l*RowBits+:RowBits]),
          .pop_i  (take_i && longest == l)
      );
      assign full[l]   = length == DEPTH[CountBits-1:0];
      assign filled[l] = length != 0;
    end

    // The longest, the lower lane on ties: level s keeps one of 2^s lanes.
    for (s = 0; s <= Levels; s = s + 1) begin : g_level
      for (l = 0; l < ((Lanes + (1 << s) - 1) >> s); l = l + 1) begin : g_node
        wire [CountBits-1:0] length;
        wire [ LaneBits-1:0] lane;
        if (s == 0) begin : g_leaf
          localparam [31:0] LANE = l;
          assign length = g_lane[l].length;
          assign lane   = LANE[LaneBits-1:0];
        end else if (2 * l + 1 < ((Lanes + (1 << (s - 1)) - 1) >> (s - 1))) begin : g_two
          wire [CountBits-1:0] lower = g_level[s-1].g_node[2*l].length;
          wire [CountBits-1:0] upper = g_level[s-1].g_node[2*l+1].length;
          wire longer = upper > lower;
          assign length = longer ? upper : lower;
          assign lane   = longer ? g_level[s-1].g_node[2*l+1].lane : g_level[s-1].g_node[2*l].lane;
        end else begin : g_one
          assign length = g_level[s-1].g_node[2*l].length;
          assign lane   = g_level[s-1].g_node[2*l].lane;
        end
      end
    end
  endgenerate
  assign longest = g_level[Levels].g_node[0].lane;

  // One candidate in all: a queue of one, and no other.
  wire single = g_level[Levels].g_node[0].length == 1 && (filled & (filled - 1'b1)) == 0;
  assign row_o  = heads[longest*RowBits+:RowBits] + {{(RowBits - LaneBits) {1'b0}}, longest};
  assign last_o = single && ahead_q != 2'd0;

  // ---- which word enters -----------------------------------------------------------------------

  reg  [RowBits-1:0] look_q;  // row of lane 0 of the word that the lanes look at next
  wire               step = take_i && !(|full);
  wire               empty = filled == 0 || (take_i && single);
  wire               due = step && word != 0 && list_row == look_q;
  assign enter = queries_q != 2'd0 && words != 0 && (empty || due);
  always @(posedge clk_i) begin
    if (enter) look_q <= list_row + LANES[RowBits-1:0];
    else if (step) look_q <= look_q + LANES[RowBits-1:0];
  end

endmodule

`default_nettype wire
