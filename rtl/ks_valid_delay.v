// SPDX-License-Identifier: Apache-2.0
//
// Delay line of Stages registers with reset, for valid bits: q_o is d_i of Stages cycles ago, 0
// after reset. Stages = 0 is a wire.

`default_nettype none

module ks_valid_delay #(
    parameter Stages = 1  // cycles, >= 0
) (
    input  wire clk_i,
    input  wire rst_ni,
    input  wire d_i,
    output wire q_o
);

  generate
    if (Stages == 0) begin : g_wire
      wire unused_clk = clk_i & rst_ni;
      assign q_o = d_i;
    end else if (Stages == 1) begin : g_one
      reg line_q;
      assign q_o = line_q;
      always @(posedge clk_i) line_q <= rst_ni & d_i;
    end else begin : g_line
      reg [Stages-1:0] line_q;
      assign q_o = line_q[Stages-1];
      always @(posedge clk_i) begin
        if (!rst_ni) line_q <= {Stages{1'b0}};
        else line_q <= {line_q[Stages-2:0], d_i};
      end
    end
  endgenerate

endmodule

`default_nettype wire
