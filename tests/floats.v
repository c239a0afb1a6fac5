// SPDX-License-Identifier: Apache-2.0
//
// What floats.cpp holds against the C model, in one module: the float adder, the packing of a
// weight, the chain that merges banks, a lane, and dividers at the ends of their parameters.

`default_nettype none

// A divider of rows of one element, never stalled.
module floats_divider #(
    parameter RecipFrac = 5,
    parameter CodeBits  = 9,
    parameter OutShift  = 0
) (
    input  wire        clk_i,
    input  wire        rst_ni,
    input  wire [15:0] element_i,
    input  wire [15:0] total_i,
    output wire [ 4:0] index_o,
    input  wire [14:0] value_i,
    output wire [24:0] out_o,
    output wire        saturated_o,
    output wire        sum_zero_o
);

  localparam OutBits = CodeBits + OutShift;
  wire [OutBits-1:0] out;
  wire [RecipFrac+9:0] product;
  wire en, index, valid;
  wire unused = &{1'b0, product, en, index, valid, value_i};
  assign out_o = {{(26 - OutBits) {out[OutBits-1]}}, out[OutBits-2:0]};

  ks_divide #(
      .Float          (1),
      .Dim            (1),
      .MergedBits     (16),
      .MergedTotalBits(16),
      .RecipFrac      (RecipFrac),
      .IndexBits      (5),
      .RecipBits      (RecipFrac + 3),
      .OutBits        (OutBits),
      .OutShift       (OutShift),
      .PartDim        (1),
      .Parts          (1),
      .PartBits       (1),
      .InfoBits       (1),
      .OperandBits    (7),
      .ABits          (7),
      .BBits          (RecipFrac + 3)
  ) u_divide (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .en_o        (en),
      .part_valid_i(1'b1),
      .part_last_i (1'b1),
      .part_index_i(1'b0),
      .part_info_i (1'b0),
      .part_i      (element_i),
      .total_i     (total_i),
      .index_o     (index_o),
      .value_i     (value_i[RecipFrac+2:0]),
      .multiply_i  (1'b0),
      .a_i         (7'd0),
      .b_i         ({(RecipFrac + 3) {1'b0}}),
      .product_o   (product),
      .o_valid_o   (valid),
      .o_ready_i   (1'b1),
      .o_data_o    (out),
      .o_info_o    (index),
      .saturated_o (saturated_o),
      .sum_zero_o  (sum_zero_o)
  );

endmodule

module floats (
    input  wire        clk_i,
    input  wire        rst_ni,
    // adder
    input  wire [15:0] a_i,
    input  wire [15:0] b_i,
    output wire [15:0] sum_o,
    output wire        sum_overflow_o,
    // weight of field field_i
    input  wire [28:0] field_i,
    input  wire [ 4:0] fraction_i,
    output wire [15:0] weight_o,
    output wire        weight_overflow_o,
    // chain
    input  wire [79:0] numbers_i,
    output wire [15:0] chain_o,
    output wire        chain_overflow_o,
    // lanes of codes of 9 and of 17 bits, a key a cycle
    input  wire [15:0] lane_weight_i,
    input  wire [16:0] lane_value_i,
    input  wire        lane_fresh_i,
    output wire [15:0] lane9_o,
    output wire        lane9_overflow_o,
    output wire [15:0] lane17_o,
    output wire        lane17_overflow_o,
    // dividers: {R, B, OF - F} of floats.cpp
    input  wire [15:0] element_i,
    input  wire [15:0] total_i,
    output wire [19:0] index_o,
    input  wire [59:0] value_i,
    output wire [99:0] out_o,
    output wire [ 3:0] saturated_o,
    output wire [ 3:0] sum_zero_o
);

  ks_float_add u_add (
      .a_i       (a_i),
      .b_i       (b_i),
      .sum_o     (sum_o),
      .overflow_o(sum_overflow_o)
  );

  ks_float_pack #(
      .FieldBits(29)
  ) u_pack (
      .zero_i    (1'b0),
      .negative_i(1'b0),
      .field_i   (field_i),
      .fraction_i(fraction_i),
      .float_o   (weight_o),
      .overflow_o(weight_overflow_o)
  );

  ks_float_sum #(
      .Count(5)
  ) u_sum (
      .clk_i     (clk_i),
      .en_i      (1'b1),
      .data_i    (numbers_i),
      .sum_o     (chain_o),
      .overflow_o(chain_overflow_o)
  );

  ks_lane_float #(
      .ValueBits(9)
  ) u_lane9 (
      .clk_i     (clk_i),
      .en_i      (1'b1),
      .multiply_i(1'b1),
      .value_i   (lane_value_i[8:0]),
      .weight_i  (lane_weight_i),
      .round_i   (1'b1),
      .add_i     (1'b1),
      .fresh_i   (lane_fresh_i),
      .overflow_o(lane9_overflow_o),
      .copy_i    (1'b1),
      .hold_o    (lane9_o)
  );

  ks_lane_float #(
      .ValueBits(17)
  ) u_lane17 (
      .clk_i     (clk_i),
      .en_i      (1'b1),
      .multiply_i(1'b1),
      .value_i   (lane_value_i),
      .weight_i  (lane_weight_i),
      .round_i   (1'b1),
      .add_i     (1'b1),
      .fresh_i   (lane_fresh_i),
      .overflow_o(lane17_overflow_o),
      .copy_i    (1'b1),
      .hold_o    (lane17_o)
  );

  genvar i;
  generate
    for (i = 0; i < 4; i = i + 1) begin : g_divider
      floats_divider #(
          .RecipFrac((i < 2) ? 5 : (i == 2) ? 12 : 8),
          .CodeBits ((i == 0) ? 9 : (i == 1) ? 17 : (i == 2) ? 2 : 9),
          .OutShift ((i == 1) ? 8 : (i == 3) ? 3 : 0)
      ) u_divider (
          .clk_i      (clk_i),
          .rst_ni     (rst_ni),
          .element_i  (element_i),
          .total_i    (total_i),
          .index_o    (index_o[5*i+:5]),
          .value_i    (value_i[15*i+:15]),
          .out_o      (out_o[25*i+:25]),
          .saturated_o(saturated_o[i]),
          .sum_zero_o (sum_zero_o[i])
      );
    end
  endgenerate

endmodule

`default_nettype wire
