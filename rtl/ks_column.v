// SPDX-License-Identifier: Apache-2.0
//
// One sorted key column of A3 (SPEC 7): its memory of (value, row) and the two pointers that walk
// it. With a positive code the max pointer walks from the first entry (the largest value) to the
// last and the min pointer the other way; with a negative code the mirror image.
//
// Latency: 2 cycles from start_i to the first heads. Throughput: an entry of each stream every
// cycle.
// Two multipliers of CodeBits x CodeBits bits, a memory of Depth x (CodeBits + RowBits) bits.
//
//   load_*    writes an entry; load_first_i: it is the first of the page. unordered_o, two cycles
//             after an entry: it does not come after the one before (descending values, on ties
//             ascending rows), or there is no such row
//   start_i   a query starts with new_code_i; addresses of the page's first and last entry, which
//             keep their value from then on
//   restart_i start_i of the cycle before
//   max_*, min_*  see ks_stream

`default_nettype none

module ks_column #(
    parameter Keys     = 320,  // n
    parameter CodeBits = 9,    // bits of a code
    parameter RowBits  = 9,    // bits of 0..Keys-1
    parameter Depth    = 640,  // entries of all pages
    parameter AddrBits = 10    // 2^AddrBits >= Depth
) (
    input  wire                        clk_i,
    input  wire                        rst_ni,
    // loading
    input  wire                        load_valid_i,
    input  wire                        load_first_i,
    input  wire [        AddrBits-1:0] load_addr_i,
    input  wire [        CodeBits-1:0] load_value_i,
    input  wire [         RowBits-1:0] load_row_i,
    output wire                        unordered_o,
    // query
    input  wire                        start_i,
    input  wire                        restart_i,
    input  wire [        CodeBits-1:0] new_code_i,
    input  wire [        AddrBits-1:0] first_addr_i,
    input  wire [        AddrBits-1:0] last_addr_i,
    // trees
    output wire [2*CodeBits+RowBits:0] max_entry_o,
    input  wire                        max_pop_i,
    output wire [2*CodeBits+RowBits:0] min_entry_o,
    input  wire                        min_pop_i
);

  // ---- order of what is loaded -----------------------------------------------------------------

  localparam [31:0] ROWS = Keys;
  reg checked_q, started_q, unordered_q;
  reg [CodeBits-1:0] value_q, before_q;
  reg [RowBits-1:0] row_q, row_before_q;
  wire follows = $signed(value_q) < $signed(before_q)
              || (value_q == before_q && row_q > row_before_q);
  wire exists = {1'b0, row_q} < ROWS[RowBits:0];

  assign unordered_o = unordered_q;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      checked_q   <= 1'b0;
      unordered_q <= 1'b0;
    end else begin
      checked_q   <= load_valid_i;
      unordered_q <= checked_q && !(exists && (started_q || follows));
    end
    if (load_valid_i) begin
      started_q    <= load_first_i;
      value_q      <= load_value_i;
      row_q        <= load_row_i;
      before_q     <= value_q;
      row_before_q <= row_q;
    end
  end

  // ---- the query's code ------------------------------------------------------------------------

  reg  [CodeBits-1:0] code_q;
  wire                negative = start_i ? new_code_i[CodeBits-1] : code_q[CodeBits-1];
  always @(posedge clk_i) if (start_i) code_q <= new_code_i;

  // ---- memory and pointers ---------------------------------------------------------------------

  wire                max_read, min_read;
  wire [AddrBits-1:0] max_addr, min_addr;
  wire [CodeBits-1:0] max_value, min_value;
  wire [ RowBits-1:0] max_row, min_row;

  ks_ram_2r1w #(
      .Width   (CodeBits + RowBits),
      .Depth   (Depth),
      .AddrBits(AddrBits)
  ) u_memory (
      .clk_i    (clk_i),
      .we_i     (load_valid_i),
      .waddr_i  (load_addr_i),
      .wdata_i  ({load_value_i, load_row_i}),
      .ren_a_i  (max_read),
      .raddr_a_i(max_addr),
      .rdata_a_o({max_value, max_row}),
      .ren_b_i  (min_read),
      .raddr_b_i(min_addr),
      .rdata_b_o({min_value, min_row})
  );

  ks_stream #(
      .Min     (0),
      .CodeBits(CodeBits),
      .RowBits (RowBits),
      .AddrBits(AddrBits)
  ) u_max (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .start_i     (start_i),
      .restart_i   (restart_i),
      .first_addr_i(first_addr_i),
      .last_addr_i (last_addr_i),
      .down_i      (negative),
      .code_i      (code_q),
      .read_o      (max_read),
      .addr_o      (max_addr),
      .value_i     (max_value),
      .row_i       (max_row),
      .entry_o     (max_entry_o),
      .pop_i       (max_pop_i)
  );

  ks_stream #(
      .Min     (1),
      .CodeBits(CodeBits),
      .RowBits (RowBits),
      .AddrBits(AddrBits)
  ) u_min (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .start_i     (start_i),
      .restart_i   (restart_i),
      .first_addr_i(first_addr_i),
      .last_addr_i (last_addr_i),
      .down_i      (!negative),
      .code_i      (code_q),
      .read_o      (min_read),
      .addr_o      (min_addr),
      .value_i     (min_value),
      .row_i       (min_row),
      .entry_o     (min_entry_o),
      .pop_i       (min_pop_i)
  );

endmodule

`default_nettype wire
