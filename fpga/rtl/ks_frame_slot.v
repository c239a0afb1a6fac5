// SPDX-License-Identifier: Apache-2.0
//
// A beat of a stream that comes as bytes, the lowest first: collected byte by byte, offered to the
// stream when its frame has proved good, kept until the stream takes it. Bytes and commit_i must not
// come while valid_o is high.

`default_nettype none

module ks_frame_slot #(
    parameter Width = 64,             // bits of a beat
    parameter Bytes = (Width + 7) / 8  // derived: do not set
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    // frames
    input  wire             shift_i,
    input  wire [      7:0] byte_i,
    input  wire             commit_i,
    // stream
    output wire             valid_o,
    input  wire             ready_i,
    output wire [Width-1:0] data_o
);

  reg valid_q;
  reg [8*Bytes-1:0] data_q;
  wire [8*Bytes+7:0] shifted = {byte_i, data_q};

  assign valid_o = valid_q;
  assign data_o  = data_q[Width-1:0];
  wire unused_padding = &{1'b0, data_q, shifted[7:0]};

  always @(posedge clk_i) begin
    if (shift_i) data_q <= shifted[8*Bytes+7:8];
    if (!rst_ni) valid_q <= 1'b0;
    else if (commit_i) valid_q <= 1'b1;
    else if (ready_i) valid_q <= 1'b0;
  end

endmodule

`default_nettype wire
