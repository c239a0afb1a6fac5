// SPDX-License-Identifier: Apache-2.0
//
// How far each accumulator of a query is shifted when the banks' sums are merged (SPEC 3,
// accumulator = shared): X - X_a, where X is the largest exponent of all accumulators that are not
// empty, at most 2^ShiftBits - 1, which is also what an empty one gets. Known before the sums are.
//
// Latency: a cycle from the banks' exponents to the queue that the merge takes from, so that the
// shifts are there when the sums are; a query a cycle.
//
//   exp_*     heads of the banks' queues, valid where exp_valid_i is high: largest exponent, how far
//             below it each accumulator is, which accumulators are not empty; pop_o takes all heads
//   valid_o   the next query's shifts and filled accumulators, accumulator a in bits [a*ShiftBits
//             +: ShiftBits]; pop_i takes them

`default_nettype none

module ks_merge_shifts #(
    parameter Banks     = 4,
    parameter Ways      = 2,
    parameter ExpBits   = 28,
    parameter ShiftBits = 5,
    parameter Queries   = 3    // between the banks' queues and the merge at most
) (
    input  wire                            clk_i,
    input  wire                            rst_ni,
    // banks
    input  wire [               Banks-1:0] exp_valid_i,
    input  wire [       Banks*ExpBits-1:0] exp_max_i,
    input  wire [Banks*Ways*ShiftBits-1:0] exp_down_i,
    input  wire [          Banks*Ways-1:0] exp_filled_i,
    output wire                            pop_o,
    // merge
    output wire                            valid_o,
    output wire [Banks*Ways*ShiftBits-1:0] shift_o,
    output wire [          Banks*Ways-1:0] filled_o,
    input  wire                            pop_i
);

  localparam Accs = Banks * Ways;
  localparam Levels = $clog2(Banks);
  localparam [31:0] SHIFT_MAX = (1 << ShiftBits) - 1;

  assign pop_o = &exp_valid_i;

  // ---- the largest exponent: a tree, {there is one, exponent} ------------------------------------

  wire [ExpBits-1:0] largest;
  genvar a, b, l, i;
  generate
    for (l = 0; l <= Levels; l = l + 1) begin : g_level
      localparam Nodes = (Banks + (1 << l) - 1) >> l;
      wire [        Nodes-1:0] any;
      wire [Nodes*ExpBits-1:0] exp;
      for (i = 0; i < Nodes; i = i + 1) begin : g_node
        if (l == 0) begin : g_bank
          assign any[i]                   = |exp_filled_i[i*Ways+:Ways];
          assign exp[i*ExpBits+:ExpBits] = exp_max_i[i*ExpBits+:ExpBits];
        end else begin : g_larger
          localparam Below = (Banks + (1 << (l - 1)) - 1) >> (l - 1);
          localparam Second = (2 * i + 1 < Below) ? 2 * i + 1 : 2 * i;
          wire               any_a = g_level[l-1].any[2*i];
          wire               any_b = g_level[l-1].any[Second];
          wire [ExpBits-1:0] exp_a = g_level[l-1].exp[2*i*ExpBits+:ExpBits];
          wire [ExpBits-1:0] exp_b = g_level[l-1].exp[Second*ExpBits+:ExpBits];
          wire               take_b = any_b && (!any_a || $signed(exp_b) > $signed(exp_a));
          assign any[i]                   = any_a || any_b;
          assign exp[i*ExpBits+:ExpBits] = take_b ? exp_b : exp_a;
        end
      end
    end
    assign largest = g_level[Levels].exp;
    wire unused_any = g_level[Levels].any;
  endgenerate

  // ---- shifts ----------------------------------------------------------------------------------

  wire [Accs*ShiftBits-1:0] shift;
  generate
    for (b = 0; b < Banks; b = b + 1) begin : g_bank
      wire [ExpBits:0] below = {largest[ExpBits-1], largest}
                             - {exp_max_i[b*ExpBits+ExpBits-1], exp_max_i[b*ExpBits+:ExpBits]};
      wire             far = |below[ExpBits:ShiftBits];
      for (a = b * Ways; a < (b + 1) * Ways; a = a + 1) begin : g_acc
        wire [ShiftBits:0] sum = {1'b0, below[ShiftBits-1:0]} + {1'b0, exp_down_i[a*ShiftBits+:ShiftBits]};
        assign shift[a*ShiftBits+:ShiftBits] =
            (far || sum[ShiftBits] || !exp_filled_i[a]) ? SHIFT_MAX[ShiftBits-1:0] : sum[ShiftBits-1:0];
      end
    end
  endgenerate

  wire [$clog2(Queries+1)-1:0] count;
  assign valid_o = count != 0;
  ks_fifo #(
      .Width(Accs * ShiftBits + Accs),
      .Depth(Queries)
  ) u_queue (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .push_i (pop_o),
      .data_i ({shift, exp_filled_i}),
      .count_o(count),
      .data_o ({shift_o, filled_o}),
      .pop_i  (pop_i)
  );

endmodule

`default_nettype wire
