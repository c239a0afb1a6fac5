// SPDX-License-Identifier: Apache-2.0
//
// The netlist beside the RTL, 2,000 cycles of random inputs. Inputs change at the falling edge, where a gate without
// its latch would let a spike through, and once more just behind the rising one.
`timescale 1ns / 1ps
`default_nettype none
module bench;
  reg clk = 1'b0, rst_n = 1'b0, a = 1'b1, b = 1'b0;
  reg [287:0] data = 288'd0;
  wire [323:0] rtl, gates;
  integer cycle, compared = 0;

  registers u_rtl (
    .clk_i(clk), .rst_ni(rst_n), .a_i(a), .b_i(b), .data_i(data), .wide_o(rtl[287:0]),
    .inverted_o(rtl[295:288]), .reset_o(rtl[300:296]), .half_o(rtl[302:301]), .other_o(rtl[304:303]),
    .narrow_o(rtl[307:305]), .always_o(rtl[315:308]), .sum_o(rtl[323:316])
  );
  mapped u_gates (
    .clk_i(clk), .rst_ni(rst_n), .a_i(a), .b_i(b), .data_i(data), .wide_o(gates[287:0]),
    .inverted_o(gates[295:288]), .reset_o(gates[300:296]), .half_o(gates[302:301]), .other_o(gates[304:303]),
    .narrow_o(gates[307:305]), .always_o(gates[315:308]), .sum_o(gates[323:316])
  );

  task draw;
    begin
      a = $random;
      b = $random;
      repeat (9) data = {data[255:0], $random};
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
