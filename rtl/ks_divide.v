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
// ks_mean, and the first two stages here, and the merge, wait.
//
// What enters the multipliers always gets out: the first part of a row does so only when there is a
// place for the row at the end. So no stream that stalls stands in ks_mean's way, and from the
// multipliers on nothing has an enable but for power.
//
// Latency: 6 cycles from a part to the output row (operands, reciprocal; multiply, add, shift,
// round), which is offered when its last part is in. Throughput: a part a cycle.
//
//   part_*       a merged part, see ks_merge; en_o: it is taken
//   index_o      reciprocal table index, value_i its entry in the same cycle
//   multiply_i   product_o = a_i * b_i, element by element, two cycles later; a_i two's complement,
//                b_i unsigned
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
    parameter BBits           = 10   // bits of its second, >= RecipBits
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

  // A row has one shift, or, with floats, each element its own. The least one is the same for all
  // rows and needs no shifter.
  localparam CodeBits = OutBits - OutShift;
  localparam W = RecipFrac + 2;
  localparam Extra = (Float != 0 && CodeBits > W + 4) ? CodeBits - W - 4 : 0;  // see g_float
  localparam ShiftLeast = (Float == 0) ? W : (CodeBits > W + 4) ? 0 : W + 4 - CodeBits;
  localparam ShiftRange = (Float == 0) ? MergedTotalBits : CodeBits + OutShift + 4;
  localparam ShiftBits = $clog2(ShiftRange);
  localparam Shifts = (Float == 0) ? 1 : PartDim;
  localparam TagBits = 1 + PartBits + InfoBits;

  // Places for rows: one that is offered, and those that begin in the 4 cycles that the first one's
  // last part takes from the multipliers' entrance to there.
  localparam Rows = 1 + (4 + Parts - 1) / Parts;
  localparam RowCountBits = $clog2(Rows + 1);
  localparam [31:0] ROWS = Rows;

  reg valid2_q;
  reg [TagBits-1:0] tag2_q;
  reg full_q;  // every place has its row
  wire first2 = tag2_q[InfoBits+:PartBits] == 0;
  wire en = !multiply_i && !(full_q && valid2_q && first2);
  wire enter = valid2_q && en;
  assign en_o = en;

  // ---- operands: the reciprocal's index, multiplicands, shifts ---------------------------------

  wire [          IndexBits-1:0] index;
  wire [PartDim*OperandBits-1:0] operands;
  wire [   Shifts*ShiftBits-1:0] shifts;
  genvar i, p, s;
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

  reg [          RecipBits-1:0] recip2_q;
  reg [   Shifts*ShiftBits-1:0] shifts2_q;
  reg [PartDim*OperandBits-1:0] operands2_q;
  assign index_o = index1_q;
  always @(posedge clk_i) begin
    if (!rst_ni) valid2_q <= 1'b0;
    else if (en) valid2_q <= valid1_q;
    if (en) begin
      tag2_q      <= tag1_q;
      recip2_q    <= value_i;
      operands2_q <= operands1_q;
      shifts2_q   <= shifts1_q;
    end
  end

  // ---- multiply: rows of a's multiples, then their sum -----------------------------------------

  localparam ProductBits = ABits + BBits;
  reg                           valid3_q, multiply3_q, valid4_q;
  reg [            TagBits-1:0] tag3_q, tag4_q;
  reg [   Shifts*ShiftBits-1:0] shifts3_q, shifts4_q;
  reg [PartDim*ProductBits-1:0] sums3_q, carries3_q, products4_q;
  wire [PartDim*ProductBits-1:0] sums, carries, products;
  assign product_o = products4_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      valid3_q <= 1'b0;
      valid4_q <= 1'b0;
    end else begin
      valid3_q <= enter;
      valid4_q <= valid3_q;
    end
    multiply3_q <= multiply_i;
    if (enter) begin
      tag3_q    <= tag2_q;
      shifts3_q <= shifts2_q;
    end
    if (enter || multiply_i) begin
      sums3_q    <= sums;
      carries3_q <= carries;
    end
    if (valid3_q) begin
      tag4_q    <= tag3_q;
      shifts4_q <= shifts3_q;
    end
    if (valid3_q || multiply3_q) products4_q <= products;
  end

  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_multiply
      wire [OperandBits-1:0] operand = operands2_q[i*OperandBits+:OperandBits];
      wire [ABits-1:0] element =
          {{(ABits - OperandBits + 1) {operand[OperandBits-1]}}, operand[OperandBits-2:0]};
      wire [BBits:0] recip = {{(BBits - RecipBits + 1) {1'b0}}, recip2_q};
      wire unused_recip = recip[BBits];
      ks_product #(
          .ABits(ABits),
          .BBits(BBits)
      ) u_product (
          .a_i    (multiply_i ? a_i : element),
          .b_i    (multiply_i ? b_i[i*BBits+:BBits] : recip[BBits-1:0]),
          .sum_o  (sums[i*ProductBits+:ProductBits]),
          .carry_o(carries[i*ProductBits+:ProductBits])
      );
      assign products[i*ProductBits+:ProductBits] =
          sums3_q[i*ProductBits+:ProductBits] + carries3_q[i*ProductBits+:ProductBits];
    end
  endgenerate

  // ---- shift -----------------------------------------------------------------------------------

  // Of the quotient a code and a bit more, so that what rounds to the least code is seen; and the
  // rounding bit below them.
  localparam QuotientBits = OutBits + 2;
  localparam OperandProductBits = OperandBits + RecipBits;
  localparam Appended = OutShift + Extra + 1;
  localparam WideBits = OperandProductBits + Appended - ShiftLeast;

  reg                            valid5_q;
  reg [             TagBits-1:0] tag5_q;
  reg [PartDim*QuotientBits-1:0] quotients5_q;
  reg [             PartDim-1:0] fit5_q, negative5_q;
  wire [PartDim*QuotientBits-1:0] quotients;
  wire [             PartDim-1:0] fit, negative;
  always @(posedge clk_i) begin
    if (!rst_ni) valid5_q <= 1'b0;
    else valid5_q <= valid4_q;
    if (valid4_q) begin
      tag5_q       <= tag4_q;
      quotients5_q <= quotients;
      fit5_q       <= fit;
      negative5_q  <= negative;
    end
  end

  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_shift
      wire [ProductBits-1:0] product = products4_q[i*ProductBits+:ProductBits];
      wire [OperandProductBits+Appended-1:0] wide =
          {product[OperandProductBits-1:0], {Appended{1'b0}}};
      wire unused_wide = &{1'b0, product, wide};
      assign negative[i] = product[OperandProductBits-1];
      ks_window #(
          .Width    (WideBits),
          .ShiftBits(ShiftBits),
          .OutBits  (QuotientBits)
      ) u_window (
          .x_i    (wide[ShiftLeast+:WideBits]),
          .shift_i(shifts4_q[(i%Shifts)*ShiftBits+:ShiftBits]),
          .y_o    (quotients[i*QuotientBits+:QuotientBits]),
          .fits_o (fit[i])
      );
    end
  endgenerate

  // ---- round, saturate, gather the row ---------------------------------------------------------

  wire                last5;
  wire [PartBits-1:0] part5;
  wire [InfoBits-1:0] info5;
  assign {last5, part5, info5} = tag5_q;

  wire [PartDim*OutBits-1:0] codes;
  wire [        PartDim-1:0] saturated;
  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_round
      wire [QuotientBits-1:0] quotient = quotients5_q[i*QuotientBits+:QuotientBits];
      wire [OutBits+1:0] rounded = {quotient[QuotientBits-1], quotient[QuotientBits-1:1]}
                                 + {{(OutBits + 1) {1'b0}}, quotient[0]};
      wire legal = fit5_q[i] && (&rounded[OutBits+1:OutBits-1] || !(|rounded[OutBits+1:OutBits-1]));
      assign codes[i*OutBits+:OutBits] =
          legal ? rounded[OutBits-1:0] : {negative5_q[i], {(OutBits - 1) {!negative5_q[i]}}};
      assign saturated[i] = !legal;
    end
  endgenerate

  // Elements past Dim in the last part are zeros and never saturate.
  assign saturated_o = valid5_q && (|saturated);

  // ---- rows: the places take turns -------------------------------------------------------------

  localparam PlaceBits = Dim * OutBits + InfoBits;
  reg  [          Rows-1:0] write_q, read_q;  // a bit for each place
  reg  [          Rows-1:0] whole_q;
  reg  [  RowCountBits-1:0] rows_q;  // in the multipliers, or in a place
  wire [Rows*PlaceBits-1:0] places;
  wire                      written = valid5_q && last5;
  wire                      leave = o_valid_o && o_ready_i;
  wire                      begins = enter && first2;
  wire [RowCountBits-1:0] rows = (begins == leave) ? rows_q : leave ? rows_q - 1'b1 : rows_q + 1'b1;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      write_q <= {{(Rows - 1) {1'b0}}, 1'b1};
      read_q  <= {{(Rows - 1) {1'b0}}, 1'b1};
      whole_q <= {Rows{1'b0}};
      rows_q  <= {RowCountBits{1'b0}};
      full_q  <= 1'b0;
    end else begin
      if (written) write_q <= {write_q[Rows-2:0], write_q[Rows-1]};
      if (leave) read_q <= {read_q[Rows-2:0], read_q[Rows-1]};
      whole_q <= (whole_q | ({Rows{written}} & write_q)) & ~({Rows{leave}} & read_q);
      rows_q  <= rows;
      full_q  <= rows == ROWS[RowCountBits-1:0];
    end
  end
  assign o_valid_o = |(whole_q & read_q);

  generate
    for (s = 0; s < Rows; s = s + 1) begin : g_place
      wire [Parts*PartDim*OutBits-1:0] row;
      reg  [             InfoBits-1:0] info_q;
      for (p = 0; p < Parts; p = p + 1) begin : g_part
        reg [PartDim*OutBits-1:0] codes_q;
        always @(posedge clk_i) if (valid5_q && write_q[s] && part5 == p) codes_q <= codes;
        assign row[p*PartDim*OutBits+:PartDim*OutBits] = codes_q;
      end
      always @(posedge clk_i) if (written && write_q[s]) info_q <= info5;
      assign places[s*PlaceBits+:PlaceBits] = {row[Dim*OutBits-1:0], info_q};
      if (Parts * PartDim > Dim) begin : g_unused
        wire unused_row = &{1'b0, row[Parts*PartDim*OutBits-1:Dim*OutBits]};
      end
    end
  endgenerate

  ks_pick #(
      .Width(PlaceBits),
      .Words(Rows)
  ) u_pick (
      .words_i(places),
      .pick_i (read_q),
      .word_o ({o_data_o, o_info_o})
  );

endmodule

`default_nettype wire
