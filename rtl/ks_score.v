// SPDX-License-Identifier: Apache-2.0
//
// Score of one key: s = sum_i q_i k_i, exact (SPEC 1). With q = k it is the squared norm (SPEC 6).
// Latency: 2 + ceil(log4 Dim) cycles (operands, multiply, tree); one score a cycle. The rows have a
// register here because a product takes a cycle of its own, without the memory it comes from.
//
//   q_i, k_i  Dim codes of CodeBits bits, element i in bits [i*CodeBits +: CodeBits]
//   score_o   ScoreBits bits, two's complement, LSB 2^-2F

`default_nettype none

module ks_score #(
    parameter Dim       = 64,  // elements of a row
    parameter CodeBits  = 9,   // bits of a code
    parameter ScoreBits = 24   // bits that hold every sum
) (
    input  wire                    clk_i,
    input  wire                    valid_i,  // gates registers, no more
    input  wire [Dim*CodeBits-1:0] q_i,
    input  wire [Dim*CodeBits-1:0] k_i,
    output wire [   ScoreBits-1:0] score_o
);

  localparam ProductBits = 2 * CodeBits;
  localparam TreeBits = ProductBits + 2 * (($clog2(Dim) + 1) / 2);

  wire [Dim*ProductBits-1:0] products;
  wire [       TreeBits-1:0] sum;

  reg                    valid_q;
  reg [Dim*CodeBits-1:0] q_q, k_q;
  always @(posedge clk_i) begin
    valid_q <= valid_i;
    if (valid_i) begin
      q_q <= q_i;
      k_q <= k_i;
    end
  end

  genvar i;
  generate
    for (i = 0; i < Dim; i = i + 1) begin : g_product
      wire signed [   CodeBits-1:0] q = q_q[i*CodeBits+:CodeBits];
      wire signed [   CodeBits-1:0] k = k_q[i*CodeBits+:CodeBits];
      reg signed  [ProductBits-1:0] product_q;
      always @(posedge clk_i) if (valid_q) product_q <= q * k;
      assign products[i*ProductBits+:ProductBits] = product_q;
    end
    if (TreeBits > ScoreBits) begin : g_narrow
      wire unused_bits = &{1'b0, sum[TreeBits-1:ScoreBits]};
      assign score_o = sum[ScoreBits-1:0];
    end else begin : g_wide
      assign score_o = {{(ScoreBits - TreeBits) {sum[TreeBits-1]}}, sum};
    end
  endgenerate

  ks_adder_tree #(
      .Count (Dim),
      .InBits(ProductBits)
  ) u_tree (
      .clk_i  (clk_i),
      .en_i   (1'b1),
      .data_i (products),
      .carry_i({Dim{1'b0}}),
      .sum_o  (sum)
  );

endmodule

`default_nettype wire
