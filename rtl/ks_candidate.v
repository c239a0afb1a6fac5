// SPDX-License-Identifier: Apache-2.0
//
// One candidate selector (SPEC 6; ELSA 4.3): the approximate score of a key, norm *
// cos_code[Hamming distance]. Whether it passes the threshold is decided where all selectors'
// scores are compared. Latency: 3 cycles (differing bits of each part of the hash; distance and
// cosine; multiply); one key a cycle.
//
//   cos_code_i  entry h in bits [h*11 +: 11], two's complement, LSB 1/512, -512..512
//   product_o   norm * cos_code, two's complement; never overflows since |cos_code| <= 512

`default_nettype none

module ks_candidate #(
    parameter HashBits = 64,  // k
    parameter HamBits  = 7,   // bits of 0..k
    parameter NormBits = 12
) (
    input  wire                      clk_i,
    input  wire                      valid_i,
    input  wire [      HashBits-1:0] query_hash_i,
    input  wire [      HashBits-1:0] key_hash_i,
    input  wire [      NormBits-1:0] norm_i,
    input  wire [(HashBits+1)*11-1:0] cos_code_i,
    output wire [     NormBits+10:0] product_o
);

  localparam PartBits = 16;
  localparam OnesBits = 5;  // of 0..PartBits
  localparam Parts = (HashBits + PartBits - 1) / PartBits;

  reg valid1_q, valid2_q;
  always @(posedge clk_i) begin
    valid1_q <= valid_i;
    valid2_q <= valid1_q;
  end

  // Differing bits.
  wire [Parts*PartBits-1:0] differs;
  wire [Parts*OnesBits-1:0] ones;
  reg  [Parts*OnesBits-1:0] ones1_q;
  reg  [      NormBits-1:0] norm1_q;
  assign differs[HashBits-1:0] = query_hash_i ^ key_hash_i;

  function [OnesBits-1:0] ones_of(input [PartBits-1:0] bits);
    integer i;
    begin
      ones_of = {OnesBits{1'b0}};
      for (i = 0; i < PartBits; i = i + 1) begin
        ones_of = ones_of + {{(OnesBits - 1) {1'b0}}, bits[i]};
      end
    end
  endfunction

  genvar p;
  generate
    if (Parts * PartBits > HashBits) begin : g_pad
      assign differs[Parts*PartBits-1:HashBits] = {(Parts * PartBits - HashBits) {1'b0}};
    end
    for (p = 0; p < Parts; p = p + 1) begin : g_part
      assign ones[p*OnesBits+:OnesBits] = ones_of(differs[p*PartBits+:PartBits]);
    end
  endgenerate

  always @(posedge clk_i) begin
    if (valid_i) begin
      ones1_q <= ones;
      norm1_q <= norm_i;
    end
  end

  // Distance, cosine.
  localparam SumBits = HamBits + OnesBits;
  reg  [       SumBits-1:0] distance;
  wire                      unused_distance = &{1'b0, distance[SumBits-1:HamBits]};
  reg signed [10:0]         cos2_q;
  reg  [      NormBits-1:0] norm2_q;
  wire [10:0]               cos;
  integer i;
  always @* begin
    distance = {SumBits{1'b0}};
    for (i = 0; i < Parts; i = i + 1) begin
      distance = distance + {{HamBits{1'b0}}, ones1_q[i*OnesBits+:OnesBits]};
    end
  end

  // As a sum of products, which is smaller than multiplexers are; a reduction is a tree.
  wire [HashBits:0] at;
  genvar b, h;
  generate
    for (h = 0; h <= HashBits; h = h + 1) begin : g_at
      localparam [31:0] H = h;
      assign at[h] = distance[HamBits-1:0] == H[HamBits-1:0];
    end
    for (b = 0; b < 11; b = b + 1) begin : g_cos
      wire [HashBits:0] column;
      for (h = 0; h <= HashBits; h = h + 1) begin : g_entry
        assign column[h] = cos_code_i[h*11+b];
      end
      assign cos[b] = |(at & column);
    end
  endgenerate
  always @(posedge clk_i) begin
    if (valid1_q) begin
      cos2_q  <= cos;
      norm2_q <= norm1_q;
    end
  end

  // Multiply.
  wire signed [NormBits:0] norm2 = {1'b0, norm2_q};
  wire signed [NormBits+11:0] product = norm2 * cos2_q;
  wire unused_product = product[NormBits+11];
  reg [NormBits+10:0] product3_q;
  always @(posedge clk_i) if (valid2_q) product3_q <= product[NormBits+10:0];
  assign product_o = product3_q;

endmodule

`default_nettype wire
