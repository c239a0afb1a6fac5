// SPDX-License-Identifier: Apache-2.0
//
// The netlist beside the RTL, 2,000 cycles of random inputs. Inputs change at the falling edge, where a gate without
// its latch would let a spike through, and once more just behind the rising one.
`timescale 1ns / 1ps
`default_nettype none
module bench;
  reg clk = 1'b0, rst_n = 1'b0, a = 1'b1, b = 1'b0;
  reg [39:0] data = 40'd0;
  wire [75:0] rtl, gates;
  integer cycle, compared = 0;

  registers u_rtl (
    .clk_i(clk), .rst_ni(rst_n), .a_i(a), .b_i(b), .data_i(data), .wide_o(rtl[39:0]), .inverted_o(rtl[47:40]),
    .reset_o(rtl[52:48]), .half_o(rtl[54:53]), .other_o(rtl[56:55]), .narrow_o(rtl[59:57]), .always_o(rtl[67:60]),
    .sum_o(rtl[75:68])
  );
  mapped u_gates (
    .clk_i(clk), .rst_ni(rst_n), .a_i(a), .b_i(b), .data_i(data), .wide_o(gates[39:0]),
    .inverted_o(gates[47:40]), .reset_o(gates[52:48]), .half_o(gates[54:53]), .other_o(gates[56:55]),
    .narrow_o(gates[59:57]), .always_o(gates[67:60]), .sum_o(gates[75:68])
  );

  task draw;
    begin
      a = $random;
      b = $random;
      data = {$random, $random};
    end
  endtask

  initial begin
    for (cycle = 0; cycle < 2000; cycle = cycle + 1) begin
      #50 clk = 1'b1;
      #10 draw;
      #40 clk = 1'b0;
      #10 draw;
      rst_n = cycle > 2 && cycle % 100 != 50;
      // The RTL knows no spikes: by then every register has been written.
      #30 if (cycle > 20) begin
        if (gates !== rtl) begin
          $display("cycle %0d: %h, not %h", cycle, gates, rtl);
          $stop;
        end
        compared = compared + 1;
      end
    end
    if (compared != 1979) $stop;
    $display("PASS");
    $finish;
  end
endmodule
`default_nettype wire
