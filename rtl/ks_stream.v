// SPDX-License-Identifier: Apache-2.0
//
// One pointer of A3 (SPEC 7): walks a sorted column and gives the products value * q with their
// rows, ranked so that the stream's order is that of falling rank: largest product first (Min = 0)
// or smallest first (Min = 1). A column whose code is 0, and a pointer past its end, give ended
// entries.
//
// Latency: 2 cycles from start_i to the first head (read, multiply). Throughput: an entry a cycle.
// The memory keeps what it shows while it is not read, so the queue's two entries are all that is
// needed.
// One multiplier of CodeBits x CodeBits bits.
//
//   start_i    a query starts: the address of the column's first entry, of its last, and the
//              direction (down_i: from the last to the first); these keep their value from then on
//   code_i     the query's element from the cycle after start_i on, two's complement
//   read_o     the memory is read at addr_o; value_i, row_i show the entry from the next cycle on
//   restart_i  start_i of the cycle before
//   entry_o    {rank, row}, rank = {not ended, product with its sign turned so that ranks compare
//              unsigned: the larger product has the larger rank (Min = 0) or the smaller (Min = 1)}

`default_nettype none

module ks_stream #(
    parameter Min      = 0,   // 0: largest product first, 1: smallest first
    parameter CodeBits = 9,   // bits of a code
    parameter RowBits  = 9,   // bits of a row's number
    parameter AddrBits = 10   // address bits of the column's memory
) (
    input  wire                          clk_i,
    input  wire                          rst_ni,
    // query
    input  wire                          start_i,
    input  wire                          restart_i,
    input  wire [          AddrBits-1:0] first_addr_i,
    input  wire [          AddrBits-1:0] last_addr_i,
    input  wire                          down_i,
    input  wire [          CodeBits-1:0] code_i,
    // memory
    output wire                          read_o,
    output wire [          AddrBits-1:0] addr_o,
    input  wire [          CodeBits-1:0] value_i,
    input  wire [           RowBits-1:0] row_i,
    // tree
    output wire [2*CodeBits+RowBits:0] entry_o,
    input  wire                          pop_i
);

  // ---- read ------------------------------------------------------------------------------------

  wire                take;
  reg  [AddrBits-1:0] addr_q;   // next to be read
  reg                 ended_q;  // all are read
  reg                 live_q;   // the memory shows an entry that has not been shown
  wire [AddrBits-1:0] addr = start_i ? (down_i ? last_addr_i : first_addr_i) : addr_q;
  wire                read = start_i || (take && !ended_q);

  assign read_o = read;
  assign addr_o = addr;

  always @(posedge clk_i) begin
    if (read) begin
      addr_q  <= down_i ? addr - 1'b1 : addr + 1'b1;
      ended_q <= addr == (down_i ? first_addr_i : last_addr_i);
    end
    if (start_i || take) live_q <= read;
  end

  // ---- multiply --------------------------------------------------------------------------------

  localparam ProductBits = 2 * CodeBits;
  wire signed [   CodeBits-1:0] value = value_i;
  wire signed [   CodeBits-1:0] code = code_i;
  wire signed [ProductBits-1:0] product = value * code;
  wire        [ProductBits-1:0] flipped = (Min != 0) ? ~product : product;
  wire                          live = live_q && code != 0;

  ks_merge_queue #(
      .Width(1 + ProductBits + RowBits)
  ) u_queue (
      .clk_i    (clk_i),
      .rst_ni   (rst_ni),
      .restart_i(restart_i),
      .data_i   ({live, !flipped[ProductBits-1], flipped[ProductBits-2:0], row_i}),
      .take_o   (take),
      .head_o   (entry_o),
      .pop_i    (pop_i)
  );

endmodule

`default_nettype wire
