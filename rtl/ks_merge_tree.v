// SPDX-License-Identifier: Apache-2.0
//
// Merges Count streams of falling rank into one: a binary tree of two-way mergers with two entries
// each (ks_merge_node). The order is: largest rank first, on ties the lowest stream, within a
// stream its own order. Signals run between neighbours only, so the cycle does not lengthen with
// Count.
//
// Latency: ceil(log2 Count) cycles. Throughput: an entry a cycle. Why it holds:
// docs/blocks/greedy.md.
//
//   entries_i  heads of the streams, stream i in bits [i*(RankBits+RowBits) +: ..]: {rank, row}.
//              From the first restart on a stream has a head in every cycle; one that has ended
//              shows ranks below all others'
//   pop_o      the stream's head is taken
//   restart_i  bit l: the heads below level l are the first of a new query. Bit 0 in the first
//              cycle in which all the streams' heads are, bit l l cycles later; unused if Count is
//              1
//   head_o     head of the root, of the new query from the cycle after the last bit on; pop_i takes
//              it

`default_nettype none

module ks_merge_tree #(
    parameter Count       = 64,  // streams, >= 1
    parameter RankBits    = 19,  // bits of a rank, unsigned
    parameter RowBits     = 9,   // bits of a row's number
    parameter Levels      = $clog2(Count),             // derived: do not set
    parameter RestartBits = (Levels == 0) ? 1 : Levels // derived: do not set
) (
    input  wire                                clk_i,
    input  wire                                rst_ni,
    input  wire [             RestartBits-1:0] restart_i,
    input  wire [Count*(RankBits+RowBits)-1:0] entries_i,
    output wire [                   Count-1:0] pop_o,
    output wire [        RankBits+RowBits-1:0] head_o,
    input  wire                                pop_i
);

  localparam Width = RankBits + RowBits;

  // Nodes of a level, where level 0 is the streams; number of a level's first node.
  function integer nodes(input integer level);
    nodes = (Count + (1 << level) - 1) >> level;
  endfunction

  function integer first(input integer level);
    integer l;
    begin
      first = 0;
      for (l = 0; l < level; l = l + 1) first = first + nodes(l);
    end
  endfunction

  localparam All = first(Levels + 1);
  wire [All*Width-1:0] heads;
  wire [      All-1:0] pops;

  assign heads[Count*Width-1:0] = entries_i;
  assign pop_o                  = pops[Count-1:0];
  assign head_o                 = heads[(All-1)*Width+:Width];
  assign pops[All-1]            = pop_i;

  genvar l, i;
  generate
    if (Levels == 0) begin : g_wire
      wire unused = &{1'b0, clk_i, rst_ni, restart_i};
    end
    for (l = 1; l <= Levels; l = l + 1) begin : g_level
      localparam Below = first(l - 1);
      localparam Here = first(l);
      for (i = 0; i < nodes(l); i = i + 1) begin : g_node
        wire [Width-1:0] b;
        wire             pop_b;
        ks_merge_node #(
            .RankBits(RankBits),
            .RowBits (RowBits)
        ) u_node (
            .clk_i    (clk_i),
            .rst_ni   (rst_ni),
            .restart_i(restart_i[l-1]),
            .a_i      (heads[(Below+2*i)*Width+:Width]),
            .pop_a_o  (pops[Below+2*i]),
            .b_i      (b),
            .pop_b_o  (pop_b),
            .head_o   (heads[(Here+i)*Width+:Width]),
            .pop_i    (pops[Here+i])
        );
        if (2 * i + 1 < nodes(l - 1)) begin : g_two
          assign b                = heads[(Below+2*i+1)*Width+:Width];
          assign pops[Below+2*i+1] = pop_b;
        end else begin : g_one  // an ended stream
          wire unused_pop = pop_b;
          assign b = {Width{1'b0}};
        end
      end
    end
  endgenerate

endmodule

`default_nettype wire
