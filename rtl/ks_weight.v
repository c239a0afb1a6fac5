// SPDX-License-Identifier: Apache-2.0
//
// Weight of a score, m * 2^(e - E) ~ exp(scale * s) (SPEC 2):
//   y = floor(s * exp_mul / 2^exp_shift), e = floor(y / 2^E), m = table[y mod 2^E].
// Latency: 3 cycles (multiply by each half of exp_mul, add and shift, table); one weight a cycle.
//
//   score_i      two's complement, LSB 2^-2F
//   exp_mul_i    unsigned, with score_i;  exp_shift_i  8..47, a cycle after score_i
//   index_o      table index, two cycles after score_i; value_i its entry in the same cycle
//   m_o          unsigned, 2^E <= m < 2^(E+1);  e_o  two's complement

`default_nettype none

module ks_weight #(
    parameter ScoreBits = 24,  // bits of a score
    parameter ExpFrac   = 5,   // E
    parameter ExpBits   = 28   // bits of e, > ScoreBits + 8 - ExpFrac
) (
    input  wire                 clk_i,
    input  wire [ScoreBits-1:0] score_i,
    input  wire [         15:0] exp_mul_i,
    input  wire [          5:0] exp_shift_i,
    output wire [  ExpFrac-1:0] index_o,
    input  wire [    ExpFrac:0] value_i,
    output wire [    ExpFrac:0] m_o,
    output wire [  ExpBits-1:0] e_o
);

  localparam HalfBits = ScoreBits + 9;   // product with half of exp_mul
  localparam WideBits = ScoreBits + 17;
  localparam YBits = ExpBits + ExpFrac;

  // Multiply.
  wire signed [ScoreBits-1:0] score = score_i;
  wire signed [8:0] mul_low = {1'b0, exp_mul_i[7:0]};
  wire signed [8:0] mul_high = {1'b0, exp_mul_i[15:8]};
  reg signed [HalfBits-1:0] low_q, high_q;
  always @(posedge clk_i) begin
    low_q  <= score * mul_low;
    high_q <= score * mul_high;
  end

  // Add.
  wire signed [HalfBits-1:0] upper = high_q + (low_q >>> 8);
  wire signed [WideBits-1:0] wide = {upper, low_q[7:0]};

  // Shift. exp_shift >= 8 leaves ScoreBits + 8 bits; a product narrower than y is extended.
  wire signed [WideBits+YBits-1:0] extended = {{YBits{wide[WideBits-1]}}, wide};
  wire signed [WideBits+YBits-1:0] shifted = extended >>> exp_shift_i;
  wire unused_shifted = &{1'b0, shifted[WideBits+YBits-1:YBits]};
  reg [YBits-1:0] y_q;
  always @(posedge clk_i) y_q <= shifted[YBits-1:0];

  // Table.
  assign index_o = y_q[ExpFrac-1:0];
  reg [  ExpFrac:0] m_q;
  reg [ExpBits-1:0] e_q;
  always @(posedge clk_i) begin
    m_q <= value_i;
    e_q <= y_q[YBits-1:ExpFrac];
  end
  assign m_o = m_q;
  assign e_o = e_q;

endmodule

`default_nettype wire
