// SPDX-License-Identifier: Apache-2.0
//
// rtl/ks_product.v for cells: radix-4 Booth digits of b choose multiples of a, full adders make two
// numbers of them, and the addition of these two is left to the stage behind. Yosys' own mapping of
// `*` has no place for a register before that addition: 34 x 10 takes 1.37 ns in nangate45 with the
// multiplexer before it, this one 0.89.

`default_nettype none

module ks_product #(
    parameter ABits = 34,  // >= 2
    parameter BBits = 10   // >= 1
) (
    input  wire [      ABits-1:0] a_i,
    input  wire [      BBits-1:0] b_i,
    output wire [ABits+BBits-1:0] sum_o,
    output wire [ABits+BBits-1:0] carry_o
);

  localparam Width = ABits + BBits;
  localparam Digits = BBits / 2 + 1;

  // Rows that three-to-two adders leave of `rows` after some levels of them.
  function integer rows_after(input integer rows, input integer levels);
    integer l;
    begin
      rows_after = rows;
      for (l = 0; l < levels; l = l + 1) rows_after = rows_after - rows_after / 3;
    end
  endfunction

  function integer levels_of(input integer rows);
    begin
      levels_of = 0;
      while (rows_after(rows, levels_of) > 2) levels_of = levels_of + 1;
    end
  endfunction

  localparam Levels = levels_of(Digits);

  genvar i, l;
  generate
    // ---- rows: a digit of -2..2 times a, at 4^i ------------------------------------------------
    // A negative one is the complement and one more, a bit that has its place in the next row. A
    // sign is not extended: -s = !s - 1, and the 1s that all rows take away are given back by the
    // constant bits above the signs and by the three bits of the first one.
    wire [2*Digits:0] digits = {{(2 * Digits - BBits) {1'b0}}, b_i, 1'b0};
    wire [Digits*Width-1:0] rows;
    for (i = 0; i < Digits; i = i + 1) begin : g_digit
      wire negative = digits[2*i+2];
      wire one = digits[2*i+1] ^ digits[2*i];
      wire two = negative ? !(digits[2*i+1] || digits[2*i]) : digits[2*i+1] && digits[2*i];
      wire [ABits:0] magnitude = {(ABits + 1) {one}} & {a_i[ABits-1], a_i}
                               | {(ABits + 1) {two}} & {a_i, 1'b0};
      wire [ABits:0] multiple = magnitude ^ {(ABits + 1) {negative}};
      wire sign = multiple[ABits];
      wire [Width+ABits+3:0] row;
      if (i == 0) begin : g_first
        assign row = {{(Width + 1) {1'b0}}, !sign, sign, sign, multiple[ABits-1:0]};
      end else begin : g_next
        assign row = {{Width{1'b0}}, 1'b1, !sign, multiple[ABits-1:0], 1'b0, g_digit[i-1].negative}
                     << (2 * i - 2);
      end
      assign rows[i*Width+:Width] = row[Width-1:0];
      wire unused_row = &{1'b0, row[Width+ABits+3:Width]};
    end

    // ---- full adders: two numbers of three, until two are left ---------------------------------
    for (l = 0; l <= Levels; l = l + 1) begin : g_level
      localparam Rows = rows_after(Digits, l);
      wire [Rows*Width-1:0] left;
      if (l == 0) begin : g_all
        assign left = rows;
      end else begin : g_less
        localparam Before = rows_after(Digits, l - 1);
        localparam Threes = Before / 3;
        for (i = 0; i < Threes; i = i + 1) begin : g_three
          wire [Width-1:0] x = g_level[l-1].left[3*i*Width+:Width];
          wire [Width-1:0] y = g_level[l-1].left[(3*i+1)*Width+:Width];
          wire [Width-1:0] z = g_level[l-1].left[(3*i+2)*Width+:Width];
          wire [Width-1:0] carries = x & y | (x | y) & z;
          wire unused_carry = carries[Width-1];
          assign left[2*i*Width+:Width]     = x ^ y ^ z;
          assign left[(2*i+1)*Width+:Width] = {carries[Width-2:0], 1'b0};
        end
        if (Before > 3 * Threes) begin : g_rest
          assign left[Rows*Width-1:2*Threes*Width] =
              g_level[l-1].left[Before*Width-1:3*Threes*Width];
        end
      end
    end
    assign sum_o = g_level[Levels].left[Width-1:0];
    if (Digits == 1) begin : g_one
      assign carry_o = {Width{1'b0}};
    end else begin : g_two
      assign carry_o = g_level[Levels].left[2*Width-1:Width];
    end
  endgenerate

endmodule

`default_nettype wire
