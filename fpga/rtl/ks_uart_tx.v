// SPDX-License-Identifier: Apache-2.0
//
// Sender on an asynchronous serial line: 8 data bits, lowest first, no parity, one stop bit.
//
// Baud rate = clock / Divisor. Latency: the start bit begins in the cycle after the byte is taken.
// Throughput: a byte every 10 bits and a cycle.
//
//   valid_i, ready_o  a byte is taken in a cycle in which both are high
//   tx_o              the line, idle high

`default_nettype none

module ks_uart_tx #(
    parameter Divisor = 104  // cycles a bit, >= 4
) (
    input  wire       clk_i,
    input  wire       rst_ni,
    input  wire       valid_i,
    output wire       ready_o,
    input  wire [7:0] data_i,
    output wire       tx_o
);

  localparam CountBits = $clog2(Divisor);
  localparam [31:0] BIT = Divisor - 1;

  generate
    if (Divisor < 4) illegal_divisor u_bad ();
  endgenerate

  reg [CountBits-1:0] count_q;  // cycles left of the bit on the line
  reg [3:0] left_q;  // bits on the line or to come
  reg [8:0] bits_q;  // the bit on the line is the lowest; ones follow the last

  assign ready_o = left_q == 0;
  assign tx_o    = bits_q[0];

  always @(posedge clk_i) begin
    if (ready_o || count_q == 0) count_q <= BIT[CountBits-1:0];
    else count_q <= count_q - 1'b1;
    if (!rst_ni) begin
      left_q <= 4'd0;
      bits_q <= 9'h1ff;
    end else if (ready_o) begin
      if (valid_i) begin
        left_q <= 4'd10;
        bits_q <= {data_i, 1'b0};
      end
    end else if (count_q == 0) begin
      left_q <= left_q - 4'd1;
      bits_q <= {1'b1, bits_q[8:1]};
    end
  end

endmodule

`default_nettype wire
