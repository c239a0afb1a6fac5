// SPDX-License-Identifier: Apache-2.0
//
// LOAD: takes rows of K and V in pairs, one pair a cycle, writes them to the banks, and sees the hash and the
// norm of each row through to their memories (SPEC 6, 9). A pair waits in a register for the hash unit; in the
// cycle in which that has taken it, it is written, and in the next its bank is asked for the row's norm.
//
// A LOAD ends when every hash and norm is stored and, where there is a virtual key, the page's mean row is made.
//
//   start_*       a LOAD begins (only while busy_o is low): page, whether the page starts afresh, rows
//   k_*, v_*      row streams
//   row_*         the pair that waits; row_ready_i: the hash unit is done with it
//   write_*       the row goes to this bank (one-hot) and address
//   norm_ask_*    a cycle later: the bank shall compute the norm of that row
//   hash_valid_i  a key's hash is there: it belongs to hash_bank_o, hash_lane_o (one-hot), hash_addr_o
//   norm_*        likewise norms, NormDelay cycles after the question
//   end_o         position after the last key of each page, see ks_position; max_norm_o largest norm of each
//   mean_*        make the page's mean row; it is made

`default_nettype none

module ks_load #(
    parameter Dim       = 64,
    parameter CodeBits  = 9,
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
    parameter Mean      = 1     // 1: wait for the mean row
) (
    input  wire                                                  clk_i,
    input  wire                                                  rst_ni,
    // command
    input  wire                                                  start_i,
    input  wire                                                  start_page_i,
    input  wire                                                  start_afresh_i,
    input  wire [                                 CountBits-1:0] start_count_i,
    output wire                                                  busy_o,
    output wire                                                  page_o,
    // rows
    input  wire                                                  k_valid_i,
    output wire                                                  k_ready_o,
    input  wire [                              Dim*CodeBits-1:0] k_data_i,
    input  wire                                                  v_valid_i,
    output wire                                                  v_ready_o,
    input  wire [                              Dim*CodeBits-1:0] v_data_i,
    output wire                                                  row_valid_o,
    input  wire                                                  row_ready_i,
    output wire                                                  row_first_o,
    output wire [                              Dim*CodeBits-1:0] row_k_o,
    output wire [                              Dim*CodeBits-1:0] row_v_o,
    // K and V memories, norms
    output wire [                                     Banks-1:0] write_bank_o,
    output wire [                                   RowAddr-1:0] write_addr_o,
    output wire [                                     Banks-1:0] norm_ask_bank_o,
    output wire [                                   RowAddr-1:0] norm_ask_addr_o,
    // hash and norm memories
    input  wire                                                  hash_valid_i,
    output wire [                                     Banks-1:0] hash_bank_o,
    output wire [                                     Lanes-1:0] hash_lane_o,
    output wire [                                  WordAddr-1:0] hash_addr_o,
    input  wire [                                  NormBits-1:0] norm_i,
    output wire [                                     Banks-1:0] norm_bank_o,
    output wire [                                     Lanes-1:0] norm_lane_o,
    output wire [                                  WordAddr-1:0] norm_addr_o,
    // what is known of the pages
    output wire [Pages*(BankBits+RowBits+LaneBits+WordBits)-1:0] end_o,
    output wire [                            Pages*NormBits-1:0] max_norm_o,
    // mean row
    output wire                                                  mean_make_o,
    input  wire                                                  mean_made_i
);

  localparam PositionBits = BankBits + RowBits + LaneBits + WordBits;
  localparam RowAt = BankBits;
  localparam LaneAt = BankBits + RowBits;
  localparam WordAt = BankBits + RowBits + LaneBits;

  // ---- the command ------------------------------------------------------------------------------------------

  reg                  busy_q, page_q, afresh_q, made_q;
  reg  [CountBits-1:0] rows_q, hashes_q, norms_q;  // still to come
  reg                  row_valid_q;
  wire                 take = k_valid_i && v_valid_i && rows_q != 0 && (!row_valid_q || row_ready_i);
  wire                 rows_in = busy_q && rows_q == 0 && !row_valid_q;
  wire                 made = made_q || mean_made_i || Mean == 0;
  wire                 norm_valid;

  assign busy_o      = busy_q;
  assign page_o      = page_q;
  assign mean_make_o = rows_in && !made_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      busy_q   <= 1'b0;
      rows_q   <= {CountBits{1'b0}};
      hashes_q <= {CountBits{1'b0}};
      norms_q  <= {CountBits{1'b0}};
    end else if (start_i) begin
      busy_q   <= 1'b1;
      rows_q   <= start_count_i;
      hashes_q <= start_count_i;
      norms_q  <= start_count_i;
    end else begin
      if (rows_in && made && hashes_q == 0 && norms_q == 0) busy_q <= 1'b0;
      if (take) rows_q <= rows_q - 1'b1;
      if (hash_valid_i) hashes_q <= hashes_q - 1'b1;
      if (norm_valid) norms_q <= norms_q - 1'b1;
    end
    if (start_i) begin
      page_q <= start_page_i;
      made_q <= 1'b0;
    end else if (mean_made_i) begin
      made_q <= 1'b1;
    end
    if (start_i) afresh_q <= start_afresh_i;
    else if (row_valid_q && row_ready_i) afresh_q <= 1'b0;
  end

  // ---- a pair of rows -----------------------------------------------------------------------------------------

  reg [Dim*CodeBits-1:0] row_k_q, row_v_q;

  assign k_ready_o = v_valid_i && rows_q != 0 && (!row_valid_q || row_ready_i);
  assign v_ready_o = k_valid_i && rows_q != 0 && (!row_valid_q || row_ready_i);

  always @(posedge clk_i) begin
    if (!rst_ni) row_valid_q <= 1'b0;
    else if (take) row_valid_q <= 1'b1;
    else if (row_ready_i) row_valid_q <= 1'b0;
    if (take) begin
      row_k_q <= k_data_i;
      row_v_q <= v_data_i;
    end
  end
  assign row_valid_o = row_valid_q;
  assign row_first_o = afresh_q;
  assign row_k_o     = row_k_q;
  assign row_v_o     = row_v_q;

  // ---- positions: of rows in each page, of hashes and norms in this LOAD ---------------------------------------

  wire                          write = row_valid_q && row_ready_i;
  wire [Pages*PositionBits-1:0] page_end;
  wire [      PositionBits-1:0] start_end, row_at, hash_at, norm_at;

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
          .step_i    (write && page_q == p),
          .position_o(page_end[p*PositionBits+:PositionBits])
      );
    end
    if (Pages == 1) begin : g_one
      assign start_end = page_end;
      assign row_at    = page_end;
    end else begin : g_two
      assign start_end = start_page_i ? page_end[PositionBits+:PositionBits] : page_end[0+:PositionBits];
      assign row_at    = page_q ? page_end[PositionBits+:PositionBits] : page_end[0+:PositionBits];
    end
  endgenerate
  assign end_o = page_end;

  ks_position #(
      .Banks   (Banks),
      .Lanes   (Lanes),
      .BankBits(BankBits),
      .LaneBits(LaneBits),
      .RowBits (RowBits),
      .WordBits(WordBits)
  ) u_hash_at (
      .clk_i     (clk_i),
      .restart_i (start_i && start_afresh_i),
      .load_i    (start_i),
      .position_i(start_end),
      .step_i    (hash_valid_i),
      .position_o(hash_at)
  );

  ks_position #(
      .Banks   (Banks),
      .Lanes   (Lanes),
      .BankBits(BankBits),
      .LaneBits(LaneBits),
      .RowBits (RowBits),
      .WordBits(WordBits)
  ) u_norm_at (
      .clk_i     (clk_i),
      .restart_i (start_i && start_afresh_i),
      .load_i    (start_i),
      .position_i(start_end),
      .step_i    (norm_valid),
      .position_o(norm_at)
  );

  // ---- addresses -----------------------------------------------------------------------------------------------

  localparam [31:0] PAGE_ROWS = (Pages == 1) ? 0 : Rows;
  localparam [31:0] PAGE_WORDS = (Pages == 1) ? 0 : Words;
  wire [RowAddr-1:0] row_offset = page_q ? PAGE_ROWS[RowAddr-1:0] : {RowAddr{1'b0}};
  wire [WordAddr-1:0] word_offset = page_q ? PAGE_WORDS[WordAddr-1:0] : {WordAddr{1'b0}};
  wire [RowAddr+RowBits-1:0] row_wide = {{RowAddr{1'b0}}, row_at[RowAt+:RowBits]};
  wire [WordAddr+WordBits-1:0] hash_wide = {{WordAddr{1'b0}}, hash_at[WordAt+:WordBits]};
  wire [WordAddr+WordBits-1:0] norm_wide = {{WordAddr{1'b0}}, norm_at[WordAt+:WordBits]};
  wire unused_wide = &{1'b0, row_wide, hash_wide, norm_wide, row_at, hash_at, norm_at};

  generate
    for (i = 0; i < Banks; i = i + 1) begin : g_bank
      assign write_bank_o[i] = write && row_at[BankBits-1:0] == i;
      assign hash_bank_o[i]  = hash_valid_i && hash_at[BankBits-1:0] == i;
      assign norm_bank_o[i]  = norm_valid && norm_at[BankBits-1:0] == i;
    end
    for (i = 0; i < Lanes; i = i + 1) begin : g_lane
      assign hash_lane_o[i] = hash_at[LaneAt+:LaneBits] == i;
      assign norm_lane_o[i] = norm_at[LaneAt+:LaneBits] == i;
    end
  endgenerate
  assign write_addr_o = row_offset + row_wide[RowAddr-1:0];
  assign hash_addr_o  = word_offset + hash_wide[WordAddr-1:0];
  assign norm_addr_o  = word_offset + norm_wide[WordAddr-1:0];

  // ---- norms: ask, await, keep the largest -----------------------------------------------------------------------

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

  generate
    for (p = 0; p < Pages; p = p + 1) begin : g_max
      reg [NormBits-1:0] max_q;
      always @(posedge clk_i) begin
        if (start_i && start_afresh_i && start_page_i == p) max_q <= {NormBits{1'b0}};
        else if (norm_valid && page_q == p && norm_i > max_q) max_q <= norm_i;
      end
      assign max_norm_o[p*NormBits+:NormBits] = max_q;
    end
  endgenerate

endmodule

`default_nettype wire
