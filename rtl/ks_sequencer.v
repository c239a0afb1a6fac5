// SPDX-License-Identifier: Apache-2.0
//
// The program of an ATTEND in LISA's instructions (SPEC 8, docs/instructions.md): in round g,
// PREDICT of group g, SCORE of group g-1, SOFTMAX of g-2, WSUM of g-3, where these exist. All
// groups have Rows queries but the last, which has what is left.
//
// Throughput: an instruction a cycle; one that does not exist takes its cycle too.
//
//   start_*   an ATTEND begins (only while busy_o is low): its queries
//   word_*    valid/ready: step 0 PREDICT, 1 SCORE, 2 SOFTMAX, 3 WSUM; queries of its group; the
//             group is the first, the last of the ATTEND (of a PREDICT)

`default_nettype none

module ks_sequencer #(
    parameter Rows        = 4,
    parameter QueriesBits = $clog2(Rows + 1)  // derived: do not set
) (
    input  wire                   clk_i,
    input  wire                   rst_ni,
    input  wire                   start_i,
    input  wire [           15:0] start_count_i,
    output wire                   busy_o,
    output wire                   word_valid_o,
    input  wire                   word_ready_i,
    output wire [            1:0] word_step_o,
    output wire [QueriesBits-1:0] word_queries_o,
    output wire                   word_first_o,
    output wire                   word_last_o
);

  localparam [31:0] ROWS = Rows;
  reg  [                 15:0] left_q;     // queries of the groups after those below
  reg  [4*QueriesBits-1:0] queries_q;  // of the group at each step, 0: there is none
  reg  [                  1:0] step_q;
  reg                          first_q;

  // The next group.
  wire [                 15:0] from = start_i ? start_count_i : left_q;
  wire [                 15:0] next = (from > ROWS[15:0]) ? ROWS[15:0] : from;
  wire                         unused_next = &{1'b0, next};
  wire                         advance = busy_o && (word_ready_i || !word_valid_o);
  wire                         round = advance && step_q == 2'd3;

  assign busy_o         = |queries_q;
  assign word_queries_o = queries_q[step_q*QueriesBits+:QueriesBits];
  assign word_valid_o   = word_queries_o != 0;
  assign word_step_o    = step_q;
  assign word_first_o   = first_q;
  assign word_last_o    = left_q == 16'd0;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      queries_q <= {4 * QueriesBits{1'b0}};
      step_q    <= 2'd0;
    end else begin
      if (start_i) queries_q <= {{3 * QueriesBits{1'b0}}, next[QueriesBits-1:0]};
      else if (round) queries_q <= {queries_q[0+:3*QueriesBits], next[QueriesBits-1:0]};
      if (advance) step_q <= step_q + 2'd1;
    end
    if (start_i || round) begin
      left_q  <= from - next;
      first_q <= start_i;
    end
  end

endmodule

`default_nettype wire
