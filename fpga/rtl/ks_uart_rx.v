// SPDX-License-Identifier: Apache-2.0
//
// Receiver of an asynchronous serial line: 8 data bits, lowest first, no parity, one stop bit.
//
// Each bit is taken in its middle, counted from the falling edge of the start bit. A start bit that
// is over by its middle is a disturbance and is passed over. Baud rate = clock / Divisor; the two
// ends may differ by 4 %.
// Latency: half a bit after the byte's stop bit began. Throughput: a byte every 9.5 bits.
//
//   rx_i     the line, idle high; any phase
//   valid_o  one cycle a byte: data_o is it
//   error_o  one cycle: the stop bit was low, what came is no byte; then the line is waited for to
//            go high, so that a line that stays low (a break) is reported once

`default_nettype none

module ks_uart_rx #(
    parameter Divisor = 104  // cycles a bit, >= 4
) (
    input  wire       clk_i,
    input  wire       rst_ni,
    input  wire       rx_i,
    output wire       valid_o,
    output wire [7:0] data_o,
    output wire       error_o
);

  localparam CountBits = $clog2(Divisor);
  localparam [31:0] BIT = Divisor - 1;
  localparam [31:0] HALF = Divisor / 2 - 1;

  generate
    if (Divisor < 4) illegal_divisor u_bad ();
  endgenerate

  localparam [1:0] IDLE = 2'd0;
  localparam [1:0] START = 2'd1;
  localparam [1:0] BITS = 2'd2;
  localparam [1:0] BREAK = 2'd3;

  reg [1:0] rx_q;  // into the clock's domain
  reg [1:0] state_q;
  reg [CountBits-1:0] count_q;  // cycles until the next bit is taken
  reg [3:0] left_q;  // bits to come, the stop bit included
  reg [7:0] data_q;

  wire line = rx_q[1];
  wire tick = count_q == 0;
  wire stop = state_q == BITS && tick && left_q == 4'd1;

  assign data_o  = data_q;
  assign valid_o = stop && line;
  assign error_o = stop && !line;

  always @(posedge clk_i) begin
    rx_q <= {rx_q[0], rx_i};
    if (state_q == IDLE) count_q <= HALF[CountBits-1:0];
    else if (tick) count_q <= BIT[CountBits-1:0];
    else count_q <= count_q - 1'b1;
    if (state_q == START) left_q <= 4'd9;
    else if (tick) left_q <= left_q - 4'd1;
    if (state_q == BITS && tick && left_q != 4'd1) data_q <= {line, data_q[7:1]};
    if (!rst_ni) begin
      rx_q    <= 2'b11;
      state_q <= IDLE;
    end else begin
      case (state_q)
        IDLE: if (!line) state_q <= START;
        START: if (tick) state_q <= line ? IDLE : BITS;
        BITS: if (stop) state_q <= line ? IDLE : BREAK;
        default: if (line) state_q <= IDLE;
      endcase
    end
  end

endmodule

`default_nettype wire
