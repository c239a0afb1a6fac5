// SPDX-License-Identifier: Apache-2.0
//
// Weight of the virtual key (SPEC 5): the mean key stands for u skipped keys, so its weight m is
// multiplied by u and brought back to 2^E <= m' < 2^(E+1). Weights of real keys pass unchanged.
// Latency: 2 cycles; one weight a cycle.
//
//   virtual_i  m_i, e_i belong to the virtual key
//   unused_i   u, keys the query skips, >= 1 where virtual_i

`default_nettype none

module ks_virtual #(
    parameter ExpFrac   = 5,   // E
    parameter ExpBits   = 28,  // bits of e
    parameter CountBits = 10   // bits of u
) (
    input  wire                 clk_i,
    input  wire                 virtual_i,
    input  wire [CountBits-1:0] unused_i,
    input  wire [    ExpFrac:0] m_i,
    input  wire [  ExpBits-1:0] e_i,
    output wire [    ExpFrac:0] m_o,
    output wire [  ExpBits-1:0] e_o
);

  localparam WideBits = ExpFrac + 1 + CountBits;
  localparam TopBits = $clog2(WideBits);
  localparam [31:0] E = ExpFrac;

  reg                virtual_q;
  reg [WideBits-1:0] wide_q;
  reg [   ExpFrac:0] m_q, m_out_q;
  reg [ ExpBits-1:0] e_q, e_out_q;

  // Multiply.
  always @(posedge clk_i) begin
    virtual_q <= virtual_i;
    wide_q    <= m_i * unused_i;
    m_q       <= m_i;
    e_q       <= e_i;
  end

  // Normalise: the top one moves to bit E; rounding may carry it to bit E + 1.
  wire [ TopBits-1:0] top;
  wire [ TopBits-1:0] down = top - E[TopBits-1:0];
  wire [  WideBits:0] rounded;
  wire                carry = rounded[ExpFrac+1];
  wire                unused_rounded = &{1'b0, rounded[WideBits:ExpFrac+2]};

  ks_top_one #(
      .Width(WideBits)
  ) u_top (
      .x_i    (wide_q),
      .index_o(top)
  );

  ks_rshr #(
      .Width    (WideBits + 1),
      .ShiftBits(TopBits)
  ) u_round (
      .x_i    ({1'b0, wide_q}),
      .shift_i(down),
      .y_o    (rounded)
  );

  always @(posedge clk_i) begin
    m_out_q <= !virtual_q ? m_q : carry ? {1'b1, {ExpFrac{1'b0}}} : rounded[ExpFrac:0];
    e_out_q <= !virtual_q ? e_q
             : e_q + {{(ExpBits - TopBits) {1'b0}}, down} + {{(ExpBits - 1) {1'b0}}, carry};
  end
  assign m_o = m_out_q;
  assign e_o = e_out_q;

endmodule

`default_nettype wire
