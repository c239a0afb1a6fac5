// SPDX-License-Identifier: Apache-2.0
//
// The sums of a part of a row over banks and ways (SPEC 3, accumulator = shared): the largest
// exponent X of all that are not empty, then for every element the sum of rshr(acc, X - X_a). See
// ks_merge for the order of events. Latency: 1 + ceil(log4 (Banks * Ways)) cycles from a part to
// its sums, advancing with en_i.
//
//   start_i, query_*  a query is taken: filled ways, exponents
//   read_i            a part of it is on part_i, total_i
//   filled_i          the query's filled ways, while parts are read

`default_nettype none

module ks_merge_shared #(
    parameter Banks           = 4,
    parameter Ways            = 2,
    parameter ExpBits         = 28,
    parameter AccBits         = 30,
    parameter TotalBits       = 22,
    parameter MergedBits      = 34,
    parameter MergedTotalBits = 25,  // unsigned bits of total_o and a sign
    parameter PartDim         = 16
) (
    input  wire                                  clk_i,
    input  wire                                  en_i,
    input  wire                                  start_i,
    input  wire [                Banks*Ways-1:0] query_filled_i,
    input  wire [        Banks*Ways*ExpBits-1:0] query_exp_i,
    input  wire [             Banks*ExpBits-1:0] query_exp_max_i,
    input  wire                                  read_i,
    input  wire [                Banks*Ways-1:0] filled_i,
    input  wire [Banks*PartDim*Ways*AccBits-1:0] part_i,
    input  wire [      Banks*Ways*TotalBits-1:0] total_i,
    output wire [        PartDim*MergedBits-1:0] part_o,
    output wire [           MergedTotalBits-1:0] total_o
);

  localparam Accs = Banks * Ways;
  localparam ShiftBits = $clog2(AccBits + 1);
  localparam [ExpBits-1:0] SHIFT_MAX = (1 << ShiftBits) - 1;
  localparam TreeStages = ($clog2(Accs) + 1) / 2;
  localparam SumBits = AccBits + 2 * TreeStages;
  localparam SumTotalBits = TotalBits + 2 * TreeStages;

  // ---- exponents -------------------------------------------------------------------------------

  reg [ExpBits-1:0] exp_max;
  reg               exp_any;
  integer b;
  always @* begin
    exp_max = query_exp_max_i[ExpBits-1:0];
    exp_any = |query_filled_i[Ways-1:0];
    for (b = 1; b < Banks; b = b + 1) begin
      if (|query_filled_i[b*Ways+:Ways]
          && (!exp_any || $signed(query_exp_max_i[b*ExpBits+:ExpBits]) > $signed(exp_max))) begin
        exp_max = query_exp_max_i[b*ExpBits+:ExpBits];
        exp_any = 1'b1;
      end
    end
  end

  reg [Accs*ShiftBits-1:0] shift_q;
  genvar a, i;
  generate
    for (a = 0; a < Accs; a = a + 1) begin : g_shift
      wire [ExpBits:0] down = {exp_max[ExpBits-1], exp_max}
                            - {query_exp_i[a*ExpBits+ExpBits-1], query_exp_i[a*ExpBits+:ExpBits]};
      wire unused_sign = down[ExpBits];
      always @(posedge clk_i) begin
        if (start_i) begin
          shift_q[a*ShiftBits+:ShiftBits] <=
              (down[ExpBits-1:0] > SHIFT_MAX) ? SHIFT_MAX[ShiftBits-1:0] : down[ShiftBits-1:0];
        end
      end
    end
  endgenerate

  // ---- parts: align every accumulator, then add ------------------------------------------------

  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_element
      reg  [Accs*AccBits-1:0] aligned_q;
      wire [     SumBits-1:0] sum;
      for (a = 0; a < Accs; a = a + 1) begin : g_acc
        wire [AccBits-1:0] aligned;
        ks_rshr #(
            .Width    (AccBits),
            .ShiftBits(ShiftBits)
        ) u_align (
            .x_i    (part_i[(((a/Ways)*PartDim+i)*Ways+a%Ways)*AccBits+:AccBits]),
            .shift_i(shift_q[a*ShiftBits+:ShiftBits]),
            .y_o    (aligned)
        );
        always @(posedge clk_i) begin
          if (read_i) aligned_q[a*AccBits+:AccBits] <= filled_i[a] ? aligned : {AccBits{1'b0}};
        end
      end
      ks_adder_tree #(
          .Count (Accs),
          .InBits(AccBits)
      ) u_sum (
          .clk_i (clk_i),
          .en_i  (en_i),
          .data_i(aligned_q),
          .sum_o (sum)
      );
      if (SumBits > MergedBits) begin : g_narrow
        wire unused_sum = &{1'b0, sum[SumBits-1:MergedBits]};
        assign part_o[i*MergedBits+:MergedBits] = sum[MergedBits-1:0];
      end else begin : g_wide
        assign part_o[i*MergedBits+:MergedBits] =
            {{(MergedBits - SumBits + 1) {sum[SumBits-1]}}, sum[SumBits-2:0]};
      end
    end
  endgenerate

  reg  [Accs*TotalBits-1:0] totals_q;
  wire [  SumTotalBits-1:0] total;
  generate
    for (a = 0; a < Accs; a = a + 1) begin : g_total
      wire [TotalBits-1:0] aligned;
      ks_rshr #(
          .Width    (TotalBits),
          .ShiftBits(ShiftBits)
      ) u_align (
          .x_i    (total_i[a*TotalBits+:TotalBits]),
          .shift_i(shift_q[a*ShiftBits+:ShiftBits]),
          .y_o    (aligned)
      );
      always @(posedge clk_i) begin
        if (read_i) totals_q[a*TotalBits+:TotalBits] <= filled_i[a] ? aligned : {TotalBits{1'b0}};
      end
    end
    if (SumTotalBits > MergedTotalBits) begin : g_total_narrow
      wire unused_total = &{1'b0, total[SumTotalBits-1:MergedTotalBits]};
      assign total_o = total[MergedTotalBits-1:0];
    end else begin : g_total_wide
      assign total_o = {{(MergedTotalBits - SumTotalBits + 1) {1'b0}}, total[SumTotalBits-2:0]};
    end
  endgenerate
  ks_adder_tree #(
      .Count (Accs),
      .InBits(TotalBits)
  ) u_total (
      .clk_i (clk_i),
      .en_i  (en_i),
      .data_i(totals_q),
      .sum_o (total)
  );

endmodule

`default_nettype wire
