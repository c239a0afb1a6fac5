// SPDX-License-Identifier: Apache-2.0
//
// tests/multiply_rows.sh: products that Yosys maps by asic/multiply.v, and all their operands.

module products (
    input  signed [ 8:0] a_i,
    input  signed [ 6:0] b_i,
    output signed [15:0] whole_o,
    output signed [15:0] positive_o,  // b from 0 on
    output signed [12:0] low_o,       // only the lower bits
    output signed [19:0] wide_o,      // a sign more than a product has
    output signed [15:0] swapped_o
);
  wire signed [6:0] positive = {1'b0, b_i[5:0]};
  wire signed [19:0] wide = a_i * b_i;
  assign whole_o    = a_i * b_i;
  assign positive_o = a_i * positive;
  assign low_o      = a_i * b_i;
  assign wide_o     = wide;
  assign swapped_o  = b_i * a_i;
endmodule

`ifndef SYNTHESIS
module bench;
  reg signed [8:0] a;
  reg signed [6:0] b;
  wire signed [15:0] whole, positive, swapped;
  wire signed [12:0] low;
  wire signed [19:0] wide;
  integer i, j, product, half, wrong;

  mapped u_mapped (
      .a_i       (a),
      .b_i       (b),
      .whole_o   (whole),
      .positive_o(positive),
      .low_o     (low),
      .wide_o    (wide),
      .swapped_o (swapped)
  );

  initial begin
    wrong = 0;
    for (i = -256; i < 256; i = i + 1) begin
      for (j = -64; j < 64; j = j + 1) begin
        a       = i;
        b       = j;
        product = i * j;
        half    = i * ((j + 64) % 64);
        #1;
        if (whole !== product[15:0] || low !== product[12:0] || wide !== product[19:0] ||
            swapped !== product[15:0] || positive !== half[15:0]) begin
          wrong = wrong + 1;
        end
      end
    end
    if (wrong == 0) $display("PASS");
    else $display("%0d of 65536 are wrong", wrong);
    $finish;
  end
endmodule
`endif
