// SPDX-License-Identifier: Apache-2.0
//
// ks_product and ks_window against `*` and `>>>`: every input where there are at most 2^16, else
// corners and random ones. The file of ks_product is the caller's choice.

`default_nettype none

module arithmetic #(
    parameter ABits     = 34,
    parameter BBits     = 10,
    parameter Width     = 36,
    parameter ShiftBits = 5,
    parameter OutBits   = 11
);

  reg  signed [      ABits-1:0] a;
  reg         [      BBits-1:0] b;
  wire        [ABits+BBits-1:0] sum, carry;
  wire        [ABits+BBits-1:0] product = sum + carry;
  wire signed [  ABits+BBits:0] expected = a * $signed({1'b0, b});
  ks_product #(
      .ABits(ABits),
      .BBits(BBits)
  ) u_product (
      .a_i    (a),
      .b_i    (b),
      .sum_o  (sum),
      .carry_o(carry)
  );

  reg  signed [    Width-1:0] x;
  reg         [ShiftBits-1:0] shift;
  wire        [  OutBits-1:0] y;
  wire                        fits;
  wire signed [    Width-1:0] shifted = x >>> shift;
  wire fitting = shifted[Width-1:OutBits-1] == {(Width - OutBits + 1) {shifted[OutBits-1]}};
  ks_window #(
      .Width    (Width),
      .ShiftBits(ShiftBits),
      .OutBits  (OutBits)
  ) u_window (
      .x_i    (x),
      .shift_i(shift),
      .y_o    (y),
      .fits_o (fits)
  );

  task compare;
    begin
      #1;
      if (product !== expected[ABits+BBits-1:0]) begin
        $display("product: %0d * %0d is not %0d", a, b, $signed(product));
        $stop;
      end
      if (y !== shifted[OutBits-1:0] || fits !== fitting) begin
        $display("window: %0d >>> %0d is not %h, fits %b", x, shift, y, fits);
        $stop;
      end
    end
  endtask

  // A random number of Bits bits with a run of equal bits at the top.
  function [63:0] any(input integer bits);
    reg [63:0] number;
    begin
      number = {$random, $random};
      any = $signed(number << (64 - bits)) >>> ($random & 63);
      any = $signed(any) >>> (64 - bits);
    end
  endfunction

  localparam All = ABits + BBits <= 16 || Width + ShiftBits <= 16;
  integer i;
  initial begin
    for (i = 0; i < (All ? 65536 : 8192); i = i + 1) begin
      {a, b} = i[15:0];
      {x, shift} = i[15:0];
      if (ABits + BBits > 16) begin
        a = any(ABits);
        b = (i % 4 == 0) ? {BBits{1'b1}} : any(BBits);
        if (i % 16 == 1) a = {1'b1, {(ABits - 1) {1'b0}}};
      end
      if (Width + ShiftBits > 16) begin
        x = any(Width);
        shift = $random;
      end
      compare;
    end
    $display("compared: %0d", i);
    $finish;
  end

endmodule

`default_nettype wire
