// SPDX-License-Identifier: Apache-2.0
//
// Self-checking bench: runs the program in steps.hex, k.hex, v.hex, q.hex through the design and compares
// every output row, tag, number and last with o.hex, and the registers at the end with registers.hex.
//
//   iverilog -g2005 -o bench.vvp bench.v -f <design>.f && vvp -N bench.vvp +seed=1 +stalls=30
//
// stalls is the share in percent of cycles in which each stream, seen alone, is stalled from outside.
// vvp -N ends with status 1 at $stop: on a mismatch, on a stream that changes while stalled, when nothing
// moves for WATCHDOG cycles, or when the number of rows is not the expected one.

`include "bench_sizes.vh"
`default_nettype none

module bench;

  localparam WATCHDOG = 100000;
  localparam WRITE = 4'd0;
  localparam COMMAND = 4'd1;
  localparam IDLE = 4'd2;
  localparam REGISTERS = `BENCH_REGISTERS;
  localparam OUT_TOP = 4 * `BENCH_OUT_DIGITS;  // tag, number, last lie above the row
  localparam KEYS = `BENCH_KEYS ? `BENCH_KEYS : 1;
  localparam QUERIES = `BENCH_QUERIES ? `BENCH_QUERIES : 1;

  // ---- the program ------------------------------------------------------------------------------
  reg [              79:0] steps    [0:`BENCH_STEPS-1];
  reg [`BENCH_ROW_BITS-1:0] k_rows   [         0:KEYS-1];
  reg [`BENCH_ROW_BITS-1:0] v_rows   [         0:KEYS-1];
  reg [`BENCH_ROW_BITS-1:0] q_rows   [      0:QUERIES-1];
`ifdef BENCH_SORTED_BITS
  reg [`BENCH_SORTED_BITS-1:0] s_rows[         0:KEYS-1];
`endif
  reg [      OUT_TOP+35:0] o_rows   [      0:QUERIES-1];
  reg [              43:0] registers[    0:REGISTERS-1];

  integer seed, stalls;
  initial begin
    if (!$value$plusargs("seed=%d", seed)) seed = 1;
    if (!$value$plusargs("stalls=%d", stalls)) stalls = 0;
    $readmemh("steps.hex", steps);
    $readmemh("k.hex", k_rows);
    $readmemh("v.hex", v_rows);
`ifdef BENCH_SORTED_BITS
    $readmemh("s.hex", s_rows);
`endif
    $readmemh("q.hex", q_rows);
    $readmemh("o.hex", o_rows);
    $readmemh("registers.hex", registers);
  end

  function stalled(input integer unused);
    stalled = $unsigned($random(seed)) % 100 < stalls;
  endfunction

  // ---- the design -------------------------------------------------------------------------------
  reg clk = 1'b0;
  reg rst_n = 1'b0;
  always #5 clk = !clk;
  initial begin
    repeat (4) @(negedge clk);
    rst_n = 1'b1;
  end

  wire                       finishing;
  wire [               43:0] wanted;
  reg                        cmd_valid = 1'b0, k_valid = 1'b0, v_valid = 1'b0, q_valid = 1'b0, o_ready = 1'b0;
  reg  [               63:0] cmd_data;
  reg  [`BENCH_ROW_BITS-1:0] k_data, v_data, q_data;
  wire                       cmd_ready, k_ready, v_ready, q_ready, o_valid, o_last;
  wire [`BENCH_OUT_BITS-1:0] o_data;
  wire [               15:0] o_tag, o_number;
  reg                        reg_write = 1'b0;
  reg  [                9:0] reg_addr = `BENCH_STATUS;
  reg  [               31:0] reg_wdata;
  wire [               31:0] reg_rdata;
`ifdef BENCH_SORTED_BITS
  reg                        s_valid = 1'b0;
  reg [`BENCH_SORTED_BITS-1:0] s_data;
  wire                       s_ready;
`endif
`ifdef BENCH_TRACE
  reg  [     `BENCH_STREAMS-1:0] trace_ready = {`BENCH_STREAMS{1'b1}};
  integer bank;
  always @(posedge clk)
    for (bank = 0; bank < `BENCH_STREAMS; bank = bank + 1) trace_ready[bank] <= !stalled(0);
`endif

  `BENCH_TOP u_dut (
    .clk_i        (clk),
    .rst_ni       (rst_n),
    .cmd_valid_i  (cmd_valid),
    .cmd_ready_o  (cmd_ready),
    .cmd_data_i   (cmd_data),
    .k_valid_i    (k_valid),
    .k_ready_o    (k_ready),
    .k_data_i     (k_data),
    .v_valid_i    (v_valid),
    .v_ready_o    (v_ready),
    .v_data_i     (v_data),
`ifdef BENCH_SORTED_BITS
    .s_valid_i    (s_valid),
    .s_ready_o    (s_ready),
    .s_data_i     (s_data),
`endif
    .q_valid_i    (q_valid),
    .q_ready_o    (q_ready),
    .q_data_i     (q_data),
    .o_valid_o    (o_valid),
    .o_ready_i    (o_ready),
    .o_data_o     (o_data),
    .o_tag_o      (o_tag),
    .o_number_o   (o_number),
    .o_last_o     (o_last),
`ifdef BENCH_TRACE
    .trace_valid_o(),
    .trace_ready_i(trace_ready),
    .trace_tag_o  (),
    .trace_query_o(),
    .trace_key_o  (),
    .trace_used_o (),
`endif
    .reg_write_i  (reg_write),
    .reg_addr_i   (reg_addr),
    .reg_wdata_i  (reg_wdata),
    .reg_rdata_o  (reg_rdata)
  );

  // ---- rows in ----------------------------------------------------------------------------------
  integer k_at = 0, v_at = 0, q_at = 0;  // rows offered so far
  reg k_go, v_go, q_go;
`ifdef BENCH_SORTED_BITS
  integer s_at = 0;
  reg s_go;
`endif
  always @(posedge clk) begin
    if (rst_n && (!k_valid || k_ready)) begin
      k_go = k_at < `BENCH_KEYS && !stalled(0);
      k_valid <= k_go;
      k_data <= k_rows[k_at];
      if (k_go) k_at = k_at + 1;
    end
    if (rst_n && (!v_valid || v_ready)) begin
      v_go = v_at < `BENCH_KEYS && !stalled(0);
      v_valid <= v_go;
      v_data <= v_rows[v_at];
      if (v_go) v_at = v_at + 1;
    end
`ifdef BENCH_SORTED_BITS
    if (rst_n && (!s_valid || s_ready)) begin
      s_go = s_at < `BENCH_KEYS && !stalled(0);
      s_valid <= s_go;
      s_data <= s_rows[s_at];
      if (s_go) s_at = s_at + 1;
    end
`endif
    if (rst_n && (!q_valid || q_ready)) begin
      q_go = q_at < `BENCH_QUERIES && !stalled(0);
      q_valid <= q_go;
      q_data <= q_rows[q_at];
      if (q_go) q_at = q_at + 1;
    end
  end

  // ---- steps: registers written, commands -------------------------------------------------------
  integer at = 0;     // steps begun
  integer quiet = 0;  // cycles in which nothing was begun and the design was not busy
  wire [79:0] step = steps[at];
  wire [3:0] kind = step[79:76];
  wire free = !cmd_valid || cmd_ready;
  wire may_begin = rst_n && free && at < `BENCH_STEPS;
  always @(posedge clk) begin
    if (reg_write || cmd_valid || (reg_rdata[0] !== 1'b0 && !finishing)) quiet <= 0;
    else quiet <= quiet + 1;
    reg_write <= 1'b0;
    if (!finishing) reg_addr <= `BENCH_STATUS;
    if (free) cmd_valid <= 1'b0;
    if (may_begin && kind == WRITE) begin
      reg_write <= 1'b1;
      reg_addr <= step[73:64];
      reg_wdata <= step[31:0];
      at <= at + 1;
    end
    if (may_begin && kind == COMMAND && !stalled(0)) begin
      cmd_valid <= 1'b1;
      cmd_data <= step[63:0];
      at <= at + 1;
    end
    if (may_begin && kind == IDLE && quiet > 4) at <= at + 1;
    if (finishing) reg_addr <= wanted[41:32];
  end

  // ---- rows out ---------------------------------------------------------------------------------
  integer rows = 0;
  wire [OUT_TOP-1:0] data = o_data;
  wire [OUT_TOP+35:0] beat = {3'd0, o_last, o_number, o_tag, data};
  reg held = 1'b0;
  reg [OUT_TOP+35:0] held_beat;
  always @(posedge clk) begin
    o_ready <= !stalled(0);
    held <= o_valid && !o_ready && rst_n;
    held_beat <= beat;
    if (held && (!o_valid || beat !== held_beat)) fail("the output stream changed while it was stalled");
    if (rst_n && o_valid && o_ready) begin
      if (rows >= `BENCH_QUERIES) fail("a row too many came");
      else if (beat !== o_rows[rows]) begin
        $display("row %0d: last, number, tag, data are %h; the model has %h", rows, beat, o_rows[rows]);
        fail("an output row differs");
      end
      rows = rows + 1;
    end
  end

  // ---- the end ----------------------------------------------------------------------------------
  // A register's value follows its address by a cycle, and the address this counter by another.
  integer read = 0;
  assign wanted = registers[read/3];
  assign finishing = at == `BENCH_STEPS && rows >= `BENCH_QUERIES && quiet > 20;
  always @(posedge clk) begin
    if (finishing) begin
      if (read % 3 == 2 && reg_rdata !== wanted[31:0]) begin
        $display("register %h is %h; the model has %h", wanted[43:32], reg_rdata, wanted[31:0]);
        fail("a register differs");
      end
      read = read + 1;
      if (read == 3 * REGISTERS) begin
        $display("PASS: %0d rows equal", rows);
        $finish;
      end
    end
  end

  integer still = 0;  // cycles without a transfer
  always @(posedge clk) begin
    still <= still + 1;
    if (cmd_valid && cmd_ready || k_valid && k_ready || v_valid && v_ready || q_valid && q_ready) still <= 0;
    if (o_valid && o_ready || finishing) still <= 0;
    if (still > WATCHDOG) fail("nothing moves");
  end

  task fail(input [8*64-1:0] what);
    begin
      $display("FAIL: %0s: step %0d of %0d, row %0d of %0d", what, at, `BENCH_STEPS, rows, `BENCH_QUERIES);
      $stop;
    end
  endtask

endmodule
