// SPDX-License-Identifier: Apache-2.0
//
// What instructions allow a stage of LISA's pipeline to do: since no group overtakes another, a
// SCORE, SOFTMAX or WSUM that was accepted is so many queries more that may pass, and needs no
// other memory.
//
//   add_*    an instruction on a group of 1..Rows queries (only with room_o); they may pass from
//            the next cycle
//   pass_i   a query has passed (only with some_o)

`default_nettype none

module ks_permit #(
    parameter Rows        = 4,
    parameter Groups      = 8,                // groups that may wait
    parameter QueriesBits = $clog2(Rows + 1)  // derived: do not set
) (
    input  wire                   clk_i,
    input  wire                   rst_ni,
    input  wire                   add_i,
    input  wire [QueriesBits-1:0] add_queries_i,
    output wire                   room_o,
    input  wire                   pass_i,
    output wire                   some_o
);

  localparam LevelBits = $clog2(Rows * Groups + 1);
  localparam [31:0] MOST = Rows * (Groups - 1);
  reg [LevelBits-1:0] level_q;  // queries

  assign room_o = level_q <= MOST[LevelBits-1:0];
  assign some_o = level_q != 0;
  always @(posedge clk_i) begin
    if (!rst_ni) level_q <= {LevelBits{1'b0}};
    else begin
      level_q <= level_q - {{(LevelBits - 1) {1'b0}}, pass_i}
               + (add_i ? {{(LevelBits - QueriesBits) {1'b0}}, add_queries_i} : {LevelBits{1'b0}});
    end
  end

endmodule

`default_nettype wire
