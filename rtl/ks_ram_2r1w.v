// SPDX-License-Identifier: Apache-2.0
//
// Memory with two read ports and one write port, synchronous read. Swap this file for a wrapper
// round two block RAMs with the same content or an SRAM macro; nothing else knows how a memory is
// made.
//
// Latency: rdata_*_o shows the row read in a cycle with ren_*_i in the next one and holds it while
// ren_*_i is low. Reading a row in the cycle that writes it is never relied upon.

`default_nettype none

module ks_ram_2r1w #(
    parameter Width    = 8,  // bits of a row
    parameter Depth    = 2,  // rows, >= 1
    parameter AddrBits = 1   // 2^AddrBits >= Depth
) (
    input  wire                clk_i,
    // write port
    input  wire                we_i,
    input  wire [AddrBits-1:0] waddr_i,
    input  wire [   Width-1:0] wdata_i,
    // read ports
    input  wire                ren_a_i,
    input  wire [AddrBits-1:0] raddr_a_i,
    output wire [   Width-1:0] rdata_a_o,
    input  wire                ren_b_i,
    input  wire [AddrBits-1:0] raddr_b_i,
    output wire [   Width-1:0] rdata_b_o
);

  reg [Width-1:0] mem_q[0:Depth-1];
  reg [Width-1:0] rdata_a_q, rdata_b_q;

  assign rdata_a_o = rdata_a_q;
  assign rdata_b_o = rdata_b_q;

  always @(posedge clk_i) begin
    if (we_i) mem_q[waddr_i] <= wdata_i;
    if (ren_a_i) rdata_a_q <= mem_q[raddr_a_i];
    if (ren_b_i) rdata_b_q <= mem_q[raddr_b_i];
  end

endmodule

`default_nettype wire
