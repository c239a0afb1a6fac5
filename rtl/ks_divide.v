// SPDX-License-Identifier: Apache-2.0
//
// Division by the sum of weights (SPEC 4) through a table of reciprocals, and the output row:
//   p = index of the sum's top one, idx = the R bits below it, r = table[idx] = round(2^W / (1 + (idx +
//   0.5) / 2^R)), W = R + 2, out = saturate(rshr((acc * r) << (OF - F), p + W)).
// The PartDim multipliers also make the mean rows (SPEC 5): while multiply_i is high they belong to
// ks_mean, and everything else here, and the merge, waits.
//
// Latency: 4 cycles from a part to the output row (top one, reciprocal, multiply, round), which is offered
// when its last part is in. Throughput: a part a cycle. All stages advance with en_o.
//
//   part_*       a merged part, see ks_merge; en_o: it is taken
//   index_o      reciprocal table index, value_i its entry in the same cycle
//   multiply_i   product_o = a_i * b_i, element by element, in the same cycle
//   o_*          output stream: row of codes, element i in bits [i*OutBits +: OutBits], and the query's info
//   saturated_o  an output code was saturated in this cycle

`default_nettype none

module ks_divide #(
    parameter Dim             = 64,
    parameter MergedBits      = 34,  // bits of a merged element
    parameter MergedTotalBits = 25,  // bits of a merged sum, its sign included
    parameter RecipFrac       = 8,   // R
    parameter OutBits         = 9,   // OB
    parameter OutShift        = 0,   // OF - F
    parameter PartDim         = 16,  // m_o
    parameter Parts           = 4,
    parameter PartBits        = 2,
    parameter InfoBits        = 33,
    parameter ABits           = 34,  // bits of a multiplier's first operand, >= MergedBits
    parameter BBits           = 19   // bits of its second, >= RecipFrac + 3
) (
    input  wire                               clk_i,
    input  wire                               rst_ni,
    // merged parts
    output wire                               en_o,
    input  wire                               part_valid_i,
    input  wire                               part_last_i,
    input  wire [               PartBits-1:0] part_index_i,
    input  wire [               InfoBits-1:0] part_info_i,
    input  wire [     PartDim*MergedBits-1:0] part_i,
    input  wire [        MergedTotalBits-1:0] total_i,
    // reciprocal table
    output wire [              RecipFrac-1:0] index_o,
    input  wire [              RecipFrac+1:0] value_i,
    // mean rows
    input  wire                               multiply_i,
    input  wire [                  ABits-1:0] a_i,
    input  wire [          PartDim*BBits-1:0] b_i,
    output wire [PartDim*(ABits+BBits)-1:0] product_o,
    // output rows
    output wire                               o_valid_o,
    input  wire                               o_ready_i,
    output wire [            Dim*OutBits-1:0] o_data_o,
    output wire [               InfoBits-1:0] o_info_o,
    output wire                               saturated_o
);

  localparam PBits = $clog2(MergedTotalBits);
  localparam RecipBits = RecipFrac + 2;
  localparam QuotientBits = MergedBits + RecipBits;
  localparam WideBits = QuotientBits + OutShift;
  localparam ShiftBits = $clog2(MergedTotalBits + RecipBits);
  localparam [31:0] W = RecipBits;
  localparam [31:0] TOP = MergedTotalBits - 1;
  localparam TagBits = 1 + PartBits + InfoBits;

  reg row_valid_q;

  wire en = !multiply_i && (!row_valid_q || o_ready_i);
  assign en_o = en;

  // ---- top one: the sum is brought to 1.idx -----------------------------------------------------------------

  wire [          PBits-1:0] top;
  wire [MergedTotalBits-1:0] normal = total_i << (TOP[PBits-1:0] - top);
  ks_top_one #(
      .Width(MergedTotalBits)
  ) u_top (
      .x_i    (total_i),
      .index_o(top)
  );

  reg                          valid1_q;
  reg [           TagBits-1:0] tag1_q;
  reg [             PBits-1:0] p1_q;
  reg [         RecipFrac-1:0] index1_q;
  reg [PartDim*MergedBits-1:0] part1_q;
  generate
    if (MergedTotalBits > RecipFrac) begin : g_index
      wire unused_normal = &{1'b0, normal};
      always @(posedge clk_i) if (en) index1_q <= normal[MergedTotalBits-2-:RecipFrac];
    end else begin : g_index_padded
      wire unused_normal = normal[MergedTotalBits-1];
      always @(posedge clk_i) begin
        if (en) index1_q <= {normal[MergedTotalBits-2:0], {(RecipFrac - MergedTotalBits + 1) {1'b0}}};
      end
    end
  endgenerate
  always @(posedge clk_i) begin
    if (!rst_ni) valid1_q <= 1'b0;
    else if (en) valid1_q <= part_valid_i;
    if (en) begin
      tag1_q  <= {part_last_i, part_index_i, part_info_i};
      p1_q    <= top;
      part1_q <= part_i;
    end
  end

  // ---- reciprocal ---------------------------------------------------------------------------------------------

  reg                          valid2_q;
  reg [           TagBits-1:0] tag2_q;
  reg [         ShiftBits-1:0] shift2_q;
  reg [         RecipBits-1:0] recip2_q;
  reg [PartDim*MergedBits-1:0] part2_q;
  assign index_o = index1_q;
  always @(posedge clk_i) begin
    if (!rst_ni) valid2_q <= 1'b0;
    else if (en) valid2_q <= valid1_q;
    if (en) begin
      tag2_q   <= tag1_q;
      shift2_q <= {{(ShiftBits - PBits) {1'b0}}, p1_q} + W[ShiftBits-1:0];
      recip2_q <= value_i;
      part2_q  <= part1_q;
    end
  end

  // ---- multiply ---------------------------------------------------------------------------------------------------

  reg                        valid3_q;
  reg [         TagBits-1:0] tag3_q;
  reg [       ShiftBits-1:0] shift3_q;
  reg [PartDim*WideBits-1:0] wide3_q;
  always @(posedge clk_i) begin
    if (!rst_ni) valid3_q <= 1'b0;
    else if (en) valid3_q <= valid2_q;
    if (en) begin
      tag3_q   <= tag2_q;
      shift3_q <= shift2_q;
    end
  end

  genvar i;
  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_multiply
      wire signed [ABits-1:0] element =
          {{(ABits - MergedBits + 1) {part2_q[i*MergedBits+MergedBits-1]}}, part2_q[i*MergedBits+:MergedBits-1]};
      wire signed [ABits-1:0] a = multiply_i ? a_i : element;
      wire signed [BBits-1:0] b =
          multiply_i ? b_i[i*BBits+:BBits] : {{(BBits - RecipBits) {1'b0}}, recip2_q};
      wire signed [ABits+BBits-1:0] product = a * b;
      assign product_o[i*(ABits+BBits)+:ABits+BBits] = product;
      wire [WideBits-1:0] wide =
          {{(OutShift + 1) {product[QuotientBits-1]}}, product[QuotientBits-2:0]} << OutShift;
      always @(posedge clk_i) if (en && valid2_q) wide3_q[i*WideBits+:WideBits] <= wide;
    end
  endgenerate

  // ---- round, saturate, gather the row ----------------------------------------------------------------------------

  wire [Parts*PartDim*OutBits-1:0] row;
  wire [              PartDim-1:0] saturated;
  wire                             last3;
  wire [             PartBits-1:0] part3;
  wire [             InfoBits-1:0] info3;
  assign {last3, part3, info3} = tag3_q;
  reg [InfoBits-1:0] row_info_q;

  genvar p;
  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_round
      wire [WideBits-1:0] rounded;
      ks_rshr #(
          .Width    (WideBits),
          .ShiftBits(ShiftBits)
      ) u_round (
          .x_i    (wide3_q[i*WideBits+:WideBits]),
          .shift_i(shift3_q),
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
    else if (o_ready_i) row_valid_q <= 1'b0;
    if (en && valid3_q && last3) row_info_q <= info3;
  end

  // Elements past Dim in the last part are zeros and never saturate.
  assign saturated_o = en && valid3_q && (|saturated);
  assign o_valid_o   = row_valid_q;
  assign o_data_o    = row[Dim*OutBits-1:0];
  assign o_info_o    = row_info_q;

endmodule

`default_nettype wire
