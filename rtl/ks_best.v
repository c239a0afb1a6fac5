// SPDX-License-Identifier: Apache-2.0
//
// The largest of Count numbers and its index, the lowest index on ties: stages of four to one, a
// register after each. Latency: ceil(log4 Count) cycles; one set a cycle.
//
//   valid_i   numbers that take part; number_i  number i in bits [i*Width +: Width], two's
//             complement
//   valid_o   one of them took part

`default_nettype none

module ks_best #(
    parameter Count     = 32,                     // >= 1
    parameter Width     = 23,
    parameter IndexBits = 5,                      // of an index
    parameter Stages    = ($clog2(Count) + 1) / 2 // derived: do not set
) (
    input  wire                   clk_i,
    input  wire [      Count-1:0] valid_i,
    input  wire [Count*IndexBits-1:0] index_i,
    input  wire [Count*Width-1:0] number_i,
    output wire                   valid_o,
    output wire [      Width-1:0] number_o,
    output wire [  IndexBits-1:0] index_o
);

  localparam Bits = 1 + IndexBits + Width;  // an entry: valid, index, number

  wire [Count*Bits-1:0] entries;
  genvar s, i;
  generate
    for (i = 0; i < Count; i = i + 1) begin : g_entry
      assign entries[i*Bits+:Bits] = {valid_i[i], index_i[i*IndexBits+:IndexBits], number_i[i*Width+:Width]};
    end
    for (s = 0; s < Stages; s = s + 1) begin : g_stage
      localparam Inputs = (Count + (1 << (2 * s)) - 1) >> (2 * s);
      localparam Outputs = (Inputs + 3) / 4;
      wire [Outputs*4*Bits-1:0] rivals;
      reg  [  Outputs*Bits-1:0] best_q;
      if (s == 0) begin : g_first
        assign rivals[Inputs*Bits-1:0] = entries;
      end else begin : g_next
        assign rivals[Inputs*Bits-1:0] = g_stage[s-1].best_q;
      end
      if (Outputs * 4 > Inputs) begin : g_pad
        assign rivals[Outputs*4*Bits-1:Inputs*Bits] = {((Outputs * 4 - Inputs) * Bits) {1'b0}};
      end
      for (i = 0; i < Outputs; i = i + 1) begin : g_best
        wire [Bits-1:0] a = rivals[(4*i+0)*Bits+:Bits];
        wire [Bits-1:0] b = rivals[(4*i+1)*Bits+:Bits];
        wire [Bits-1:0] c = rivals[(4*i+2)*Bits+:Bits];
        wire [Bits-1:0] d = rivals[(4*i+3)*Bits+:Bits];
        wire take_b = b[Bits-1] && (!a[Bits-1] || $signed(b[Width-1:0]) > $signed(a[Width-1:0]));
        wire take_d = d[Bits-1] && (!c[Bits-1] || $signed(d[Width-1:0]) > $signed(c[Width-1:0]));
        wire [Bits-1:0] ab = take_b ? b : a;
        wire [Bits-1:0] cd = take_d ? d : c;
        wire take_cd = cd[Bits-1] && (!ab[Bits-1] || $signed(cd[Width-1:0]) > $signed(ab[Width-1:0]));
        always @(posedge clk_i) best_q[i*Bits+:Bits] <= take_cd ? cd : ab;
      end
    end
    if (Stages == 0) begin : g_wire
      wire unused_clk = clk_i;
      assign {valid_o, index_o, number_o} = entries;
    end else begin : g_out
      assign {valid_o, index_o, number_o} = g_stage[Stages-1].best_q;
    end
  endgenerate

endmodule

`default_nettype wire
