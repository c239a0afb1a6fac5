// SPDX-License-Identifier: Apache-2.0
//
// Merge of the banks' accumulators (SPEC 3): the largest exponent X of all that are not empty, then for
// every element the sum over banks and ways, in that order, of rshr(acc, X - X_a). A row is merged in Parts
// parts of PartDim elements, a part a cycle, because the divider behind takes that many.
//
// Timing: the exponents are compared in the cycle in which the last bank offers the query; the parts are
// read in the Parts cycles after it (release_o in the last); a merged part appears 1 + ceil(log4 (Banks *
// Ways)) cycles after it was read. Everything advances with en_i. A query may follow every Parts cycles.
//
//   query_*    from each bank, see ks_accumulate; start_o: the query is taken (one cycle)
//   info_i     what travels with the query, read in the cycle of start_o
//   part_o     merged elements, element i in bits [i*MergedBits +: MergedBits]; total_o sum of weights,
//              unsigned; index_o, last_o the part's place in the row; info_o the query's info

`default_nettype none

module ks_merge #(
    parameter Banks           = 4,
    parameter Ways            = 2,
    parameter ExpBits         = 28,
    parameter AccBits         = 30,
    parameter TotalBits       = 22,
    parameter MergedBits      = 34,
    parameter MergedTotalBits = 25,  // unsigned bits of total_o and a sign
    parameter PartDim         = 16,
    parameter Parts           = 4,
    parameter PartBits        = 2,   // max(1, clog2(Parts))
    parameter InfoBits        = 33
) (
    input  wire                                  clk_i,
    input  wire                                  rst_ni,
    input  wire                                  en_i,
    // banks
    input  wire [                     Banks-1:0] query_valid_i,
    input  wire [                Banks*Ways-1:0] query_filled_i,
    input  wire [        Banks*Ways*ExpBits-1:0] query_exp_i,
    input  wire [             Banks*ExpBits-1:0] query_exp_max_i,
    output wire                                  release_o,
    output wire [                  PartBits-1:0] part_index_o,
    input  wire [Banks*PartDim*Ways*AccBits-1:0] part_i,
    input  wire [      Banks*Ways*TotalBits-1:0] total_i,
    // context
    output wire                                  start_o,
    input  wire [                  InfoBits-1:0] info_i,
    // divider
    output wire                                  valid_o,
    output wire                                  last_o,
    output wire [                  PartBits-1:0] index_o,
    output wire [                  InfoBits-1:0] info_o,
    output wire [        PartDim*MergedBits-1:0] part_o,
    output wire [           MergedTotalBits-1:0] total_o
);

  localparam Accs = Banks * Ways;
  localparam ShiftBits = $clog2(AccBits + 1);
  localparam [ExpBits-1:0] SHIFT_MAX = (1 << ShiftBits) - 1;
  localparam TreeStages = ($clog2(Accs) + 1) / 2;
  localparam SumBits = AccBits + 2 * TreeStages;
  localparam SumTotalBits = TotalBits + 2 * TreeStages;
  localparam [31:0] LAST_PART = Parts - 1;

  // ---- exponents ---------------------------------------------------------------------------------------

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

  reg                     busy_q;
  reg  [    PartBits-1:0] part_q;
  reg  [        Accs-1:0] filled_q;
  reg  [Accs*ShiftBits-1:0] shift_q;
  reg  [    InfoBits-1:0] info_q;
  wire                    last_part = part_q == LAST_PART[PartBits-1:0];
  wire                    start = en_i && (&query_valid_i) && (!busy_q || last_part);

  assign start_o      = start;
  assign release_o    = en_i && busy_q && last_part;
  assign part_index_o = part_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      busy_q <= 1'b0;
      part_q <= {PartBits{1'b0}};
    end else if (start) begin
      busy_q <= 1'b1;
      part_q <= {PartBits{1'b0}};
    end else if (en_i && busy_q) begin
      busy_q <= !last_part;
      part_q <= last_part ? {PartBits{1'b0}} : part_q + 1'b1;
    end
    if (start) begin
      filled_q <= query_filled_i;
      info_q   <= info_i;
    end
  end

  genvar a, i;
  generate
    for (a = 0; a < Accs; a = a + 1) begin : g_shift
      wire [ExpBits:0] down = {exp_max[ExpBits-1], exp_max}
                            - {query_exp_i[a*ExpBits+ExpBits-1], query_exp_i[a*ExpBits+:ExpBits]};
      wire unused_sign = down[ExpBits];
      always @(posedge clk_i) begin
        if (start) begin
          shift_q[a*ShiftBits+:ShiftBits] <=
              (down[ExpBits-1:0] > SHIFT_MAX) ? SHIFT_MAX[ShiftBits-1:0] : down[ShiftBits-1:0];
        end
      end
    end
  endgenerate

  // ---- parts: align every accumulator, then add --------------------------------------------------------------

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
          if (en_i && busy_q) aligned_q[a*AccBits+:AccBits] <= filled_q[a] ? aligned : {AccBits{1'b0}};
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
        assign part_o[i*MergedBits+:MergedBits] = {{(MergedBits - SumBits + 1) {sum[SumBits-1]}}, sum[SumBits-2:0]};
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
        if (en_i && busy_q) totals_q[a*TotalBits+:TotalBits] <= filled_q[a] ? aligned : {TotalBits{1'b0}};
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

  // ---- the part's place and the query's info go along ------------------------------------------------------------

  localparam TagBits = 1 + PartBits + InfoBits;
  wire [TagBits-1:0] tag;
  reg  [ TreeStages:0] valid_q;
  integer s;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      valid_q <= {(TreeStages + 1) {1'b0}};
    end else if (en_i) begin
      valid_q[0] <= busy_q;
      for (s = 1; s <= TreeStages; s = s + 1) valid_q[s] <= valid_q[s-1];
    end
  end
  ks_delay #(
      .Width (TagBits),
      .Stages(1 + TreeStages)
  ) u_tag (
      .clk_i(clk_i),
      .en_i (en_i),
      .d_i  ({last_part, part_q, info_q}),
      .q_o  (tag)
  );
  assign valid_o = valid_q[TreeStages];
  assign {last_o, index_o, info_o} = tag;

endmodule

`default_nettype wire
