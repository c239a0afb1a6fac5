// SPDX-License-Identifier: Apache-2.0
//
// Where the next key of a page goes: keys are dealt to the banks in turn (SPEC 6: key j lives in
// bank j mod Banks), a bank's keys to its lanes in turn. Four counters in step, so that nothing is
// divided.
//
//   restart_i  go to key 0; load_i: go to position_i; step_i: one key further
//   position_o {word, lane, row, bank}: key j is row `row` = j / Banks of bank `bank`, which is
//              lane row mod Lanes of scan word row / Lanes

`default_nettype none

module ks_position #(
    parameter Banks    = 4,
    parameter Lanes    = 8,
    parameter BankBits = 2,  // max(1, clog2(Banks))
    parameter LaneBits = 3,  // max(1, clog2(Lanes))
    parameter RowBits  = 8,  // bits of 0..rows of a bank
    parameter WordBits = 5   // bits of 0..words of a bank
) (
    input  wire                                          clk_i,
    input  wire                                          restart_i,
    input  wire                                          load_i,
    input  wire [BankBits+RowBits+LaneBits+WordBits-1:0] position_i,
    input  wire                                          step_i,
    output wire [BankBits+RowBits+LaneBits+WordBits-1:0] position_o
);

  localparam [31:0] LAST_BANK = Banks - 1;
  localparam [31:0] LAST_LANE = Lanes - 1;

  reg  [BankBits-1:0] bank_q;
  reg  [ RowBits-1:0] row_q;
  reg  [LaneBits-1:0] lane_q;
  reg  [WordBits-1:0] word_q;
  wire                last_bank = bank_q == LAST_BANK[BankBits-1:0];
  wire                last_lane = lane_q == LAST_LANE[LaneBits-1:0];

  assign position_o = {word_q, lane_q, row_q, bank_q};

  always @(posedge clk_i) begin
    if (restart_i) begin
      {word_q, lane_q, row_q, bank_q} <= {(BankBits + RowBits + LaneBits + WordBits) {1'b0}};
    end else if (load_i) begin
      {word_q, lane_q, row_q, bank_q} <= position_i;
    end else if (step_i) begin
      bank_q <= last_bank ? {BankBits{1'b0}} : bank_q + 1'b1;
      if (last_bank) begin
        row_q  <= row_q + 1'b1;
        lane_q <= last_lane ? {LaneBits{1'b0}} : lane_q + 1'b1;
        if (last_lane) word_q <= word_q + 1'b1;
      end
    end
  end

endmodule

`default_nettype wire
