// SPDX-License-Identifier: Apache-2.0
//
// A design behind a serial line: frames (ks_frame) to its streams and registers, and what holds both
// in reset until the FPGA has settled. Instantiated by the generated board top, beside the design.
//
// rst_no is the design's reset. Streams are valid/ready as in the design; o_data_i is a row, and
// reg_* the register bus, without wait states.

`default_nettype none

module ks_board #(
    parameter RowBits    = 576,    // bits of a row of K, V, Q
    parameter SortedBits = 0,      // bits of a beat of S; 0: the design has no such stream
    parameter OutBits    = 576,    // bits of an output row
    parameter Divisor    = 104,    // cycles a bit of the line, >= 4
    parameter GapCycles  = 240000, // silence that ends a frame, >= 1
    parameter SBits = (SortedBits > 0) ? SortedBits : 1  // derived: do not set
) (
    input  wire               clk_i,
    output wire               rst_no,
    // pins
    input  wire               rx_i,
    output wire               tx_o,
    output wire               bad_o,
    // streams
    output wire               cmd_valid_o,
    input  wire               cmd_ready_i,
    output wire [       63:0] cmd_data_o,
    output wire               k_valid_o,
    input  wire               k_ready_i,
    output wire [RowBits-1:0] k_data_o,
    output wire               v_valid_o,
    input  wire               v_ready_i,
    output wire [RowBits-1:0] v_data_o,
    output wire               s_valid_o,
    input  wire               s_ready_i,
    output wire [  SBits-1:0] s_data_o,
    output wire               q_valid_o,
    input  wire               q_ready_i,
    output wire [RowBits-1:0] q_data_o,
    input  wire               o_valid_i,
    output wire               o_ready_o,
    input  wire [OutBits-1:0] o_data_i,
    input  wire [       15:0] o_tag_i,
    input  wire [       15:0] o_number_i,
    input  wire               o_last_i,
    // registers
    output wire               reg_write_o,
    output wire [        9:0] reg_addr_o,
    output wire [       31:0] reg_wdata_o,
    input  wire [       31:0] reg_rdata_i
);

  localparam RowBytes = (RowBits + 7) / 8;
  localparam SortedBytes = (SortedBits + 7) / 8;
  localparam OutBytes = (OutBits + 7) / 8;

  // ---- reset: of the line once, of the design and what is offered to it at any time -------------

  wire reset, rst_line_n, rst_design_n;
  assign rst_no = rst_design_n;

  ks_board_reset u_line_reset (
      .clk_i  (clk_i),
      .again_i(1'b0),
      .rst_no (rst_line_n)
  );

  ks_board_reset u_design_reset (
      .clk_i  (clk_i),
      .again_i(reset),
      .rst_no (rst_design_n)
  );

  // ---- the line -----------------------------------------------------------------------------------

  wire rx_valid, rx_error, tx_valid, tx_ready;
  wire [7:0] rx_data, tx_data;

  ks_uart_rx #(
      .Divisor(Divisor)
  ) u_uart_rx (
      .clk_i  (clk_i),
      .rst_ni (rst_line_n),
      .rx_i   (rx_i),
      .valid_o(rx_valid),
      .data_o (rx_data),
      .error_o(rx_error)
  );

  ks_uart_tx #(
      .Divisor(Divisor)
  ) u_uart_tx (
      .clk_i  (clk_i),
      .rst_ni (rst_line_n),
      .valid_i(tx_valid),
      .ready_o(tx_ready),
      .data_i (tx_data),
      .tx_o   (tx_o)
  );

  // ---- frames -------------------------------------------------------------------------------------

  localparam REGISTER = 0;
  localparam COMMAND = 1;
  localparam ROW_K = 2;
  localparam ROW_V = 3;
  localparam ROW_S = 4;
  localparam ROW_Q = 5;

  wire [5:0] shift, commit, full;
  wire [7:0] data;
  wire [OutBits+7:0] row = {8'd0, o_data_i};
  wire unused_row = &{1'b0, row[OutBits+7:8*OutBytes]};

  ks_frame #(
      .RowBytes   (RowBytes),
      .SortedBytes(SortedBytes),
      .OutBytes   (OutBytes + 5),
      .GapCycles  (GapCycles)
  ) u_frame (
      .clk_i     (clk_i),
      .rst_ni    (rst_line_n),
      .rx_valid_i(rx_valid),
      .rx_data_i (rx_data),
      .rx_error_i(rx_error),
      .tx_valid_o(tx_valid),
      .tx_ready_i(tx_ready),
      .tx_data_o (tx_data),
      .shift_o   (shift),
      .byte_o    (data),
      .commit_o  (commit),
      .full_i    (full),
      .rdata_i   (reg_rdata_i),
      .o_valid_i (o_valid_i),
      .o_ready_o (o_ready_o),
      .o_data_i  ({row[8*OutBytes-1:0], 7'd0, o_last_i, o_number_i, o_tag_i}),
      .reset_o   (reset),
      .bad_o     (bad_o)
  );

  // ---- registers: the address comes last, so that a read's is where a write's is ------------------
  // A command samples them when the design takes it: none is written while one waits.

  wire [15:0] address;
  wire unused_address = &{1'b0, address[15:10]};
  assign full[REGISTER] = cmd_valid_o;
  assign reg_addr_o = address[9:0];

  ks_frame_slot #(
      .Width(48)
  ) u_register (
      .clk_i   (clk_i),
      .rst_ni  (rst_design_n),
      .shift_i (shift[REGISTER]),
      .byte_i  (data),
      .commit_i(commit[REGISTER]),
      .valid_o (reg_write_o),
      .ready_i (1'b1),
      .data_o  ({address, reg_wdata_o})
  );

  // ---- streams --------------------------------------------------------------------------------------

  assign full[COMMAND] = cmd_valid_o;
  ks_frame_slot #(
      .Width(64)
  ) u_command (
      .clk_i   (clk_i),
      .rst_ni  (rst_design_n),
      .shift_i (shift[COMMAND]),
      .byte_i  (data),
      .commit_i(commit[COMMAND]),
      .valid_o (cmd_valid_o),
      .ready_i (cmd_ready_i),
      .data_o  (cmd_data_o)
  );

  assign full[ROW_K] = k_valid_o;
  ks_frame_slot #(
      .Width(RowBits)
  ) u_k (
      .clk_i   (clk_i),
      .rst_ni  (rst_design_n),
      .shift_i (shift[ROW_K]),
      .byte_i  (data),
      .commit_i(commit[ROW_K]),
      .valid_o (k_valid_o),
      .ready_i (k_ready_i),
      .data_o  (k_data_o)
  );

  assign full[ROW_V] = v_valid_o;
  ks_frame_slot #(
      .Width(RowBits)
  ) u_v (
      .clk_i   (clk_i),
      .rst_ni  (rst_design_n),
      .shift_i (shift[ROW_V]),
      .byte_i  (data),
      .commit_i(commit[ROW_V]),
      .valid_o (v_valid_o),
      .ready_i (v_ready_i),
      .data_o  (v_data_o)
  );

  assign full[ROW_Q] = q_valid_o;
  ks_frame_slot #(
      .Width(RowBits)
  ) u_q (
      .clk_i   (clk_i),
      .rst_ni  (rst_design_n),
      .shift_i (shift[ROW_Q]),
      .byte_i  (data),
      .commit_i(commit[ROW_Q]),
      .valid_o (q_valid_o),
      .ready_i (q_ready_i),
      .data_o  (q_data_o)
  );

  assign full[ROW_S] = s_valid_o;
  generate
    if (SortedBits > 0) begin : g_sorted
      ks_frame_slot #(
          .Width(SBits)
      ) u_s (
          .clk_i   (clk_i),
          .rst_ni  (rst_design_n),
          .shift_i (shift[ROW_S]),
          .byte_i  (data),
          .commit_i(commit[ROW_S]),
          .valid_o (s_valid_o),
          .ready_i (s_ready_i),
          .data_o  (s_data_o)
      );
    end else begin : g_unsorted
      wire unused_s = &{1'b0, s_ready_i, shift[ROW_S], commit[ROW_S]};
      assign s_valid_o = 1'b0;
      assign s_data_o  = {SBits{1'b0}};
    end
  endgenerate

endmodule

`default_nettype wire
