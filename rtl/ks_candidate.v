// SPDX-License-Identifier: Apache-2.0
//
// One candidate selector (SPEC 6; ELSA 4.3): the approximate score of a key, norm *
// cos_code[Hamming distance]. Whether it passes the threshold is decided where all selectors'
// scores are compared. Latency: 3 cycles (distance, cosine, multiply); one key a cycle.
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

  wire [HashBits-1:0] differs = query_hash_i ^ key_hash_i;

  function [HamBits-1:0] ones(input [HashBits-1:0] bits);
    integer i;
    begin
      ones = {HamBits{1'b0}};
      for (i = 0; i < HashBits; i = i + 1) ones = ones + {{(HamBits - 1) {1'b0}}, bits[i]};
    end
  endfunction

  reg               valid1_q, valid2_q;
  reg [HamBits-1:0] ham1_q;
  reg [NormBits-1:0] norm1_q, norm2_q;
  reg signed [10:0] cos2_q;
  reg signed [NormBits+10:0] product3_q;
  wire signed [NormBits:0] norm2 = {1'b0, norm2_q};
  wire signed [NormBits+11:0] product = norm2 * cos2_q;
  wire unused_product = product[NormBits+11];

  always @(posedge clk_i) begin
    valid1_q <= valid_i;
    valid2_q <= valid1_q;
    if (valid_i) begin
      ham1_q  <= ones(differs);
      norm1_q <= norm_i;
    end
    if (valid1_q) begin
      cos2_q  <= cos_code_i[ham1_q*11+:11];
      norm2_q <= norm1_q;
    end
    if (valid2_q) product3_q <= product[NormBits+10:0];
  end
  assign product_o = product3_q;

endmodule

`default_nettype wire
