// SPDX-License-Identifier: Apache-2.0
//
// One bank's TRACE stream: a beat for every key that the bank takes. A register stands between the
// bank and the stream; while the stream does not take its beat, the bank issues nothing.

`default_nettype none

module ks_trace #(
    parameter Width = 42  // bits of a beat
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire             key_valid_i,
    input  wire [Width-1:0] key_i,
    output wire             key_ready_o,
    output wire             trace_valid_o,
    input  wire             trace_ready_i,
    output wire [Width-1:0] trace_o
);

  reg             valid_q;
  reg [Width-1:0] beat_q;

  assign key_ready_o   = !valid_q || trace_ready_i;
  assign trace_valid_o = valid_q;
  assign trace_o       = beat_q;

  always @(posedge clk_i) begin
    if (!rst_ni) valid_q <= 1'b0;
    else if (key_ready_o) valid_q <= key_valid_i;
    if (key_valid_i) beat_q <= key_i;
  end

endmodule

`default_nettype wire
