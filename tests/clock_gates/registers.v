// SPDX-License-Identifier: Apache-2.0
//
// Registers with an enable of every kind that the recipe must tell apart; the comments say what becomes of each.
`default_nettype none
module registers (
  input  wire         clk_i,
  input  wire         rst_ni,
  input  wire         a_i,
  input  wire         b_i,
  input  wire [287:0] data_i,
  output reg  [287:0] wide_o,     // nine gates, whose enable gets buffers
  output reg  [7:0]   inverted_o, // a gate, its enable inverted
  output reg  [4:0]   reset_o,    // a gate, open in reset
  output reg  [1:0]   half_o,     // with the other half four flip-flops: a gate
  output reg  [1:0]   other_o,
  output reg  [2:0]   narrow_o,   // multiplexers
  output reg  [7:0]   always_o,   // no enable
  output reg  [7:0]   sum_o       // of gated registers: a path that starts behind a gate and ends at none
);
  always @(posedge clk_i) begin
    if (a_i) wide_o <= data_i;
    if (!b_i) inverted_o <= data_i[7:0];
    if (a_i && b_i) half_o <= data_i[1:0];
    if (b_i && a_i) other_o <= data_i[9:8] ^ half_o;
    if (b_i) narrow_o <= data_i[2:0];
    always_o <= data_i[15:8];
    sum_o <= wide_o[7:0] + inverted_o;
    if (!rst_ni) reset_o <= 5'd0;
    else if (a_i ^ b_i) reset_o <= reset_o + 5'd1;
  end
endmodule
`default_nettype wire
