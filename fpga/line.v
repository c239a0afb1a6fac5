// SPDX-License-Identifier: Apache-2.0
//
// The far end of a board's serial line, for a simulation that host.py drives: symbols come on
// standard input, what the board answers goes to standard output. The board under it is any module
// of a board top's ports: RTL or netlist.
//
//   iverilog -g2005 -DBOARD=elsa_ice40_board -o line.vvp line.v $(cat elsa_ice40.f)
//   fpga/host.py VECTORS --simulate "vvp -n line.vvp"
//
// A symbol is a line of hex digits:
//   000..0ff  a byte
//   100..1ff  a byte whose stop bit is low: no byte
//   200       waits until the board has answered and been silent for as long as three bytes, or for
//             PATIENCE cycles without a byte; then prints what came, two digits a byte, and a newline
//   300       the end
//
// DIVISOR and GAP are the board's. +skew=S: a bit on the line is S thousandths longer than the board
// takes it to be, so that the two ends' clocks differ; +skew=-S: shorter.

`default_nettype none
`ifndef DIVISOR
`define DIVISOR 4
`endif
`ifndef GAP
`define GAP 400
`endif

module line;

  localparam PERIOD = 1000;  // of the clock
  localparam PATIENCE = 4 * `GAP + 100 * `DIVISOR;
  localparam STDIN = 32'h8000_0000;

  integer skew, bit_time = PERIOD * `DIVISOR;
  reg clk = 1'b0;
  reg rx = 1'b1;
  wire tx;
  wire [1:0] led;
  always #(PERIOD / 2) clk = !clk;

`ifdef NETLIST
  `BOARD u_board (
`else
  `BOARD #(
    .Divisor  (`DIVISOR),
    .GapCycles(`GAP)
  ) u_board (
`endif
    .clk_i(clk),
    .rx_i (rx),
    .tx_o (tx),
    .led_o(led)
  );

  // ---- to the board -----------------------------------------------------------------------------

  integer bit_index;
  task send(input [7:0] data, input stop);
    begin
      rx = 1'b0;
      #(bit_time);
      for (bit_index = 0; bit_index < 8; bit_index = bit_index + 1) begin
        rx = data[bit_index];
        #(bit_time);
      end
      rx = stop;
      #(bit_time);
      rx = 1'b1;
      if (!stop) #(bit_time);
    end
  endtask

  // ---- from the board: `quiet` half bits since the last byte ------------------------------------

  integer quiet = 0, came = 0, at;
  reg [7:0] data;
  always @(negedge tx) begin
    #(bit_time / 2);
    for (at = 0; at < 8; at = at + 1) begin
      #(bit_time);
      data[at] = tx;
    end
    #(bit_time);
    if (tx !== 1'b1) begin
      $display("FAIL: the board's stop bit is %b", tx);
      $finish;
    end
    $write("%02x", data);
    came = came + 1;
    quiet = 0;
  end
  always #(bit_time / 2) quiet = quiet + 1;

  // ---- the symbols ------------------------------------------------------------------------------

  reg [11:0] symbol;
  integer got;
  initial begin
    if (!$value$plusargs("skew=%d", skew)) skew = 0;
    bit_time = bit_time + bit_time / 1000 * skew;
    // The board comes out of reset by itself.
    #(40 * PERIOD);
    got = $fscanf(STDIN, "%h", symbol);
    while (got == 1 && symbol != 12'h300) begin
      if (symbol[11:9] == 0) begin
        send(symbol[7:0], !symbol[8]);
      end else begin
        quiet = 0;
        came = 0;
        while (came == 0 ? quiet * `DIVISOR / 2 < PATIENCE : quiet < 60) @(quiet);
        $write("\n");
        $fflush;
      end
      got = $fscanf(STDIN, "%h", symbol);
    end
    $finish;
  end

endmodule

`default_nettype wire
