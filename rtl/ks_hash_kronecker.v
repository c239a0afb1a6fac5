// SPDX-License-Identifier: Apache-2.0
//
// Hash of a row by products with A = A1 (x) A2 (x) .. (SPEC 6, hash = kronecker; ELSA 3.2): batch b
// gives the signs of A_b x over the row padded with zeros to HashDim; the first HashBits bits of
// the batches are kept. A factor turns HashDim values a batch into as many sums of Size products;
// what goes on to the next factor is a sum rounded to the fraction bits of x, of the last one only
// the sign is wanted.
//
// Schedule: multiplications are numbered factor after factor (all batches of a factor before the
// next one), sum after sum, column after column. Number x runs in cycle x / Multipliers of the row,
// on multiplier x % Multipliers: no multiplier is idle before a row's last cycle. A border between
// two cycles cuts at most one sum, whose part so far waits in carry_q. A value that is taken in the
// very cycle in which it is made goes from its rounding straight to the multiplier (chaining), else
// from its register; which of the two is a constant. Chaining, which lengthens the path by a
// multiplier and a sum, happens where Multipliers is more than about 1 - 1/Size of a factor's
// multiplications, but not where it is all of them: with 256 multipliers for d = 64 and factors
// 4, 4, 4 each factor has a cycle of its own.
//
// Sums that different cycles take from the same multipliers are written alike, for synthesis to
// make them one.
//
// Latency: hash_o is shown Cycles cycles after the first cycle of a row in the unit.
// Throughput: a row every Cycles cycles.
//
//   query_*, key_*  valid/ready: the row is held until the cycle with ready, its last in the unit;
//                   an element has CodeBits bits, two's complement
//   hash_o          bit r set where element r of the product is >= 0; *_valid_o says whose it is
//   inside          values WorkBits bits with the LSB of the row; sums SumBits bits, LSB 2^-5 of
//                   that; neither can overflow (cmodel/kronecker.h)

`default_nettype none

module ks_hash_kronecker #(
    parameter Dim         = 64,
    parameter CodeBits    = 9,
    parameter HashDim     = 64,   // product of the factors' sizes, >= Dim
    parameter HashBits    = 64,   // k
    parameter Batches     = 1,    // ceil(HashBits / HashDim)
    parameter Factors     = 3,
    parameter [4*Factors-1:0] Sizes = 12'h444,  // 2..8 each, the first factor's in the lowest bits
    parameter Elements    = 48,   // Batches * sum of the squares of the sizes
    // Elements of the matrices, `1.0.5`: factor after factor, batch after batch, row after row.
    parameter [6*Elements-1:0] Matrices = {6 * Elements{1'b0}},
    parameter Multipliers = 256,  // at most the multiplications of a row
    parameter Cycles      = 3,    // ceil(multiplications of a row / Multipliers)
    parameter WorkBits    = 11,
    parameter SumBits     = 17    // at least WorkBits + 6
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    input  wire                    query_valid_i,
    output wire                    query_ready_o,
    input  wire [Dim*CodeBits-1:0] query_i,
    input  wire                    key_valid_i,
    output wire                    key_ready_o,
    input  wire [Dim*CodeBits-1:0] key_i,
    output wire                    query_valid_o,
    output wire                    key_valid_o,
    output wire [    HashBits-1:0] hash_o
);

  localparam Outputs = Batches * HashDim;  // of a factor
  localparam CycleBits = (Cycles == 1) ? 1 : $clog2(Cycles);

  // Over the first `count` factors: the sum of the sizes, of their squares; and the product of the
  // others' sizes.
  function integer sum_of_sizes(input integer count);
    integer f;
    begin
      sum_of_sizes = 0;
      for (f = 0; f < count; f = f + 1) sum_of_sizes = sum_of_sizes + {28'd0, Sizes[4*f+:4]};
    end
  endfunction
  function integer sum_of_squares(input integer count);
    integer f;
    begin
      sum_of_squares = 0;
      for (f = 0; f < count; f = f + 1)
        sum_of_squares = sum_of_squares + {28'd0, Sizes[4*f+:4]} * {28'd0, Sizes[4*f+:4]};
    end
  endfunction
  function integer product_of_others(input integer count);
    integer f;
    begin
      product_of_others = 1;
      for (f = count; f < Factors; f = f + 1)
        product_of_others = product_of_others * {28'd0, Sizes[4*f+:4]};
    end
  endfunction

  localparam Multiplications = Outputs * sum_of_sizes(Factors);

  // ---- which row, which cycle of it ------------------------------------------------------------

  wire                    valid;
  wire [Dim*CodeBits-1:0] row;
  wire [   CycleBits-1:0] cycle;

  ks_hash_turn #(
      .RowWidth(Dim * CodeBits),
      .Cycles  (Cycles),
      .Delay   (1)
  ) u_turn (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .query_valid_i(query_valid_i),
      .query_ready_o(query_ready_o),
      .query_i      (query_i),
      .key_valid_i  (key_valid_i),
      .key_ready_o  (key_ready_o),
      .key_i        (key_i),
      .row_valid_o  (valid),
      .row_o        (row),
      .cycle_o      (cycle),
      .query_valid_o(query_valid_o),
      .key_valid_o  (key_valid_o)
  );

  // ---- multipliers -----------------------------------------------------------------------------

  // What a multiplier multiplies in each cycle is driven below, by the sum that it is for.
  genvar j, x, p, o, c;
  generate
    for (j = 0; j < Multipliers; j = j + 1) begin : g_multiplier
      wire [Cycles*WorkBits-1:0] operands;
      wire [Cycles*6-1:0] coefficients;
      wire signed [WorkBits-1:0] operand = operands[cycle*WorkBits+:WorkBits];
      wire signed [5:0] coefficient = coefficients[cycle*6+:6];
      wire signed [WorkBits+5:0] wide = operand * coefficient;
      wire [SumBits-1:0] product = {
        {(SumBits - WorkBits - 5) {wide[WorkBits+5]}}, wide[WorkBits+4:0]
      };
    end

    // The end of the last cycle.
    for (x = Multiplications; x < Cycles * Multipliers; x = x + 1) begin : g_spare
      localparam J = x % Multipliers;
      assign g_multiplier[J].operands[(Cycles-1)*WorkBits+:WorkBits] = {WorkBits{1'b0}};
      assign g_multiplier[J].coefficients[(Cycles-1)*6+:6] = 6'd0;
    end
  endgenerate

  // ---- sums ------------------------------------------------------------------------------------

  // Of the sum that goes on in the next cycle, the part up to this one; 0 where there is none.
  wire [Cycles*SumBits-1:0] parts;
  reg [SumBits-1:0] carry_q;
  reg [HashBits-1:0] hash_q;
  wire unused_carry = &{1'b0, carry_q};
  always @(posedge clk_i) if (valid) carry_q <= parts[cycle*SumBits+:SumBits];
  assign hash_o = hash_q;

  generate
    for (p = 0; p < Factors; p = p + 1) begin : g_factor
      localparam Size = {28'd0, Sizes[4*p+:4]};
      localparam FirstOfAll = Outputs * sum_of_sizes(p);
      localparam FirstElement = Batches * sum_of_squares(p);
      localparam Step = product_of_others(p + 1);  // between the elements that a sum takes
      localparam SizeBefore = {28'd0, Sizes[4*((p == 0)?0 : p-1)+:4]};  // of the factor before
      localparam FirstBefore = FirstOfAll - Outputs * SizeBefore;
      for (o = 0; o < Outputs; o = o + 1) begin : g_output
        localparam Row = (o / Step) % Size;
        localparam FirstSource = o - Row * Step;
        localparam First = FirstOfAll + o * Size;
        localparam [31:0] MADE = (First + Size - 1) / Multipliers;  // the cycle of the last product
        localparam Element = FirstElement + ((o / HashDim) * Size + Row) * Size;

        for (c = 0; c < Size; c = c + 1) begin : g_column
          localparam X = First + c;
          localparam T = X / Multipliers;
          localparam J = X % Multipliers;
          localparam Source = FirstSource + c * Step;

          wire [WorkBits-1:0] operand;
          if (p == 0) begin : g_row
            localparam I = Source % HashDim;
            if (I < Dim) begin : g_element
              assign operand = {{(WorkBits - CodeBits + 1) {row[I*CodeBits+CodeBits-1]}},
                                row[I*CodeBits+:CodeBits-1]};
            end else begin : g_padding
              assign operand = {WorkBits{1'b0}};
            end
          end else begin : g_value
            localparam LastOfSource = FirstBefore + (Source + 1) * SizeBefore - 1;
            if (LastOfSource / Multipliers == T) begin : g_chained
              assign operand = g_factor[p-1].g_output[Source].g_value.value;
            end else begin : g_kept
              assign operand = g_factor[p-1].g_output[Source].g_value.value_q;
            end
          end
          assign g_multiplier[J].operands[T*WorkBits+:WorkBits] = operand;
          assign g_multiplier[J].coefficients[T*6+:6] = Matrices[(Element+c)*6+:6];

          wire [SumBits-1:0] sum;
          if (c == 0) begin : g_first
            assign sum = g_multiplier[J].product;
          end else if (J == 0) begin : g_carried
            assign sum = carry_q + g_multiplier[J].product;
          end else begin : g_next
            assign sum = g_column[c-1].sum + g_multiplier[J].product;
          end
          if (J == Multipliers - 1 && T != Cycles - 1) begin : g_part
            assign parts[T*SumBits+:SumBits] = (c == Size - 1) ? {SumBits{1'b0}} : sum;
          end
        end

        wire [SumBits-1:0] sum = g_column[Size-1].sum;
        wire made = valid && cycle == MADE[CycleBits-1:0];
        if (p < Factors - 1) begin : g_value
          wire [ SumBits-1:0] rounded;
          wire [WorkBits-1:0] value = rounded[WorkBits-1:0];
          reg  [WorkBits-1:0] value_q;
          wire unused_value = &{1'b0, value_q, rounded[SumBits-1:WorkBits]};
          ks_rshr #(
              .Width    (SumBits),
              .ShiftBits(3)
          ) u_rshr (
              .x_i    (sum),
              .shift_i(3'd5),
              .y_o    (rounded)
          );
          always @(posedge clk_i) if (made) value_q <= value;
        end else if (o < HashBits) begin : g_bit
          wire unused_sum = &{1'b0, sum[SumBits-2:0]};
          always @(posedge clk_i) if (made) hash_q[o] <= !sum[SumBits-1];
        end else begin : g_dropped
          wire unused_sum = &{1'b0, sum, made};
        end
      end
    end
    assign parts[(Cycles-1)*SumBits+:SumBits] = {SumBits{1'b0}};
  endgenerate

endmodule

`default_nettype wire
