// SPDX-License-Identifier: Apache-2.0
//
// The weighted rows of a bank (SPEC 3, accumulator = shared): one exponent a way for the whole row,
// a lane for each element and one for the sum of weights, whose value is always the code 1. When a
// key goes where, when a query is complete and when all this stands still is ks_accumulate's.
//
// Stages, advancing with en_i: 0 key; 1 exponents; 2 multiply, shifts; 3 align; 4 (with more than
// one way from 3 on) scale and add. A digit in a name is the stage in which the signal is looked at.
//
//   m0_i, e0_i   weight m * 2^(e - E) of the key
//   key*_i       there is a key;  first1_i  it is the query's first;  fresh*_i  the accumulator is
//                empty
//   value1_i     value row, element i in bits [i*CodeBits +: CodeBits]
//   copy_i       the sums are complete: hold them
//   exp_max2_o   largest exponent of the query last in stage 1, if it had a key; down2_o how far
//                below it that of each accumulator is, the youngest first, at most 2^ShiftBits - 1
//   row_o        held sums, number w of element i in bits [(i*Ways + w)*AccBits +: AccBits], the
//                youngest first;  total_o  of weights

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
    parameter ShiftBits = 5    // bits of a shift, which may be as large as AccBits
) (
    input  wire                        clk_i,
    input  wire                        en_i,
    // keys
    input  wire [           ExpFrac:0] m0_i,
    input  wire [         ExpBits-1:0] e0_i,
    input  wire                        key1_i,
    input  wire                        first1_i,
    input  wire                        fresh1_i,
    input  wire [    Dim*CodeBits-1:0] value1_i,
    input  wire                        key2_i,
    input  wire                        key3_i,
    // merge
    input  wire                        copy_i,
    output wire [         ExpBits-1:0] exp_max2_o,
    output wire [  Ways*ShiftBits-1:0] down2_o,
    output wire [Dim*Ways*AccBits-1:0] row_o,
    output wire [  Ways*TotalBits-1:0] total_o
);

  localparam [31:0] SHIFT_MAX = (1 << ShiftBits) - 1;

  // ---- stage 1: exponents go round as the sums do, see ks_lane ---------------------------------

  reg [       ExpFrac:0] m1_q, m2_q;
  reg [     ExpBits-1:0] e1_q;
  reg [Ways*ExpBits-1:0] exp_q;  // of the accumulators, the youngest first
  wire [    ExpBits-1:0] oldest1 = exp_q[(Ways-1)*ExpBits+:ExpBits];
  wire [      ExpBits:0] up1 = {e1_q[ExpBits-1], e1_q} - {oldest1[ExpBits-1], oldest1};
  wire                   rises1 = !up1[ExpBits];
  wire [    ExpBits-1:0] exp1 = (fresh1_i || rises1) ? e1_q : oldest1;

  reg                     fresh2_q, fresh3_q;
  reg [        ExpBits:0] up2_q;
  reg [Dim*CodeBits-1:0] value2_q;
  always @(posedge clk_i) begin
    if (en_i) begin
      m1_q <= m0_i;
      e1_q <= e0_i;
    end
    if (en_i && key1_i) begin
      m2_q     <= m1_q;
      up2_q    <= up1;
      fresh2_q <= fresh1_i;
      value2_q <= value1_i;
    end
  end

  genvar w;
  generate
    if (Ways == 1) begin : g_one
      wire unused_first = first1_i;
      always @(posedge clk_i) if (en_i && key1_i) exp_q <= exp1;
      assign exp_max2_o = exp_q;
      assign down2_o    = {ShiftBits{1'b0}};
    end else begin : g_ways
      reg [ExpBits-1:0] max_q;
      always @(posedge clk_i) begin
        if (en_i && key1_i) begin
          exp_q <= {exp_q[(Ways-1)*ExpBits-1:0], exp1};
          if (first1_i || $signed(e1_q) > $signed(max_q)) max_q <= e1_q;
        end
      end
      assign exp_max2_o = max_q;
      for (w = 0; w < Ways; w = w + 1) begin : g_down
        wire [ExpBits:0] down = {max_q[ExpBits-1], max_q}
                              - {exp_q[w*ExpBits+ExpBits-1], exp_q[w*ExpBits+:ExpBits]};
        assign down2_o[w*ShiftBits+:ShiftBits] =
            (|down[ExpBits:ShiftBits]) ? SHIFT_MAX[ShiftBits-1:0] : down[ShiftBits-1:0];
      end
    end
  endgenerate

  // ---- stage 2: shifts; they stay below 2^ShiftBits, and the largest moves everything out ------

  wire falls2 = up2_q[ExpBits];
  wire up_far = |up2_q[ExpBits-1:ShiftBits];
  wire down_near = &up2_q[ExpBits-1:ShiftBits] && (|up2_q[ShiftBits-1:0]);
  wire [ShiftBits-1:0] up2 = up_far ? SHIFT_MAX[ShiftBits-1:0] : up2_q[ShiftBits-1:0];
  wire [ShiftBits-1:0] down2 = down_near ? -up2_q[ShiftBits-1:0] : SHIFT_MAX[ShiftBits-1:0];

  reg [ShiftBits-1:0] align3_q, scale3_q;
  always @(posedge clk_i) begin
    if (en_i && key2_i) begin
      align3_q <= (falls2 && !fresh2_q) ? down2 : {ShiftBits{1'b0}};
      scale3_q <= fresh2_q ? SHIFT_MAX[ShiftBits-1:0] : falls2 ? {ShiftBits{1'b0}} : up2;
      fresh3_q <= fresh2_q;
    end
  end

  // ---- stage 3, and with one way 4: scale ------------------------------------------------------

  wire [ShiftBits-1:0] scale;
  wire                 fresh;
  generate
    if (Ways == 1) begin : g_scale_late
      reg [ShiftBits-1:0] scale4_q;
      reg                 fresh4_q;
      always @(posedge clk_i) begin
        if (en_i && key3_i) begin
          scale4_q <= scale3_q;
          fresh4_q <= fresh3_q;
        end
      end
      assign scale = scale4_q;
      assign fresh = fresh4_q;
    end else begin : g_scale
      assign scale = scale3_q;
      assign fresh = fresh3_q;
    end
  endgenerate

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
          .ShiftBits (ShiftBits)
      ) u_lane (
          .clk_i        (clk_i),
          .en_i         (en_i),
          .multiply_i   (key2_i),
          .value_i      (value2_q[i*CodeBits+:CodeBits]),
          .weight_i     (m2_q),
          .step_i       (key3_i),
          .align_shift_i(align3_q),
          .scale_shift_i(scale),
          .fresh_i      (fresh),
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
      .ShiftBits (ShiftBits)
  ) u_total (
      .clk_i        (clk_i),
      .en_i         (en_i),
      .multiply_i   (key2_i),
      .value_i      (2'b01),
      .weight_i     (m2_q),
      .step_i       (key3_i),
      .align_shift_i(align3_q),
      .scale_shift_i(scale),
      .fresh_i      (fresh),
      .copy_i       (copy_i),
      .hold_o       (total_o)
  );

endmodule

`default_nettype wire
