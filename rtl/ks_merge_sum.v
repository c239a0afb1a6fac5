// SPDX-License-Identifier: Apache-2.0
//
// One number of ks_merge_shared, an element or the sum of weights: sum of rshr(acc, shift) over all
// accumulators. The tree rounds. Latency: 1 + ceil(log4 Accs) cycles, advancing with en_i.
//
//   read_i    the accumulators are on accs_i, number a in bits [a*InBits +: InBits]
//   shift_i   of each;  filled_i  it is not empty; the shift of an empty one must be InBits at
//             least
//   sum_o     two's complement

`default_nettype none

module ks_merge_sum #(
    parameter Accs      = 8,
    parameter InBits    = 30,
    parameter OutBits   = 33,  // bits that hold every sum
    parameter ShiftBits = 5
) (
    input  wire                      clk_i,
    input  wire                      en_i,
    input  wire                      read_i,
    input  wire [   Accs*InBits-1:0] accs_i,
    input  wire [Accs*ShiftBits-1:0] shift_i,
    input  wire [          Accs-1:0] filled_i,
    output wire [       OutBits-1:0] sum_o
);

  localparam SumBits = InBits + 2 * (($clog2(Accs) + 1) / 2);

  wire [Accs*InBits-1:0] aligned;
  wire [       Accs-1:0] round;
  reg  [Accs*InBits-1:0] aligned_q;
  reg  [       Accs-1:0] round_q;
  wire [    SumBits-1:0] sum;
  always @(posedge clk_i) begin
    if (read_i) begin
      aligned_q <= aligned;
      round_q   <= round;
    end
  end

  genvar a;
  generate
    for (a = 0; a < Accs; a = a + 1) begin : g_acc
      ks_shift #(
          .Width    (InBits),
          .ShiftBits(ShiftBits)
      ) u_align (
          .x_i     (accs_i[a*InBits+:InBits]),
          .filled_i(filled_i[a]),
          .shift_i (shift_i[a*ShiftBits+:ShiftBits]),
          .y_o     (aligned[a*InBits+:InBits]),
          .round_o (round[a])
      );
    end
    if (SumBits > OutBits) begin : g_narrow
      wire unused_sum = &{1'b0, sum[SumBits-1:OutBits]};
      assign sum_o = sum[OutBits-1:0];
    end else begin : g_wide
      assign sum_o = {{(OutBits - SumBits + 1) {sum[SumBits-1]}}, sum[SumBits-2:0]};
    end
  endgenerate

  ks_adder_tree #(
      .Count (Accs),
      .InBits(InBits)
  ) u_sum (
      .clk_i  (clk_i),
      .en_i   (en_i),
      .data_i (aligned_q),
      .carry_i(round_q),
      .sum_o  (sum)
  );

endmodule

`default_nettype wire
