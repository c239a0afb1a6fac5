// SPDX-License-Identifier: Apache-2.0
//
// Reset without a pin: low for 16 cycles after the FPGA is configured, when registers hold their
// initial values, and for 16 cycles after each cycle with again_i. The count never leaves its end.

`default_nettype none

module ks_board_reset (
    input  wire clk_i,
    input  wire again_i,
    output wire rst_no
);

  reg [4:0] count_q = 5'd0;

  assign rst_no = count_q[4];

  always @(posedge clk_i) begin
    if (again_i) count_q <= 5'd0;
    else if (!count_q[4]) count_q <= count_q + 5'd1;
  end

endmodule

`default_nettype wire
