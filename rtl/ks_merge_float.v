// SPDX-License-Identifier: Apache-2.0
//
// The sums of a part of a row over the banks (SPEC 3, accumulator = float): added in the order of the banks, each
// addition rounded; a bank without a key adds zero. See ks_merge for the order of events. Latency: Banks cycles
// from a part to its sums, advancing with en_i. Floats as in ks_float_pack.
//
//   read_i      a part is on part_i, total_i;  filled_i  the banks that had a key
//   overflow_o  with part_o: one of these sums was saturated (meaningless where there is no part)

`default_nettype none

module ks_merge_float #(
    parameter Banks   = 4,
    parameter PartDim = 16
) (
    input  wire                        clk_i,
    input  wire                        en_i,
    input  wire                        read_i,
    input  wire [           Banks-1:0] filled_i,
    input  wire [Banks*PartDim*16-1:0] part_i,
    input  wire [        Banks*16-1:0] total_i,
    output wire [      PartDim*16-1:0] part_o,
    output wire [                15:0] total_o,
    output wire                        overflow_o
);

  // Number PartDim is the sum of weights.
  wire [(PartDim+1)*16-1:0] sums;
  wire [         PartDim:0] overflow;
  genvar b, i;
  generate
    for (i = 0; i <= PartDim; i = i + 1) begin : g_number
      reg [Banks*16-1:0] read_q;
      for (b = 0; b < Banks; b = b + 1) begin : g_bank
        wire [15:0] number;
        if (i < PartDim) begin : g_element
          assign number = part_i[(b*PartDim+i)*16+:16];
        end else begin : g_total
          assign number = total_i[b*16+:16];
        end
        always @(posedge clk_i) if (read_i) read_q[b*16+:16] <= filled_i[b] ? number : 16'd0;
      end
      ks_float_sum #(
          .Count(Banks)
      ) u_sum (
          .clk_i     (clk_i),
          .en_i      (en_i),
          .data_i    (read_q),
          .sum_o     (sums[i*16+:16]),
          .overflow_o(overflow[i])
      );
    end
  endgenerate

  assign {total_o, part_o} = sums;
  assign overflow_o        = |overflow;

endmodule

`default_nettype wire
