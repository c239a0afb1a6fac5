// SPDX-License-Identifier: Apache-2.0
//
// What goes with a query's sums to the merge and is known before they are complete (see ks_accumulate): d_i
// follows them down the stages and is copied to a hold register with them.
//
//   q_o  d_i of Stages cycles with en_i ago, or the copy while held_i is high

`default_nettype none

module ks_snapshot #(
    parameter Width  = 1,  // bits
    parameter Stages = 2   // from d_i to the sums
) (
    input  wire             clk_i,
    input  wire             en_i,
    input  wire             copy_i,
    input  wire             held_i,
    input  wire [Width-1:0] d_i,
    output wire [Width-1:0] q_o
);

  wire [Width-1:0] last;
  reg  [Width-1:0] hold_q;
  ks_delay #(
      .Width (Width),
      .Stages(Stages)
  ) u_stages (
      .clk_i(clk_i),
      .en_i (en_i),
      .d_i  (d_i),
      .q_o  (last)
  );
  always @(posedge clk_i) if (copy_i) hold_q <= last;
  assign q_o = held_i ? hold_q : last;

endmodule

`default_nettype wire
