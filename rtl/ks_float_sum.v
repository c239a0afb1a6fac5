// SPDX-License-Identifier: Apache-2.0
//
// Sum of Count floats (ks_float_pack) in their order, each addition rounded: a chain of adders, a register
// after each. Latency: Count - 1 cycles; one sum a cycle. Registers advance with en_i.
//
//   data_i      number i in bits [i*16 +: 16]
//   overflow_o  with sum_o: some addition of it was saturated

`default_nettype none

module ks_float_sum #(
    parameter Count = 4  // numbers, >= 1
) (
    input  wire                clk_i,
    input  wire                en_i,
    input  wire [Count*16-1:0] data_i,
    output wire [        15:0] sum_o,
    output wire                overflow_o
);

  genvar s;
  generate
    if (Count == 1) begin : g_wire
      wire unused_clk = clk_i & en_i;
      assign sum_o      = data_i;
      assign overflow_o = 1'b0;
    end
    // A stage adds the first two of its numbers; the others go along.
    for (s = 0; s < Count - 1; s = s + 1) begin : g_stage
      localparam Inputs = Count - s;
      wire [   Inputs*16-1:0] numbers;
      wire                    carried, over;
      wire [            15:0] sum;
      reg  [(Inputs-1)*16-1:0] numbers_q;
      reg                     overflow_q;
      if (s == 0) begin : g_first
        assign numbers = data_i;
        assign carried = 1'b0;
      end else begin : g_next
        assign numbers = g_stage[s-1].numbers_q;
        assign carried = g_stage[s-1].overflow_q;
      end
      ks_float_add u_add (
          .a_i       (numbers[15:0]),
          .b_i       (numbers[31:16]),
          .sum_o     (sum),
          .overflow_o(over)
      );
      if (Inputs > 2) begin : g_more
        always @(posedge clk_i) if (en_i) numbers_q <= {numbers[Inputs*16-1:32], sum};
      end else begin : g_last
        always @(posedge clk_i) if (en_i) numbers_q <= sum;
      end
      always @(posedge clk_i) if (en_i) overflow_q <= carried || over;
    end
    if (Count > 1) begin : g_out
      assign sum_o      = g_stage[Count-2].numbers_q;
      assign overflow_o = g_stage[Count-2].overflow_q;
    end
  endgenerate

endmodule

`default_nettype wire
