// SPDX-License-Identifier: Apache-2.0
//
// Division by the sum of weights through a table of reciprocals, and the output row.
//   accumulator = shared (SPEC 4), p = index of the sum's top one, idx = the R bits below it, W = R + 2:
//     r = table[idx] = round(2^W / (1 + (idx + 0.5) / 2^R))
//     out = saturate(rshr((acc * r) << (OF - F), p + W))
//   accumulator = float (SPEC 3), ma, xa and ms, xs the significand and field of element and sum:
//     r = table[ms - 32] = round(2^W / (ms / 32))
//     out = saturate(rshr((+-ma * r) << (OF - F), 5 + W - (xa - xs))), a negative shift goes left;
//     zeros if the sum is zero
// The PartDim multipliers also make the mean rows (SPEC 5): while multiply_i is high they belong to
// ks_mean, and everything else here, and the merge, waits.
//
// Latency: 4 cycles from a part to the output row (operands, reciprocal, multiply, round), which is
// offered when its last part is in. Throughput: a part a cycle. All stages advance with en_o.
//
//   part_*       a merged part, see ks_merge; en_o: it is taken
//   index_o      reciprocal table index, value_i its entry in the same cycle
//   multiply_i   product_o = a_i * b_i, element by element, in the same cycle
//   o_*          output stream: row of codes, element i in bits [i*OutBits +: OutBits], and the
//                query's info
//   saturated_o  an output code was saturated in this cycle;  sum_zero_o  a sum of floats is zero

`default_nettype none

module ks_divide #(
    parameter Float           = 0,   // 1: accumulator = float (elements and sum of 16 bits)
    parameter Dim             = 64,
    parameter MergedBits      = 34,  // bits of a merged element
    parameter MergedTotalBits = 25,  // bits of a merged sum, its sign included
    parameter RecipFrac       = 8,   // R
    parameter IndexBits       = 8,   // R, with floats 5
    parameter RecipBits       = 10,  // bits of r: R + 2, with floats R + 3
    parameter OutBits         = 9,   // OB
    parameter OutShift        = 0,   // OF - F
    parameter PartDim         = 16,  // m_o
    parameter Parts           = 4,
    parameter PartBits        = 2,
    parameter InfoBits        = 33,
    parameter OperandBits     = 34,  // bits of an element's multiplicand: MergedBits, with floats 7
    parameter ABits           = 34,  // bits of a multiplier's first operand, >= OperandBits
    parameter BBits           = 19   // bits of its second, >= RecipBits + 1
) (
    input  wire                             clk_i,
    input  wire                             rst_ni,
    // merged parts
    output wire                             en_o,
    input  wire                             part_valid_i,
    input  wire                             part_last_i,
    input  wire [             PartBits-1:0] part_index_i,
    input  wire [             InfoBits-1:0] part_info_i,
    input  wire [   PartDim*MergedBits-1:0] part_i,
    input  wire [      MergedTotalBits-1:0] total_i,
    // reciprocal table
    output wire [            IndexBits-1:0] index_o,
    input  wire [            RecipBits-1:0] value_i,
    // mean rows
    input  wire                             multiply_i,
    input  wire [                ABits-1:0] a_i,
    input  wire [        PartDim*BBits-1:0] b_i,
    output wire [PartDim*(ABits+BBits)-1:0] product_o,
    // output rows
    output wire                             o_valid_o,
    input  wire                             o_ready_i,
    output wire [          Dim*OutBits-1:0] o_data_o,
    output wire [             InfoBits-1:0] o_info_o,
    output wire                             saturated_o,
    output wire                             sum_zero_o
);

  // A row has one shift, or, with floats, each element its own; stage 1 finds it less its least value.
  localparam CodeBits = OutBits - OutShift;
  localparam W = RecipFrac + 2;
  localparam Extra = (Float != 0 && CodeBits > W + 4) ? CodeBits - W - 4 : 0;  // see g_float
  localparam ShiftLeast = (Float == 0) ? W : (CodeBits > W + 4) ? 0 : W + 4 - CodeBits;
  localparam ShiftRange = (Float == 0) ? MergedTotalBits : CodeBits + OutShift + 4;
  localparam ShiftBits = $clog2(ShiftLeast + ShiftRange);
  localparam Shifts = (Float == 0) ? 1 : PartDim;
  localparam [31:0] LEAST = ShiftLeast;
  localparam QuotientBits = OperandBits + RecipBits;
  localparam WideBits = QuotientBits + OutShift + Extra;
  localparam TagBits = 1 + PartBits + InfoBits;

  // A row that the stream does not take waits in u_skid, the next one in its own register; then all
  // stands still. o_ready_i itself is in no enable.
  reg row_valid_q;
  wire row_held, row_stays;
  wire en = !multiply_i && !(row_valid_q && row_held);
  assign en_o = en;

  // ---- operands: the reciprocal's index, multiplicands, shifts ---------------------------------

  wire [          IndexBits-1:0] index;
  wire [PartDim*OperandBits-1:0] operands;
  wire [   Shifts*ShiftBits-1:0] shifts;
  genvar i, p;
  generate
    if (Float == 0) begin : g_shared
      ks_normal #(
          .Width    (MergedTotalBits),
          .IndexBits(IndexBits),
          .PlaceBits(ShiftBits)
      ) u_sum (
          .x_i    (total_i),
          .place_o(shifts),
          .index_o(index)
      );
      assign operands   = part_i;
      assign sum_zero_o = 1'b0;
    end else begin : g_float
      // With ma, ms of 32..63 and r of 2^(W-1)..2^W a quotient is larger than any code where xa - xs is
      // CodeBits + 1 or more, and below half an output's last bit where it is -(OutShift + 2) or less.
      // Extra zeros below the product take the place of the shifts to the left.
      wire zero = !(|total_i[14:5]);
      wire unused_sign = total_i[15];
      for (i = 0; i < PartDim; i = i + 1) begin : g_ratio
        ks_float_ratio #(
            .Most     (CodeBits + 1),
            .Least    (-OutShift - 2),
            .ShiftBits(ShiftBits)
        ) u_ratio (
            .element_i    (zero ? 16'd0 : part_i[i*16+:16]),
            .sum_field_i  (total_i[14:5]),
            .significand_o(operands[i*7+:7]),
            .below_o      (shifts[i*ShiftBits+:ShiftBits])
        );
      end
      assign index      = total_i[4:0];
      assign sum_zero_o = en && part_valid_i && zero;
    end
  endgenerate

  reg                           valid1_q;
  reg [            TagBits-1:0] tag1_q;
  reg [          IndexBits-1:0] index1_q;
  reg [   Shifts*ShiftBits-1:0] shifts1_q;
  reg [PartDim*OperandBits-1:0] operands1_q;
  always @(posedge clk_i) begin
    if (!rst_ni) valid1_q <= 1'b0;
    else if (en) valid1_q <= part_valid_i;
    if (en) begin
      tag1_q      <= {part_last_i, part_index_i, part_info_i};
      index1_q    <= index;
      shifts1_q   <= shifts;
      operands1_q <= operands;
    end
  end

  // ---- reciprocal ------------------------------------------------------------------------------

  reg                           valid2_q;
  reg [            TagBits-1:0] tag2_q;
  reg [          RecipBits-1:0] recip2_q;
  reg [   Shifts*ShiftBits-1:0] shifts2_q;
  reg [PartDim*OperandBits-1:0] operands2_q;
  integer s;
  assign index_o = index1_q;
  always @(posedge clk_i) begin
    if (!rst_ni) valid2_q <= 1'b0;
    else if (en) valid2_q <= valid1_q;
    if (en) begin
      tag2_q      <= tag1_q;
      recip2_q    <= value_i;
      operands2_q <= operands1_q;
      for (s = 0; s < Shifts; s = s + 1) begin
        shifts2_q[s*ShiftBits+:ShiftBits] <=
            shifts1_q[s*ShiftBits+:ShiftBits] + LEAST[ShiftBits-1:0];
      end
    end
  end

  // ---- multiply --------------------------------------------------------------------------------

  reg                        valid3_q;
  reg [         TagBits-1:0] tag3_q;
  reg [Shifts*ShiftBits-1:0] shifts3_q;
  reg [PartDim*WideBits-1:0] wide3_q;
  always @(posedge clk_i) begin
    if (!rst_ni) valid3_q <= 1'b0;
    else if (en) valid3_q <= valid2_q;
    if (en) begin
      tag3_q    <= tag2_q;
      shifts3_q <= shifts2_q;
    end
  end

  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_multiply
      wire [OperandBits-1:0] operand = operands2_q[i*OperandBits+:OperandBits];
      wire signed [ABits-1:0] element =
          {{(ABits - OperandBits + 1) {operand[OperandBits-1]}}, operand[OperandBits-2:0]};
      wire signed [ABits-1:0] a = multiply_i ? a_i : element;
      wire signed [BBits-1:0] b =
          multiply_i ? b_i[i*BBits+:BBits] : {{(BBits - RecipBits) {1'b0}}, recip2_q};
      wire signed [ABits+BBits-1:0] product = a * b;
      assign product_o[i*(ABits+BBits)+:ABits+BBits] = product;
      wire [WideBits-1:0] wide =
          {{(WideBits - QuotientBits + 1) {product[QuotientBits-1]}}, product[QuotientBits-2:0]}
          << (WideBits - QuotientBits);
      always @(posedge clk_i) if (en && valid2_q) wide3_q[i*WideBits+:WideBits] <= wide;
    end
  endgenerate

  // ---- round, saturate, gather the row ---------------------------------------------------------

  wire [Parts*PartDim*OutBits-1:0] row;
  wire [              PartDim-1:0] saturated;
  wire                             last3;
  wire [             PartBits-1:0] part3;
  wire [             InfoBits-1:0] info3;
  assign {last3, part3, info3} = tag3_q;
  reg [InfoBits-1:0] row_info_q;

  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_round
      wire [WideBits-1:0] rounded;
      ks_rshr #(
          .Width    (WideBits),
          .ShiftBits(ShiftBits)
      ) u_round (
          .x_i    (wide3_q[i*WideBits+:WideBits]),
          .shift_i(shifts3_q[(i%Shifts)*ShiftBits+:ShiftBits]),
          .y_o    (rounded)
      );
      wire sign = rounded[WideBits-1];
      wire fits = &rounded[WideBits-1:OutBits-1] || !(|rounded[WideBits-1:OutBits-1]);
      wire [OutBits-1:0] code = fits ? rounded[OutBits-1:0] : {sign, {(OutBits - 1) {!sign}}};
      assign saturated[i] = !fits;
      for (p = 0; p < Parts; p = p + 1) begin : g_part
        reg [OutBits-1:0] code_q;
        always @(posedge clk_i) if (en && valid3_q && part3 == p) code_q <= code;
        assign row[(p*PartDim+i)*OutBits+:OutBits] = code_q;
      end
    end
    if (Parts * PartDim > Dim) begin : g_unused
      wire unused_row = &{1'b0, row[Parts*PartDim*OutBits-1:Dim*OutBits]};
    end
  endgenerate

  always @(posedge clk_i) begin
    if (!rst_ni) row_valid_q <= 1'b0;
    else if (en && valid3_q && last3) row_valid_q <= 1'b1;
    else row_valid_q <= row_stays;
    if (en && valid3_q && last3) row_info_q <= info3;
  end

  // Elements past Dim in the last part are zeros and never saturate.
  assign saturated_o = en && valid3_q && (|saturated);

  ks_skid #(
      .Width(Dim * OutBits + InfoBits)
  ) u_skid (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .valid_i(row_valid_q),
      .data_i ({row[Dim*OutBits-1:0], row_info_q}),
      .held_o (row_held),
      .stay_o (row_stays),
      .valid_o(o_valid_o),
      .ready_i(o_ready_i),
      .data_o ({o_data_o, o_info_o})
  );

endmodule

`default_nettype wire
