// SPDX-License-Identifier: Apache-2.0
//
// The queries of a PREDICT (SPEC 8): takes the group's rows from the Q stream into one half of a
// store while ks_predict works on the other, and offers the group when it is complete.
//
// Latency: a group starts at earliest in the cycle after its last row is taken, its first row is
// read in the one after that. Throughput: a row a cycle in, a row a cycle out.
//
//   group_*   valid/ready: a PREDICT: 1..Rows queries, the first group of its program, the last of
//             its context; taken with its last row
//   q_*       row stream; take_o: a row is taken; go_i low keeps it back
//   start_*   valid/ready: the group is in the store: queries; info {context, number of its first
//             query in its program, last}
//   read_*    row `index` of the group that started last is on query_o in the next cycle, and
//             stays; every row once, in order

`default_nettype none

module ks_gather #(
    parameter RowWidth    = 576,              // bits of a row
    parameter Rows        = 4,                // queries of a group
    parameter ContextBits = 3,
    parameter IndexBits   = 2,                // bits of 0..Rows-1, >= 1
    parameter QueriesBits = $clog2(Rows + 1)  // derived: do not set
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    // PREDICTs
    input  wire                    group_valid_i,
    output wire                    group_ready_o,
    input  wire [ QueriesBits-1:0] group_queries_i,
    input  wire [ ContextBits-1:0] group_context_i,
    input  wire                    group_first_i,
    input  wire                    group_last_i,
    // rows of Q
    input  wire                    q_valid_i,
    output wire                    q_ready_o,
    input  wire [    RowWidth-1:0] q_data_i,
    input  wire                    go_i,
    output wire                    take_o,
    // groups
    output wire                    start_valid_o,
    input  wire                    start_ready_i,
    output wire [ QueriesBits-1:0] start_queries_o,
    output wire [ContextBits+16:0] start_info_o,
    input  wire                    read_i,
    input  wire [   IndexBits-1:0] read_index_i,
    output wire [    RowWidth-1:0] query_o
);

  localparam PlaceBits = $clog2(2 * Rows);  // of two halves of Rows places
  localparam [31:0] ROWS = Rows;

  // ---- take ------------------------------------------------------------------------------------

  reg  [QueriesBits-1:0] index_q;  // of the next row in its group
  reg  [           15:0] number_q; // of the next group's first query, if it is not the first
  reg                    write_half_q, read_half_q;
  reg  [            1:0] held_q;   // groups complete and not read
  wire [           15:0] number = group_first_i ? 16'd0 : number_q;
  wire                   complete = take_o && index_q == group_queries_i - 1'b1;
  wire                   start = start_valid_o && start_ready_i;
  wire                   read_last;

  assign q_ready_o     = group_valid_i && go_i && held_q != 2'd2;
  assign take_o        = q_valid_i && q_ready_o;
  assign group_ready_o = complete;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      index_q      <= {QueriesBits{1'b0}};
      write_half_q <= 1'b0;
      read_half_q  <= 1'b1;
      held_q       <= 2'd0;
    end else begin
      if (complete) index_q <= {QueriesBits{1'b0}};
      else if (take_o) index_q <= index_q + 1'b1;
      write_half_q <= write_half_q ^ complete;
      read_half_q  <= read_half_q ^ start;
      held_q       <= held_q + {1'b0, complete} - {1'b0, read_last};
    end
    if (complete) number_q <= number + {{(16 - QueriesBits) {1'b0}}, group_queries_i};
  end

  // ---- store -----------------------------------------------------------------------------------

  wire [QueriesBits+PlaceBits-1:0] write_index = {{PlaceBits{1'b0}}, index_q};
  wire [IndexBits:0] read_index = {1'b0, read_index_i};
  wire unused_index = &{1'b0, write_index, read_index};
  ks_ram_1r1w #(
      .Width   (RowWidth),
      .Depth   (2 * Rows),
      .AddrBits(PlaceBits)
  ) u_query_memory (
      .clk_i  (clk_i),
      .we_i   (take_o),
      .waddr_i(write_index[PlaceBits-1:0]
               + (write_half_q ? ROWS[PlaceBits-1:0] : {PlaceBits{1'b0}})),
      .wdata_i(q_data_i),
      .ren_i  (read_i),
      .raddr_i(read_index[PlaceBits-1:0]
               + (read_half_q ? ROWS[PlaceBits-1:0] : {PlaceBits{1'b0}})),
      .rdata_o(query_o)
  );

  // ---- complete groups -------------------------------------------------------------------------

  wire [1:0] waiting;
  reg [QueriesBits-1:0] left_q;  // rows of the group that started last still to be read
  ks_fifo #(
      .Width(QueriesBits + ContextBits + 17),
      .Depth(2)
  ) u_groups (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .push_i (complete),
      .data_i ({group_queries_i, group_context_i, number, group_last_i}),
      .count_o(waiting),
      .data_o ({start_queries_o, start_info_o}),
      .pop_i  (start)
  );
  assign start_valid_o = waiting != 2'd0;
  assign read_last     = read_i && left_q == {{(QueriesBits - 1) {1'b0}}, 1'b1};
  always @(posedge clk_i) begin
    if (start) left_q <= start_queries_o;
    else if (read_i) left_q <= left_q - 1'b1;
  end

endmodule

`default_nettype wire
