// SPDX-License-Identifier: Apache-2.0
//
// LOAD: takes rows of K and V in pairs, with A3 also a beat of the sorted columns (SPEC 7), one of
// each a cycle, and offers them together to those who store them (SPEC 9). They wait in a register
// until the slowest of these, row_ready_i, takes them; in that cycle all do.
//
// A LOAD ends when every row is taken, stored_i says that what is made of the rows is stored, and,
// where there is a virtual key, the page's mean row is made.
//
//   start_*       a LOAD begins (only while busy_o is low): page, whether the page starts afresh,
//                 rows
//   k_*, v_*, s_*  row streams; a design without the third keeps s_valid_i high
//   row_*         the rows that wait: first of a page that starts afresh, number in this LOAD
//   stored_i      level: nothing of the rows taken is still on its way
//   mean_*        make the page's mean row; it is made

`default_nettype none

module ks_load #(
    parameter RowWidth    = 576,  // bits of a row of K or V
    parameter SortedWidth = 1,    // bits of a beat of the sorted columns
    parameter CountBits   = 10,   // bits of 0..n
    parameter Mean        = 1     // 1: wait for the mean row
) (
    input  wire                   clk_i,
    input  wire                   rst_ni,
    // command
    input  wire                   start_i,
    input  wire                   start_page_i,
    input  wire                   start_afresh_i,
    input  wire [  CountBits-1:0] start_count_i,
    output wire                   busy_o,
    output wire                   page_o,
    // rows in
    input  wire                   k_valid_i,
    output wire                   k_ready_o,
    input  wire [   RowWidth-1:0] k_data_i,
    input  wire                   v_valid_i,
    output wire                   v_ready_o,
    input  wire [   RowWidth-1:0] v_data_i,
    input  wire                   s_valid_i,
    output wire                   s_ready_o,
    input  wire [SortedWidth-1:0] s_data_i,
    // rows to be stored
    output wire                   row_valid_o,
    input  wire                   row_ready_i,
    output wire                   row_first_o,
    output wire [  CountBits-1:0] row_number_o,
    output wire [   RowWidth-1:0] row_k_o,
    output wire [   RowWidth-1:0] row_v_o,
    output wire [SortedWidth-1:0] row_s_o,
    input  wire                   stored_i,
    // mean row
    output wire                   mean_make_o,
    input  wire                   mean_made_i
);

  // ---- the command -----------------------------------------------------------------------------

  reg                  busy_q, page_q, afresh_q, made_q;
  reg  [CountBits-1:0] rows_q;  // still to come
  reg                  row_valid_q;
  wire                 room = rows_q != 0 && (!row_valid_q || row_ready_i);
  wire                 take = k_valid_i && v_valid_i && s_valid_i && room;
  wire                 taken = row_valid_q && row_ready_i;
  wire                 rows_in = busy_q && rows_q == 0 && !row_valid_q;
  wire                 made = made_q || mean_made_i || Mean == 0;

  assign busy_o      = busy_q;
  assign page_o      = page_q;
  assign mean_make_o = rows_in && !made_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      busy_q <= 1'b0;
      rows_q <= {CountBits{1'b0}};
    end else if (start_i) begin
      busy_q <= 1'b1;
      rows_q <= start_count_i;
    end else begin
      if (rows_in && made && stored_i) busy_q <= 1'b0;
      if (take) rows_q <= rows_q - 1'b1;
    end
    if (start_i) begin
      page_q <= start_page_i;
      made_q <= 1'b0;
    end else if (mean_made_i) begin
      made_q <= 1'b1;
    end
    if (start_i) afresh_q <= start_afresh_i;
    else if (taken) afresh_q <= 1'b0;
  end

  // ---- the rows at hand ------------------------------------------------------------------------

  reg [  CountBits-1:0] number_q;
  reg [   RowWidth-1:0] row_k_q, row_v_q;
  reg [SortedWidth-1:0] row_s_q;

  assign k_ready_o = v_valid_i && s_valid_i && room;
  assign v_ready_o = k_valid_i && s_valid_i && room;
  assign s_ready_o = k_valid_i && v_valid_i && room;

  always @(posedge clk_i) begin
    if (!rst_ni) row_valid_q <= 1'b0;
    else if (take) row_valid_q <= 1'b1;
    else if (row_ready_i) row_valid_q <= 1'b0;
    if (take) begin
      row_k_q <= k_data_i;
      row_v_q <= v_data_i;
      row_s_q <= s_data_i;
    end
    if (start_i) number_q <= {CountBits{1'b0}};
    else if (taken) number_q <= number_q + 1'b1;
  end
  assign row_valid_o  = row_valid_q;
  assign row_first_o  = afresh_q;
  assign row_number_o = number_q;
  assign row_k_o      = row_k_q;
  assign row_v_o      = row_v_q;
  assign row_s_o      = row_s_q;

endmodule

`default_nettype wire
