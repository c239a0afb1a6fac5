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

  // An entry: index, and what is compared as an unsigned number: valid, sign inverted, the others.
  localparam RankBits = 1 + Width;
  localparam Bits = IndexBits + RankBits;

  wire [Count*Bits-1:0] entries;
  genvar s, i;
  generate
    for (i = 0; i < Count; i = i + 1) begin : g_entry
      assign entries[i*Bits+:Bits] = {
        index_i[i*IndexBits+:IndexBits],
        valid_i[i],
        !number_i[i*Width+Width-1],
        number_i[i*Width+:Width-1]
      };
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
        wire [Bits-1:0] ab = b[RankBits-1:0] > a[RankBits-1:0] ? b : a;
        wire [Bits-1:0] cd = d[RankBits-1:0] > c[RankBits-1:0] ? d : c;
        always @(posedge clk_i) begin
          best_q[i*Bits+:Bits] <= cd[RankBits-1:0] > ab[RankBits-1:0] ? cd : ab;
        end
      end
    end
  endgenerate

  wire [Bits-1:0] best;
  wire            flipped = best[Width-1];
  generate
    if (Stages == 0) begin : g_wire
      wire unused_clk = clk_i;
      assign best = entries;
    end else begin : g_out
      assign best = g_stage[Stages-1].best_q;
    end
  endgenerate
  assign index_o  = best[Bits-1:RankBits];
  assign valid_o  = best[RankBits-1];
  assign number_o = {!flipped, best[Width-2:0]};

endmodule

`default_nettype wire
