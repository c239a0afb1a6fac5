// SPDX-License-Identifier: Apache-2.0
//
// Norm of a key: the integer nearest sqrt(S) (SPEC 6), by tabulate-and-multiply (Takagi 1998: one look-up on
// the top bits, one multiplication by a modified operand, no adder) and one compare. With S = 2^p Y, 1 <= Y < 2:
//   A = table[{p odd, top bits of Y}] * Y' * 2^(p div 2) is within 1/2 of sqrt(S) (docs/norm.md), so with
//   r = floor(A) the nearest integer is r + (S > r (r + 1)).
// Y' is Y with its top bit x below the index copied in front as x, not x: wiring and an inverter.
//
// With Short the norm is kept to its integer part: min(2^NormBits - 1, rshr(norm, Frac)).
//
// Latency: 7 cycles (normalise, table, multiply by each half of the constant, add, r, r (r + 1),
// compare; rounding to Short is in the cycle after the last register).
// Throughput: a norm a cycle.
//
//   square_*  S, unsigned, from the one bank that shows a norm in this cycle; index_o  table index, a cycle later, value_i its entry in the same cycle
//   norm_o    unsigned, NormBits bits, seven cycles after square_i

`default_nettype none

module ks_norm #(
    parameter Banks      = 4,
    parameter SquareBits = 23,  // bits of S
    parameter RootBits   = 12,  // bits of the exact norm
    parameter NormBits   = 12,  // bits of norm_o: RootBits unless Short
    parameter Short      = 0,   // 1: norm_bits = 8
    parameter Frac       = 3,   // F, where Short
    parameter IndexBits  = 4,   // m: fraction bits of Y in the index
    parameter ConstFrac  = 15   // f: fraction bits of a table entry
) (
    input  wire                  clk_i,
    input  wire [           Banks-1:0] square_valid_i,
    input  wire [Banks*SquareBits-1:0] square_i,
    output wire [   IndexBits:0] index_o,
    input  wire [ ConstFrac+1:0] value_i,
    output wire [  NormBits-1:0] norm_o
);

  localparam PBits = $clog2(SquareBits);
  localparam YFrac = SquareBits - 1;
  localparam [31:0] TOP = YFrac;
  localparam PaddedFrac = (YFrac > IndexBits + 2) ? YFrac : IndexBits + 2;  // Y with zeros below
  localparam OperandBits = PaddedFrac + 2;  // Y' has a fraction bit more
  localparam WideBits = ConstFrac + 2 + OperandBits;
  localparam RootFrac = ConstFrac + PaddedFrac + 1;
  localparam ShiftedBits = WideBits + SquareBits / 2;

  // Normalise.
  reg [SquareBits-1:0] square;
  integer b;
  always @* begin
    square = {SquareBits{1'b0}};
    for (b = 0; b < Banks; b = b + 1) begin
      square = square | (square_i[b*SquareBits+:SquareBits] & {SquareBits{square_valid_i[b]}});
    end
  end
  wire [     PBits-1:0] top;
  wire [SquareBits-1:0] normal = square << (TOP[PBits-1:0] - top);
  wire [PaddedFrac+1:0] padded = {{(PaddedFrac - YFrac + 1) {1'b0}}, normal} << (PaddedFrac - YFrac);
  wire                  unused_padded = padded[PaddedFrac+1];
  reg  [     PBits-1:0] p1_q;
  reg  [  PaddedFrac:0] y1_q;
  reg  [SquareBits-1:0] square1_q;
  ks_top_one #(
      .Width(SquareBits)
  ) u_top (
      .x_i    (square),
      .index_o(top)
  );
  always @(posedge clk_i) begin
    p1_q      <= top;
    y1_q      <= padded[PaddedFrac:0];
    square1_q <= square;
  end

  // Table, and the operand's modification.
  assign index_o = {p1_q[0], y1_q[PaddedFrac-1-:IndexBits]};
  wire                   x = y1_q[PaddedFrac-1-IndexBits];
  reg  [OperandBits-1:0] operand2_q;
  reg  [  ConstFrac+1:0] const2_q;
  reg  [      PBits-1:0] p2_q;
  reg  [ SquareBits-1:0] square2_q;
  always @(posedge clk_i) begin
    operand2_q <= {y1_q[PaddedFrac:PaddedFrac-1-IndexBits], !x, y1_q[PaddedFrac-2-IndexBits:0]};
    const2_q   <= value_i;
    p2_q       <= p1_q;
    square2_q  <= square1_q;
  end

  // Multiply, by each half of the constant; add.
  localparam LowBits = (ConstFrac + 2) / 2;
  localparam HighBits = ConstFrac + 2 - LowBits;
  reg [OperandBits+LowBits-1:0] low3_q;
  reg [OperandBits+HighBits-1:0] high3_q;
  reg [  WideBits-1:0] wide4_q;
  reg [     PBits-1:0] p3_q, p4_q;
  reg [SquareBits-1:0] square3_q, square4_q;
  always @(posedge clk_i) begin
    low3_q    <= operand2_q * const2_q[LowBits-1:0];
    high3_q   <= operand2_q * const2_q[ConstFrac+1:LowBits];
    wide4_q   <= {high3_q, {LowBits{1'b0}}} + {{HighBits{1'b0}}, low3_q};
    p3_q      <= p2_q;
    p4_q      <= p3_q;
    square3_q <= square2_q;
    square4_q <= square3_q;
  end

  // Candidate root.
  wire [ShiftedBits-1:0] root = {{(ShiftedBits - WideBits) {1'b0}}, wide4_q} << (p4_q >> 1);
  wire unused_root = &{1'b0, root};
  reg [  RootBits-1:0] root5_q;
  reg [SquareBits-1:0] square5_q;
  always @(posedge clk_i) begin
    root5_q   <= root[RootFrac+:RootBits];
    square5_q <= square4_q;
  end

  // Boundary to the next integer.
  wire [  RootBits:0] root5_next = {1'b0, root5_q} + 1'b1;
  reg [2*RootBits:0] boundary6_q;
  reg [RootBits-1:0] root6_q;
  reg [SquareBits-1:0] square6_q;
  always @(posedge clk_i) begin
    boundary6_q <= root5_q * root5_next;
    root6_q     <= root5_q;
    square6_q   <= square5_q;
  end

  // The nearest.
  wire above = {{(2 * RootBits + 1) {1'b0}}, square6_q} > {{SquareBits{1'b0}}, boundary6_q};
  reg [RootBits-1:0] norm7_q;
  always @(posedge clk_i) norm7_q <= root6_q + {{(RootBits - 1) {1'b0}}, above};

  // Integer part.
  generate
    if (Short != 0) begin : g_short
      localparam [31:0] FRAC = Frac;
      wire [RootBits+NormBits:0] whole;
      ks_rshr #(
          .Width    (RootBits + NormBits + 1),
          .ShiftBits(4)
      ) u_rshr (
          .x_i    ({{(NormBits + 1) {1'b0}}, norm7_q}),
          .shift_i(FRAC[3:0]),
          .y_o    (whole)
      );
      assign norm_o = |whole[RootBits+NormBits:NormBits] ? {NormBits{1'b1}} : whole[NormBits-1:0];
    end else begin : g_exact
      assign norm_o = norm7_q;
    end
  endgenerate

endmodule

`default_nettype wire
