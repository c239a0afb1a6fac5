// SPDX-License-Identifier: Apache-2.0
//
// The weighted rows of a bank (SPEC 3, accumulator = float; E = 5, one way): a lane for each
// element and one for the sum of weights, whose value is always the code 1. The weight becomes a
// float once for all of them. When a query is complete and when all this stands still is
// ks_accumulate's.
//
// Stages, advancing with en_i: 0 key, weight; 1 multiply; 2 round; 3 add. A digit in a name is the
// stage in which the signal is looked at. Floats as in ks_float_pack.
//
//   m0_i, e0_i   weight m * 2^(e - 5) of the key
//   key*_i       there is a key;  fresh3_i  it is the query's first
//   value1_i     value row, element i in bits [i*CodeBits +: CodeBits]
//   copy_i       the sums are complete: hold them
//   row_o        held sums, element i in bits [i*16 +: 16];  total_o  of weights
//   overflow_o   a cycle ago a weight, product or sum was saturated

`default_nettype none

module ks_rows_float #(
    parameter Dim      = 64,  // elements of a row
    parameter CodeBits = 9,   // bits of a value code
    parameter ExpBits  = 28   // bits of e
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    input  wire                    en_i,
    // keys
    input  wire                    key0_i,
    input  wire [             5:0] m0_i,
    input  wire [     ExpBits-1:0] e0_i,
    input  wire                    key1_i,
    input  wire [Dim*CodeBits-1:0] value1_i,
    input  wire                    key2_i,
    input  wire                    key3_i,
    input  wire                    fresh3_i,
    // merge
    input  wire                    copy_i,
    output wire [      Dim*16-1:0] row_o,
    output wire [            15:0] total_o,
    output wire                    overflow_o
);

  // ---- stage 0: the weight, field e + 511 ------------------------------------------------------

  localparam FieldBits = ((ExpBits > 11) ? ExpBits : 11) + 1;
  localparam [31:0] BIAS = 511;
  wire [FieldBits-1:0] field = {{(FieldBits - ExpBits) {e0_i[ExpBits-1]}}, e0_i}
                             + {{(FieldBits - 10) {1'b0}}, BIAS[9:0]};
  wire [15:0] weight;
  wire        weight_overflow;
  wire        unused_hidden = m0_i[5];
  reg  [15:0] weight1_q;

  ks_float_pack #(
      .FieldBits(FieldBits)
  ) u_weight (
      .zero_i    (1'b0),
      .negative_i(1'b0),
      .field_i   (field),
      .fraction_i(m0_i[4:0]),
      .float_o   (weight),
      .overflow_o(weight_overflow)
  );
  always @(posedge clk_i) if (en_i) weight1_q <= weight;

  // ---- stages 1 to 3: lanes, that of the sum of weights last -----------------------------------

  wire [Dim:0] lane_overflow;
  genvar i;
  generate
    for (i = 0; i < Dim; i = i + 1) begin : g_lane
      ks_lane_float #(
          .ValueBits(CodeBits)
      ) u_lane (
          .clk_i     (clk_i),
          .en_i      (en_i),
          .multiply_i(key1_i),
          .value_i   (value1_i[i*CodeBits+:CodeBits]),
          .weight_i  (weight1_q),
          .round_i   (key2_i),
          .add_i     (key3_i),
          .fresh_i   (fresh3_i),
          .overflow_o(lane_overflow[i]),
          .copy_i    (copy_i),
          .hold_o    (row_o[i*16+:16])
      );
    end
  endgenerate

  ks_lane_float #(
      .ValueBits(2)
  ) u_total (
      .clk_i     (clk_i),
      .en_i      (en_i),
      .multiply_i(key1_i),
      .value_i   (2'b01),
      .weight_i  (weight1_q),
      .round_i   (key2_i),
      .add_i     (key3_i),
      .fresh_i   (fresh3_i),
      .overflow_o(lane_overflow[Dim]),
      .copy_i    (copy_i),
      .hold_o    (total_o)
  );

  reg overflow_q;
  always @(posedge clk_i) begin
    if (!rst_ni) overflow_q <= 1'b0;
    else overflow_q <= en_i && ((key0_i && weight_overflow) || (|lane_overflow));
  end
  assign overflow_o = overflow_q;

endmodule

`default_nettype wire
