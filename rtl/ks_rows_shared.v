// SPDX-License-Identifier: Apache-2.0
//
// The weighted rows of a bank (SPEC 3, accumulator = shared): one exponent a way for the whole row,
// a lane for each element and one for the sum of weights, whose value is always the code 1. When a
// key goes where, when a query is complete and when all this stands still is ks_accumulate's.
//
// Stages, advancing with en_i: 0 key, 1 multiply and exponents, 2 align, 3 (and 4) scale and add. A
// digit in a name is the stage in which the signal is looked at.
//
//   m0_i, e0_i   weight m * 2^(e - E) of the key
//   key_*        there is a key;  way_*  its accumulator;  fresh_*  it is the first one there
//   filled1_i    ways that have had a key, of the query last in stage 1
//   value1_i     value row, element i in bits [i*CodeBits +: CodeBits]
//   copy_i       the sums are complete: hold them;  held_i  the held ones are offered to the merge
//   exp_o        exponent of each way of the query that is offered, exp_max_o the largest of the
//                filled ways (meaningless if there is none)
//   row_o        held sums, way w of element i in bits [(i*Ways + w)*AccBits +: AccBits];  total_o
//                of weights

`default_nettype none

module ks_rows_shared #(
    parameter Dim       = 64,  // elements of a row
    parameter CodeBits  = 9,   // bits of a value code
    parameter ExpFrac   = 5,   // E
    parameter ExpBits   = 28,  // bits of e
    parameter GuardBits = 9,   // G
    parameter AccBits   = 30,  // bits of an accumulator element
    parameter TotalBits = 22,  // bits of an accumulator's sum of weights
    parameter Ways      = 2,   // 1, 2 or 4
    parameter WayBits   = 1    // max(1, clog2(Ways))
) (
    input  wire                        clk_i,
    input  wire                        en_i,
    // keys
    input  wire [           ExpFrac:0] m0_i,
    input  wire [         ExpBits-1:0] e0_i,
    input  wire                        key1_i,
    input  wire [         WayBits-1:0] way1_i,
    input  wire                        fresh1_i,
    input  wire [            Ways-1:0] filled1_i,
    input  wire [    Dim*CodeBits-1:0] value1_i,
    input  wire                        key3_i,
    input  wire [         WayBits-1:0] way3_i,
    input  wire                        fresh3_i,
    // merge
    input  wire                        copy_i,
    input  wire                        held_i,
    output wire [    Ways*ExpBits-1:0] exp_o,
    output wire [         ExpBits-1:0] exp_max_o,
    output wire [Dim*Ways*AccBits-1:0] row_o,
    output wire [  Ways*TotalBits-1:0] total_o
);

  localparam ShiftBits = $clog2(AccBits + 1);
  localparam [ExpBits-1:0] SHIFT_MAX = (1 << ShiftBits) - 1;

  // ---- stage 1: exponents ----------------------------------------------------------------------

  reg [       ExpFrac:0] m1_q;
  reg [     ExpBits-1:0] e1_q;
  reg [Ways*ExpBits-1:0] exp_q;
  always @(posedge clk_i) begin
    if (en_i) begin
      m1_q <= m0_i;
      e1_q <= e0_i;
    end
  end

  wire signed [ExpBits-1:0] e1 = e1_q;
  wire signed [ExpBits-1:0] exp1 = exp_q[way1_i*ExpBits+:ExpBits];
  wire                      larger = e1 > exp1;
  wire        [  ExpBits:0] up = {e1[ExpBits-1], e1} - {exp1[ExpBits-1], exp1};
  wire        [  ExpBits:0] down = {exp1[ExpBits-1], exp1} - {e1[ExpBits-1], e1};
  wire [ShiftBits-1:0] up_shift =
      (up[ExpBits-1:0] > SHIFT_MAX) ? SHIFT_MAX[ShiftBits-1:0] : up[ShiftBits-1:0];
  wire [ShiftBits-1:0] down_shift =
      (down[ExpBits-1:0] > SHIFT_MAX) ? SHIFT_MAX[ShiftBits-1:0] : down[ShiftBits-1:0];
  wire unused_sign = up[ExpBits] ^ down[ExpBits];

  reg [ShiftBits-1:0] align2_q, scale2_q, scale3_q;
  always @(posedge clk_i) begin
    if (en_i) begin
      if (key1_i && (fresh1_i || larger)) exp_q[way1_i*ExpBits+:ExpBits] <= e1_q;
      align2_q <= (fresh1_i || larger) ? {ShiftBits{1'b0}} : down_shift;
      scale2_q <= larger ? up_shift : {ShiftBits{1'b0}};
      scale3_q <= scale2_q;
    end
  end

  // ---- the exponents of a complete query follow its sums ---------------------------------------

  reg [ExpBits-1:0] exp_max;
  reg               exp_any;
  integer w;
  always @* begin
    exp_max = exp_q[ExpBits-1:0];
    exp_any = filled1_i[0];
    for (w = 1; w < Ways; w = w + 1) begin
      if (filled1_i[w] && (!exp_any || $signed(exp_q[w*ExpBits+:ExpBits]) > $signed(exp_max))) begin
        exp_max = exp_q[w*ExpBits+:ExpBits];
        exp_any = 1'b1;
      end
    end
  end

  ks_snapshot #(
      .Width ((Ways + 1) * ExpBits),
      .Stages((Ways == 1) ? 2 : 3)
  ) u_exponents (
      .clk_i (clk_i),
      .en_i  (en_i),
      .copy_i(copy_i),
      .held_i(held_i),
      .d_i   ({exp_q, exp_max}),
      .q_o   ({exp_o, exp_max_o})
  );

  // ---- lanes -----------------------------------------------------------------------------------

  genvar i;
  generate
    for (i = 0; i < Dim; i = i + 1) begin : g_lane
      ks_lane #(
          .ValueBits (CodeBits),
          .WeightBits(ExpFrac + 1),
          .GuardBits (GuardBits),
          .AccBits   (AccBits),
          .Ways      (Ways),
          .WayBits   (WayBits),
          .ShiftBits (ShiftBits)
      ) u_lane (
          .clk_i        (clk_i),
          .en_i         (en_i),
          .multiply_i   (key1_i),
          .value_i      (value1_i[i*CodeBits+:CodeBits]),
          .weight_i     (m1_q),
          .align_shift_i(align2_q),
          .valid_i      (key3_i),
          .way_i        (way3_i),
          .fresh_i      (fresh3_i),
          .scale_shift_i(scale3_q),
          .copy_i       (copy_i),
          .hold_o       (row_o[i*Ways*AccBits+:Ways*AccBits])
      );
    end
  endgenerate

  ks_lane #(
      .ValueBits (2),
      .WeightBits(ExpFrac + 1),
      .GuardBits (GuardBits),
      .AccBits   (TotalBits),
      .Ways      (Ways),
      .WayBits   (WayBits),
      .ShiftBits (ShiftBits)
  ) u_total (
      .clk_i        (clk_i),
      .en_i         (en_i),
      .multiply_i   (key1_i),
      .value_i      (2'b01),
      .weight_i     (m1_q),
      .align_shift_i(align2_q),
      .valid_i      (key3_i),
      .way_i        (way3_i),
      .fresh_i      (fresh3_i),
      .scale_shift_i(scale3_q),
      .copy_i       (copy_i),
      .hold_o       (total_o)
  );

endmodule

`default_nettype wire
