// SPDX-License-Identifier: Apache-2.0
//
// ATTEND: takes count rows of Q, one a cycle at most, and offers them to the selector with the
// number of their context and their own number in the command.
//
//   start_*   an ATTEND begins (only while busy_o is low)
//   busy_o    rows of the ATTEND are still to be taken from the stream
//   query_*   valid/ready: a query row, its context, number (from 0), and whether it is the
//             command's last

`default_nettype none

module ks_attend #(
    parameter RowWidth    = 576,  // bits of a row
    parameter ContextBits = 2
) (
    input  wire                   clk_i,
    input  wire                   rst_ni,
    input  wire                   start_i,
    input  wire [           15:0] start_count_i,
    input  wire [ContextBits-1:0] start_context_i,
    output wire                   busy_o,
    input  wire                   q_valid_i,
    output wire                   q_ready_o,
    input  wire [   RowWidth-1:0] q_data_i,
    output wire                   query_valid_o,
    input  wire                   query_ready_i,
    output wire [   RowWidth-1:0] query_o,
    output wire [ContextBits-1:0] query_context_o,
    output wire [           15:0] query_number_o,
    output wire                   query_last_o
);

  reg [15:0] left_q, number_q;
  reg [ContextBits-1:0] context_q;
  reg valid_q, last_q;
  reg [   RowWidth-1:0] row_q;
  reg [           15:0] row_number_q;
  reg [ContextBits-1:0] row_context_q;

  wire room = !valid_q || query_ready_i;
  wire take = q_valid_i && q_ready_o;
  assign q_ready_o = left_q != 16'd0 && room;
  assign busy_o    = left_q != 16'd0;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      left_q  <= 16'd0;
      valid_q <= 1'b0;
    end else begin
      if (start_i) left_q <= start_count_i;
      else if (take) left_q <= left_q - 16'd1;
      if (room) valid_q <= take;
    end
    if (start_i) begin
      number_q  <= 16'd0;
      context_q <= start_context_i;
    end else if (take) begin
      number_q <= number_q + 16'd1;
    end
    if (take) begin
      row_q         <= q_data_i;
      row_number_q  <= number_q;
      row_context_q <= context_q;
      last_q        <= left_q == 16'd1;
    end
  end

  assign query_valid_o   = valid_q;
  assign query_o         = row_q;
  assign query_context_o = row_context_q;
  assign query_number_o  = row_number_q;
  assign query_last_o    = last_q;

endmodule

`default_nettype wire
