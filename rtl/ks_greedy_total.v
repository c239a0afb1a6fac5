// SPDX-License-Identifier: Apache-2.0
//
// The steps of A3's greedy search (SPEC 7): a max step and a min step every cycle. The max step
// takes the max tree's head whatever its sign and adds it to the total if it is positive; then,
// only if the total is >= 0, the min step takes the min tree's head and adds it if it is negative.
// Both possible totals are formed from the one of the cycle before, and the sign of the first
// chooses: the loop is an addition and a selection long.
//
// Latency: a query's first step is in the first cycle with en_i after start_i. Throughput: a step a
// cycle with en_i. Two adders of TotalBits bits.
//
//   start_i    not before the cycle of the last step: a query of steps_i >= 1 steps begins.
//              exact_i: its steps take and add nothing
//   left_o     steps that are left, this cycle's included
//   *_rank_i   heads of the trees, see ks_stream; max_pop_o, min_pop_o: they are taken
//   step_o     a step is made: first_o, last_o of its query
//   max_add_o  the max tree's head is positive: its row gets max_sum_o. (0 counts as positive: it
//              adds nothing.) any_o: it is a key at all
//   min_add_o  the min tree's head is negative and taken: its row gets -1 - min_sum_o

`default_nettype none

module ks_greedy_total #(
    parameter CodeBits  = 9,   // bits of a code
    parameter StepBits  = 10,  // bits of the largest number of steps
    parameter TotalBits = 27   // signed bits that hold every total
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    input  wire                    en_i,
    // query
    input  wire                    start_i,
    input  wire [    StepBits-1:0] steps_i,
    input  wire                    exact_i,
    output wire [    StepBits-1:0] left_o,
    // trees
    input  wire [  2*CodeBits+0:0] max_rank_i,
    output wire                    max_pop_o,
    input  wire [  2*CodeBits+0:0] min_rank_i,
    output wire                    min_pop_o,
    // steps
    output wire                    step_o,
    output wire                    first_o,
    output wire                    last_o,
    output wire                    any_o,
    output wire                    max_add_o,
    output wire [  2*CodeBits-2:0] max_sum_o,
    output wire                    min_add_o,
    output wire [  2*CodeBits-2:0] min_sum_o
);

  localparam MagnitudeBits = 2 * CodeBits - 1;
  localparam [StepBits-1:0] ONE = 1;

  reg [ StepBits-1:0] left_q;
  reg                 first_q, exact_q;
  reg [TotalBits-1:0] total_q;
  wire                step = en_i && left_q != 0;

  // The bit below the top one says that a product is on the side that counts: not negative in the
  // max tree, negative in the min tree; the bits below that are the product or, in the min tree,
  // its complement.
  wire max_counts = max_rank_i[MagnitudeBits+1] && max_rank_i[MagnitudeBits] && !exact_q;
  wire min_counts = min_rank_i[MagnitudeBits+1] && min_rank_i[MagnitudeBits] && !exact_q;
  wire [MagnitudeBits-1:0] max_sum = max_rank_i[MagnitudeBits-1:0];
  wire [MagnitudeBits-1:0] min_sum = min_rank_i[MagnitudeBits-1:0];

  wire [TotalBits-1:0] max_term = {{(TotalBits - MagnitudeBits) {1'b0}},
                                   max_counts ? max_sum : {MagnitudeBits{1'b0}}};
  wire [TotalBits-1:0] min_term = {{(TotalBits - MagnitudeBits) {min_counts}},
                                   min_counts ? ~min_sum : {MagnitudeBits{1'b0}}};
  wire [TotalBits-1:0] total_max = total_q + max_term;
  wire [TotalBits-1:0] total_both = total_q + max_term + min_term;
  wire                 min_step = !total_max[TotalBits-1];

  assign left_o    = left_q;
  assign max_pop_o = step && !exact_q;
  assign min_pop_o = step && !exact_q && min_step;
  assign step_o    = step;
  assign first_o   = first_q;
  assign last_o    = left_q == ONE;
  assign any_o     = max_rank_i[MagnitudeBits+1];
  assign max_add_o = max_counts;
  assign max_sum_o = max_sum;
  assign min_add_o = min_counts && min_step;
  assign min_sum_o = min_sum;

  always @(posedge clk_i) begin
    if (!rst_ni) left_q <= {StepBits{1'b0}};
    else if (start_i) left_q <= steps_i;
    else if (step) left_q <= left_q - 1'b1;

    if (start_i) begin
      first_q <= 1'b1;
      exact_q <= exact_i;
      total_q <= {TotalBits{1'b0}};
    end else if (step) begin
      first_q <= 1'b0;
      total_q <= min_step ? total_both : total_max;
    end
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && start_i && !(left_q == 0 || (step && left_q == ONE))) begin
      $display("%m: a query begins before the last step of the one before");
      $stop;
    end
  end
`endif

endmodule

`default_nettype wire
