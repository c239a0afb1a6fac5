// SPDX-License-Identifier: Apache-2.0
//
// Delay line of Stages registers without reset: q_o is d_i of Stages cycles with en_i ago. Stages =
// 0 is a wire.

`default_nettype none

module ks_delay #(
    parameter Width  = 1,  // bits
    parameter Stages = 1   // cycles, >= 0
) (
    input  wire             clk_i,
    input  wire             en_i,
    input  wire [Width-1:0] d_i,
    output wire [Width-1:0] q_o
);

  generate
    if (Stages == 0) begin : g_wire
      wire unused_clk = clk_i & en_i;
      assign q_o = d_i;
    end else begin : g_line
      reg [Stages*Width-1:0] line_q;
      assign q_o = line_q[(Stages-1)*Width+:Width];
      if (Stages == 1) begin : g_one
        always @(posedge clk_i) if (en_i) line_q <= d_i;
      end else begin : g_more
        always @(posedge clk_i) if (en_i) line_q <= {line_q[(Stages-1)*Width-1:0], d_i};
      end
    end
  endgenerate

endmodule

`default_nettype wire
