// SPDX-License-Identifier: Apache-2.0
//
// Memory with one read and one write port, synchronous read. Swap this file for a wrapper round a
// block RAM or an SRAM macro; nothing else in the design knows how a memory is made.
//
// Latency: rdata_o shows the row read in a cycle with ren_i in the next one and holds it while
// ren_i is low. Reading a row in the cycle that writes it is never relied upon.

`default_nettype none

module ks_ram_1r1w #(
    parameter Width    = 8,  // bits of a row
    parameter Depth    = 2,  // rows, >= 1
    parameter AddrBits = 1   // 2^AddrBits >= Depth
) (
    input  wire                clk_i,
    input  wire                we_i,
    input  wire [AddrBits-1:0] waddr_i,
    input  wire [   Width-1:0] wdata_i,
    input  wire                ren_i,
    input  wire [AddrBits-1:0] raddr_i,
    output wire [   Width-1:0] rdata_o
);

  reg [Width-1:0] mem_q  [0:Depth-1];
  reg [Width-1:0] rdata_q;

  assign rdata_o = rdata_q;

  always @(posedge clk_i) begin
    if (we_i) mem_q[waddr_i] <= wdata_i;
    if (ren_i) rdata_q <= mem_q[raddr_i];
  end

endmodule

`default_nettype wire
