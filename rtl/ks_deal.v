// SPDX-License-Identifier: Apache-2.0
//
// Deals what a LOAD brings to ELSA's banks and lanes (SPEC 6): says which bank and address a row of
// K and V goes to, asks that bank for the row's norm in the next cycle, and says where its hash and
// its norm go as they come. Keeps where each page ends and the largest norm of each.
//
//   start_*       a LOAD begins; page_i its page from the next cycle on
//   row_i         a row is taken: write_* is where it goes, bank one-hot
//   norm_ask_*    a cycle later: the bank shall compute the norm of that row
//   hash_valid_i  a key's hash is there: it belongs to hash_bank_o, hash_lane_o (one-hot),
//                 hash_addr_o
//   norm_*        likewise norms, NormDelay cycles after the question
//   stored_o      every hash and norm of the rows taken is stored
//   attend_page_i a page; end_o position after its last key, see ks_position; max_norm_o its
//                 largest norm

`default_nettype none

module ks_deal #(
    parameter Banks     = 4,
    parameter Lanes     = 8,
    parameter Pages     = 2,
    parameter Rows      = 128,  // rows of a bank a page
    parameter Words     = 16,   // scan words of a bank a page
    parameter CountBits = 10,   // bits of 0..n
    parameter BankBits  = 2,
    parameter LaneBits  = 3,
    parameter RowBits   = 8,    // bits of 0..Rows
    parameter WordBits  = 5,    // bits of 0..Words
    parameter RowAddr   = 8,    // address bits of the K and V memories, page included
    parameter WordAddr  = 5,    // address bits of the hash and norm memories, page included
    parameter NormBits  = 12,
    parameter NormDelay = 10,   // cycles from the question to the norm
    parameter PositionBits = BankBits + RowBits + LaneBits + WordBits  // derived: do not set
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    // rows
    input  wire                    start_i,
    input  wire                    start_page_i,
    input  wire                    start_afresh_i,
    input  wire [   CountBits-1:0] start_count_i,
    input  wire                    page_i,
    input  wire                    row_i,
    output wire                    stored_o,
    // K and V memories, norms
    output wire [       Banks-1:0] write_bank_o,
    output wire [     RowAddr-1:0] write_addr_o,
    output wire [       Banks-1:0] norm_ask_bank_o,
    output wire [     RowAddr-1:0] norm_ask_addr_o,
    // hash and norm memories
    input  wire                    hash_valid_i,
    output wire [       Banks-1:0] hash_bank_o,
    output wire [       Lanes-1:0] hash_lane_o,
    output wire [    WordAddr-1:0] hash_addr_o,
    input  wire [    NormBits-1:0] norm_i,
    output wire [       Banks-1:0] norm_bank_o,
    output wire [       Lanes-1:0] norm_lane_o,
    output wire [    WordAddr-1:0] norm_addr_o,
    // what an ATTEND has to know
    input  wire                    attend_page_i,
    output wire [PositionBits-1:0] end_o,
    output wire [    NormBits-1:0] max_norm_o
);

  localparam RowAt = BankBits;
  localparam LaneAt = BankBits + RowBits;
  localparam WordAt = BankBits + RowBits + LaneBits;

  // ---- norms still to come; a row's hash is there before -----------------------------------------

  reg  [CountBits-1:0] norms_q;
  wire                 norm_valid;
  assign stored_o = norms_q == 0;
  always @(posedge clk_i) begin
    if (!rst_ni) norms_q <= {CountBits{1'b0}};
    else if (start_i) norms_q <= start_count_i;
    else if (norm_valid) norms_q <= norms_q - 1'b1;
  end

  // ---- positions: of rows in each page, of hashes and norms in this LOAD -----------------------

  // The latter with the address of their word, page included.
  localparam AddrPositionBits = BankBits + RowBits + LaneBits + WordAddr;
  localparam [31:0] PAGE_WORDS = (Pages == 1) ? 0 : Words;
  wire [Pages*PositionBits-1:0] page_end;
  wire [      PositionBits-1:0] start_end, row_at;
  wire [AddrPositionBits-1:0] hash_at, norm_at;

  genvar p, i;
  generate
    for (p = 0; p < Pages; p = p + 1) begin : g_page
      ks_position #(
          .Banks   (Banks),
          .Lanes   (Lanes),
          .BankBits(BankBits),
          .LaneBits(LaneBits),
          .RowBits (RowBits),
          .WordBits(WordBits)
      ) u_end (
          .clk_i     (clk_i),
          .restart_i (start_i && start_afresh_i && start_page_i == p),
          .load_i    (1'b0),
          .position_i({PositionBits{1'b0}}),
          .step_i    (row_i && page_i == p),
          .position_o(page_end[p*PositionBits+:PositionBits])
      );
    end
    if (Pages == 1) begin : g_one
      assign start_end = page_end;
      assign row_at    = page_end;
    end else begin : g_two
      assign start_end = start_page_i ? page_end[PositionBits+:PositionBits] : page_end[0+:PositionBits];
      assign row_at    = page_i ? page_end[PositionBits+:PositionBits] : page_end[0+:PositionBits];
    end
  endgenerate

  wire [WordAddr+WordBits-1:0] start_wide = {{WordAddr{1'b0}}, start_end[WordAt+:WordBits]};
  wire [WordAddr-1:0] start_addr = (start_afresh_i ? {WordAddr{1'b0}} : start_wide[WordAddr-1:0])
                                 + (start_page_i ? PAGE_WORDS[WordAddr-1:0] : {WordAddr{1'b0}});
  wire [AddrPositionBits-1:0] start_at =
      {start_addr, start_afresh_i ? {WordAt{1'b0}} : start_end[WordAt-1:0]};
  wire unused_start = &{1'b0, start_wide};

  ks_position #(
      .Banks   (Banks),
      .Lanes   (Lanes),
      .BankBits(BankBits),
      .LaneBits(LaneBits),
      .RowBits (RowBits),
      .WordBits(WordAddr)
  ) u_hash_at (
      .clk_i     (clk_i),
      .restart_i (1'b0),
      .load_i    (start_i),
      .position_i(start_at),
      .step_i    (hash_valid_i),
      .position_o(hash_at)
  );

  ks_position #(
      .Banks   (Banks),
      .Lanes   (Lanes),
      .BankBits(BankBits),
      .LaneBits(LaneBits),
      .RowBits (RowBits),
      .WordBits(WordAddr)
  ) u_norm_at (
      .clk_i     (clk_i),
      .restart_i (1'b0),
      .load_i    (start_i),
      .position_i(start_at),
      .step_i    (norm_valid),
      .position_o(norm_at)
  );

  // ---- addresses -------------------------------------------------------------------------------

  localparam [31:0] PAGE_ROWS = (Pages == 1) ? 0 : Rows;
  wire [RowAddr-1:0] row_offset = page_i ? PAGE_ROWS[RowAddr-1:0] : {RowAddr{1'b0}};
  wire [RowAddr+RowBits-1:0] row_wide = {{RowAddr{1'b0}}, row_at[RowAt+:RowBits]};
  wire unused_wide = &{1'b0, row_wide, row_at, hash_at, norm_at};

  generate
    for (i = 0; i < Banks; i = i + 1) begin : g_bank
      assign write_bank_o[i] = row_i && row_at[BankBits-1:0] == i;
      assign hash_bank_o[i]  = hash_valid_i && hash_at[BankBits-1:0] == i;
      assign norm_bank_o[i]  = norm_valid && norm_at[BankBits-1:0] == i;
    end
    for (i = 0; i < Lanes; i = i + 1) begin : g_lane
      assign hash_lane_o[i] = hash_at[LaneAt+:LaneBits] == i;
      assign norm_lane_o[i] = norm_at[LaneAt+:LaneBits] == i;
    end
  endgenerate
  assign write_addr_o = row_offset + row_wide[RowAddr-1:0];
  assign hash_addr_o  = hash_at[WordAt+:WordAddr];
  assign norm_addr_o  = norm_at[WordAt+:WordAddr];

  // ---- norms: ask, await, keep the largest -----------------------------------------------------

  reg [  Banks-1:0] ask_bank_q;
  reg [RowAddr-1:0] ask_addr_q;
  always @(posedge clk_i) begin
    if (!rst_ni) ask_bank_q <= {Banks{1'b0}};
    else ask_bank_q <= write_bank_o;
    ask_addr_q <= write_addr_o;
  end
  assign norm_ask_bank_o = ask_bank_q;
  assign norm_ask_addr_o = ask_addr_q;

  ks_valid_delay #(
      .Stages(NormDelay)
  ) u_norm_valid (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .d_i   (|ask_bank_q),
      .q_o   (norm_valid)
  );

  wire [Pages*NormBits-1:0] page_max_norm;
  generate
    for (p = 0; p < Pages; p = p + 1) begin : g_max
      reg [NormBits-1:0] max_q;
      always @(posedge clk_i) begin
        if (start_i && start_afresh_i && start_page_i == p) max_q <= {NormBits{1'b0}};
        else if (norm_valid && page_i == p && norm_i > max_q) max_q <= norm_i;
      end
      assign page_max_norm[p*NormBits+:NormBits] = max_q;
    end
  endgenerate

  // ---- what an ATTEND has to know --------------------------------------------------------------

  generate
    if (Pages == 1) begin : g_attend_one
      wire unused_page = attend_page_i;
      assign end_o      = page_end;
      assign max_norm_o = page_max_norm;
    end else begin : g_attend_two
      assign end_o      = attend_page_i ? page_end[PositionBits+:PositionBits] : page_end[0+:PositionBits];
      assign max_norm_o = attend_page_i ? page_max_norm[NormBits+:NormBits] : page_max_norm[0+:NormBits];
    end
  endgenerate

endmodule

`default_nettype wire
