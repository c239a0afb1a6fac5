// SPDX-License-Identifier: Apache-2.0
//
// Score of one key: s = sum_i q_i k_i, exact (SPEC 1). With q = k it is the squared norm (SPEC 6).
// Each code k_i is taken as its upper and its lower half, whose products go through trees of their
// own and meet in the last cycle: a whole product would not fit a cycle behind the memory of k_i.
// Latency: 2 + ceil(log4 Dim) cycles; one score a cycle.
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
    input  wire                    valid_i,  // gates the multipliers' registers only
    input  wire [Dim*CodeBits-1:0] q_i,
    input  wire [Dim*CodeBits-1:0] k_i,
    output wire [   ScoreBits-1:0] score_o
);

  localparam Stages = ($clog2(Dim) + 1) / 2;
  localparam LowBits = CodeBits / 2;
  localparam HighBits = CodeBits - LowBits;
  localparam LowProduct = CodeBits + LowBits;
  localparam HighProduct = CodeBits + HighBits;
  localparam LowSum = LowProduct + 2 * Stages;
  localparam HighSum = HighProduct + 2 * Stages;
  localparam SumBits = HighSum + LowBits + 1;

  wire [ Dim*LowProduct-1:0] low_products;
  wire [Dim*HighProduct-1:0] high_products;
  wire [         LowSum-1:0] low_sum;
  wire [        HighSum-1:0] high_sum;

  genvar i;
  generate
    for (i = 0; i < Dim; i = i + 1) begin : g_product
      wire signed [CodeBits-1:0] q = q_i[i*CodeBits+:CodeBits];
      wire signed [LowBits:0] low = {1'b0, k_i[i*CodeBits+:LowBits]};
      wire signed [HighBits-1:0] high = k_i[i*CodeBits+LowBits+:HighBits];
      wire signed [LowProduct:0] low_product = q * low;
      wire unused_low = low_product[LowProduct];
      reg [LowProduct-1:0] low_q;
      reg signed [HighProduct-1:0] high_q;
      always @(posedge clk_i) begin
        if (valid_i) begin
          low_q  <= low_product[LowProduct-1:0];
          high_q <= q * high;
        end
      end
      assign low_products[i*LowProduct+:LowProduct]    = low_q;
      assign high_products[i*HighProduct+:HighProduct] = high_q;
    end
  endgenerate

  ks_adder_tree #(
      .Count (Dim),
      .InBits(LowProduct)
  ) u_low (
      .clk_i (clk_i),
      .en_i  (1'b1),
      .data_i(low_products),
      .sum_o (low_sum)
  );
  ks_adder_tree #(
      .Count (Dim),
      .InBits(HighProduct)
  ) u_high (
      .clk_i (clk_i),
      .en_i  (1'b1),
      .data_i(high_products),
      .sum_o (high_sum)
  );

  wire [SumBits-1:0] sum = {high_sum[HighSum-1], high_sum, {LowBits{1'b0}}}
                         + {{(SumBits - LowSum) {low_sum[LowSum-1]}}, low_sum};
  reg [ScoreBits-1:0] score_q;
  generate
    if (SumBits > ScoreBits) begin : g_narrow
      wire unused_bits = &{1'b0, sum[SumBits-1:ScoreBits]};
      always @(posedge clk_i) score_q <= sum[ScoreBits-1:0];
    end else begin : g_wide
      always @(posedge clk_i) score_q <= {{(ScoreBits - SumBits) {sum[SumBits-1]}}, sum};
    end
  endgenerate
  assign score_o = score_q;

endmodule

`default_nettype wire
