// SPDX-License-Identifier: Apache-2.0
//
// One byte's step of the frames' checksum: CRC-16 with the polynomial x^16 + x^12 + x^5 + 1, highest
// bit first, to be started at 0xffff ("CRC-16/IBM-3740"). Over bytes that end with their own
// checksum, high byte first, it becomes 0. Combinational.
//
//   crc_i, crc_o  the checksum before and after data_i

`default_nettype none

module ks_crc16 (
    input  wire [15:0] crc_i,
    input  wire [ 7:0] data_i,
    output reg  [15:0] crc_o
);

  integer bit_index;
  always @* begin
    crc_o = crc_i ^ {data_i, 8'd0};
    for (bit_index = 0; bit_index < 8; bit_index = bit_index + 1)
      crc_o = {crc_o[14:0], 1'b0} ^ (crc_o[15] ? 16'h1021 : 16'h0000);
  end

endmodule

`default_nettype wire
