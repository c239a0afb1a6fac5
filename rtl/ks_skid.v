// SPDX-License-Identifier: Apache-2.0
//
// The end of an output stream: takes over a beat that the stream does not, so that what makes the
// beats need not look at ready_i, only at held_o, a register.
//
// Latency: none while nothing is held.
//
//   valid_i, data_i  the beat at hand
//   held_o           a beat is held before it: if it stays (stay_o) it must not change
//   valid_o, ready_i, data_o  the stream

`default_nettype none

module ks_skid #(
    parameter Width = 576
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire             valid_i,
    input  wire [Width-1:0] data_i,
    output wire             held_o,
    output wire             stay_o,
    output wire             valid_o,
    input  wire             ready_i,
    output wire [Width-1:0] data_o
);

  reg             held_q;
  reg [Width-1:0] data_q;

  assign held_o  = held_q;
  assign stay_o  = valid_i && held_q && !ready_i;
  assign valid_o = valid_i || held_q;
  assign data_o  = held_q ? data_q : data_i;

  always @(posedge clk_i) begin
    if (!rst_ni) held_q <= 1'b0;
    else held_q <= held_q ? valid_i || !ready_i : valid_i && !ready_i;
    if (!held_q || ready_i) data_q <= data_i;
  end

endmodule

`default_nettype wire
