// SPDX-License-Identifier: Apache-2.0
//
// Two-way merger, a node of ks_merge_tree: of the two children's heads the one of larger rank, a's
// on ties, goes into a queue of two entries, from which the parent takes it.
//
// Latency: 1 cycle. Throughput: an entry a cycle, from whichever child it comes.
//
//   a_i, b_i   heads of the children, always there: {rank, row}
//   pop_*_o    the child's head is taken in this cycle
//   restart_i  the heads are the first of a new query; what the queue holds is dropped
//   head_o     the node's own head; pop_i: the parent takes it

`default_nettype none

module ks_merge_node #(
    parameter RankBits = 19,  // bits of a rank, unsigned
    parameter RowBits  = 9    // bits of a row's number
) (
    input  wire                        clk_i,
    input  wire                        rst_ni,
    input  wire                        restart_i,
    // children
    input  wire [RankBits+RowBits-1:0] a_i,
    output wire                        pop_a_o,
    input  wire [RankBits+RowBits-1:0] b_i,
    output wire                        pop_b_o,
    // parent
    output wire [RankBits+RowBits-1:0] head_o,
    input  wire                        pop_i
);

  wire take;
  wire choose_b = b_i[RowBits+:RankBits] > a_i[RowBits+:RankBits];

  assign pop_a_o = take && !choose_b;
  assign pop_b_o = take && choose_b;

  ks_merge_queue #(
      .Width(RankBits + RowBits)
  ) u_queue (
      .clk_i    (clk_i),
      .rst_ni   (rst_ni),
      .restart_i(restart_i),
      .data_i   (choose_b ? b_i : a_i),
      .take_o   (take),
      .head_o   (head_o),
      .pop_i    (pop_i)
  );

endmodule

`default_nettype wire
