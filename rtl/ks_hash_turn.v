// SPDX-License-Identifier: Apache-2.0
//
// Whose turn it is in the hash unit, which keys and queries share, and for how long: a row that has begun
// stays for its Cycles cycles, then a query goes before a key. Rows follow without a gap.
//
//   query_*, key_*  valid/ready: the row is held until the cycle with ready, its last in the unit
//   row_*           the row in the unit; cycle_o counts 0..Cycles-1 while it is, and is 0 between rows
//   query_valid_o, key_valid_o   Delay cycles after the last cycle of a query, of a key

`default_nettype none

module ks_hash_turn #(
    parameter RowWidth  = 576,
    parameter Cycles    = 1,                                   // of a row in the unit, >= 1
    parameter Delay     = 4,                                   // cycles from a row's last to its hash, >= 1
    parameter CycleBits = (Cycles == 1) ? 1 : $clog2(Cycles)   // derived: do not set
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    input  wire                 query_valid_i,
    output wire                 query_ready_o,
    input  wire [ RowWidth-1:0] query_i,
    input  wire                 key_valid_i,
    output wire                 key_ready_o,
    input  wire [ RowWidth-1:0] key_i,
    output wire                 row_valid_o,
    output wire [ RowWidth-1:0] row_o,
    output wire [CycleBits-1:0] cycle_o,
    output wire                 query_valid_o,
    output wire                 key_valid_o
);

  wire busy;        // a row is between its first and its last cycle
  wire busy_query;  // it is a query
  wire last;
  wire take_query = busy ? busy_query : query_valid_i;
  wire valid = query_valid_i || key_valid_i;

  assign row_valid_o   = valid;
  assign row_o         = take_query ? query_i : key_i;
  assign query_ready_o = valid && take_query && last;
  assign key_ready_o   = valid && !take_query && last;

  generate
    if (Cycles == 1) begin : g_one
      assign busy       = 1'b0;
      assign busy_query = 1'b0;
      assign last       = 1'b1;
      assign cycle_o    = 1'b0;
    end else begin : g_more
      localparam [31:0] LAST = Cycles - 1;
      reg [CycleBits-1:0] cycle_q;
      reg                 query_q;
      assign busy       = cycle_q != 0;
      assign busy_query = query_q;
      assign last       = cycle_q == LAST[CycleBits-1:0];
      assign cycle_o    = cycle_q;
      always @(posedge clk_i) begin
        if (!rst_ni) cycle_q <= {CycleBits{1'b0}};
        else if (valid) cycle_q <= last ? {CycleBits{1'b0}} : cycle_q + 1'b1;
        query_q <= take_query;
      end
    end
  endgenerate

  ks_valid_delay #(
      .Stages(Delay)
  ) u_query (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .d_i   (query_ready_o),
      .q_o   (query_valid_o)
  );
  ks_valid_delay #(
      .Stages(Delay)
  ) u_key (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .d_i   (key_ready_o),
      .q_o   (key_valid_o)
  );

endmodule

`default_nettype wire
