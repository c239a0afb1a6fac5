// SPDX-License-Identifier: Apache-2.0
//
// Sum of Count numbers by stages of four-input adders, a register after each.
// Latency: ceil(log4 Count) cycles; one sum a cycle. Registers advance with en_i.
//
//   data_i   number i in bits [i*InBits +: InBits], two's complement
//   carry_i  bit i is added to number i: what its rounding left over, see ks_shift
//   sum_o    InBits + 2 * stages bits, two's complement: never overflows

`default_nettype none

module ks_adder_tree #(
    parameter Count  = 64,                                 // numbers, >= 1
    parameter InBits = 18,                                 // bits of a number
    parameter Stages = ($clog2(Count) + 1) / 2,            // derived: do not set
    parameter OutBits = InBits + 2 * Stages                // derived: do not set
) (
    input  wire                    clk_i,
    input  wire                    en_i,
    input  wire [Count*InBits-1:0] data_i,
    input  wire [       Count-1:0] carry_i,
    output wire [     OutBits-1:0] sum_o
);

  genvar s, i;
  generate
    if (Stages == 0) begin : g_wire
      wire unused_clk = clk_i & en_i;
      assign sum_o = data_i + {{(InBits - 1) {1'b0}}, carry_i};
    end
    for (s = 0; s < Stages; s = s + 1) begin : g_stage
      localparam Inputs = (Count + (1 << (2 * s)) - 1) >> (2 * s);
      localparam Outputs = (Inputs + 3) / 4;
      localparam Bits = InBits + 2 * s;
      wire [    Outputs*4*Bits-1:0] operands;
      wire [         Outputs*4-1:0] carries;
      reg  [Outputs*(Bits+2)-1:0] sums_q;
      if (s == 0) begin : g_first
        assign operands[Inputs*Bits-1:0] = data_i;
        assign carries[Inputs-1:0]       = carry_i;
      end else begin : g_next
        assign operands[Inputs*Bits-1:0] = g_stage[s-1].sums_q;
        assign carries[Inputs-1:0]       = {Inputs{1'b0}};
      end
      if (Outputs * 4 > Inputs) begin : g_pad
        assign operands[Outputs*4*Bits-1:Inputs*Bits] = {((Outputs * 4 - Inputs) * Bits) {1'b0}};
        assign carries[Outputs*4-1:Inputs]            = {(Outputs * 4 - Inputs) {1'b0}};
      end
      for (i = 0; i < Outputs; i = i + 1) begin : g_sum
        wire signed [Bits-1:0] a = operands[(4*i+0)*Bits+:Bits];
        wire signed [Bits-1:0] b = operands[(4*i+1)*Bits+:Bits];
        wire signed [Bits-1:0] c = operands[(4*i+2)*Bits+:Bits];
        wire signed [Bits-1:0] d = operands[(4*i+3)*Bits+:Bits];
        wire signed [Bits+1:0] sum = {{2{a[Bits-1]}}, a} + {{2{b[Bits-1]}}, b}
                                   + {{2{c[Bits-1]}}, c} + {{2{d[Bits-1]}}, d}
                                   + {{(Bits + 1) {1'b0}}, carries[4*i]}
                                   + {{(Bits + 1) {1'b0}}, carries[4*i+1]}
                                   + {{(Bits + 1) {1'b0}}, carries[4*i+2]}
                                   + {{(Bits + 1) {1'b0}}, carries[4*i+3]};
        always @(posedge clk_i) if (en_i) sums_q[i*(Bits+2)+:Bits+2] <= sum;
      end
    end
    if (Stages != 0) begin : g_out
      assign sum_o = g_stage[Stages-1].sums_q;
    end
  endgenerate

endmodule

`default_nettype wire
