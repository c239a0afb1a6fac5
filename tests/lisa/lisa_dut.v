// SPDX-License-Identifier: Apache-2.0
//
// LISA's selectors with the sizes that follow from the configuration; the bench plays the score
// stage between them.

`default_nettype none

module lisa_dut #(
    parameter Keys       = 128,
    parameter Dim        = 64,
    parameter CodeBits   = 9,
    parameter Rows       = 4,
    parameter TopK       = 32,
    parameter TopQ       = 16,
    parameter StageCells = 4,
    parameter Lists      = 4,
    parameter Pages      = 2,
    parameter ScoreBits  = 24,
    parameter ScoreDelay = 5,
    parameter InfoBits   = 12,
    parameter DataBits   = 32,
    // derived: do not set
    parameter KeyBits     = (Keys == 1) ? 1 : $clog2(Keys),
    parameter IndexBits   = (Rows == 1) ? 1 : $clog2(Rows),
    parameter AddrBits    = (Keys * Pages == 1) ? 1 : $clog2(Keys * Pages),
    parameter CountBits   = $clog2(Keys + 1),
    parameter TopKBits    = $clog2(TopK + 1),
    parameter TopQBits    = $clog2(TopQ + 1),
    parameter QueriesBits = $clog2(Rows + 1),
    parameter DimBits     = $clog2(Dim + 1)
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    // rows of K
    input  wire                    write_i,
    input  wire [    AddrBits-1:0] write_addr_i,
    input  wire [Dim*CodeBits-1:0] write_k_i,
    input  wire [    CodeBits-2:0] tau_i,
    output wire                    ternary_count_valid_o,
    output wire [     DimBits-1:0] ternary_count_o,
    // groups
    input  wire                    start_valid_i,
    output wire                    start_ready_o,
    input  wire [    AddrBits-1:0] start_addr_i,
    input  wire [   CountBits-1:0] start_keys_i,
    input  wire [    TopKBits-1:0] start_top_i,
    input  wire                    start_positive_i,
    input  wire                    start_exact_i,
    input  wire [ QueriesBits-1:0] start_queries_i,
    input  wire [    InfoBits-1:0] start_info_i,
    output wire                    query_read_o,
    output wire [   IndexBits-1:0] query_index_o,
    input  wire [Dim*CodeBits-1:0] query_i,
    // candidates
    output wire                    candidate_valid_o,
    input  wire                    candidate_ready_i,
    output wire [     KeyBits-1:0] candidate_key_o,
    output wire                    candidate_last_o,
    output wire [   CountBits-1:0] candidate_count_o,
    output wire [   IndexBits-1:0] candidate_index_o,
    output wire                    candidate_group_last_o,
    output wire                    candidate_exact_o,
    output wire [    InfoBits-1:0] candidate_info_o,
    output wire                    predict_busy_o,
    // scores
    output wire                    room_o,
    input  wire                    issue_i,
    input  wire                    issue_last_i,
    input  wire                    score_valid_i,
    input  wire [   ScoreBits-1:0] score_i,
    input  wire                    score_through_i,
    input  wire                    score_last_i,
    input  wire [    TopQBits-1:0] score_top_i,
    input  wire [    DataBits-1:0] score_data_i,
    // used keys
    output wire                    used_valid_o,
    input  wire                    used_ready_i,
    output wire [   ScoreBits-1:0] used_score_o,
    output wire                    used_through_o,
    output wire                    used_last_o,
    output wire [    DataBits-1:0] used_data_o,
    output wire                    top_q_busy_o
);

  wire                ternary_read;
  wire [AddrBits-1:0] ternary_addr;
  wire [   2*Dim-1:0] ternary;

  ks_ternary #(
      .Dim     (Dim),
      .CodeBits(CodeBits),
      .Depth   (Keys * Pages),
      .AddrBits(AddrBits)
  ) u_ternary (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .write_i      (write_i),
      .write_addr_i (write_addr_i),
      .write_k_i    (write_k_i),
      .tau_i        (tau_i),
      .count_valid_o(ternary_count_valid_o),
      .count_o      (ternary_count_o),
      .read_i       (ternary_read),
      .read_addr_i  (ternary_addr),
      .key_o        (ternary)
  );

  ks_predict #(
      .Keys      (Keys),
      .Dim       (Dim),
      .CodeBits  (CodeBits),
      .Rows      (Rows),
      .TopK      (TopK),
      .StageCells(StageCells),
      .Lists     (Lists),
      .AddrBits  (AddrBits),
      .InfoBits  (InfoBits),
      .KeyBits   (KeyBits),
      .IndexBits (IndexBits)
  ) u_predict (
      .clk_i                 (clk_i),
      .rst_ni                (rst_ni),
      .start_valid_i         (start_valid_i),
      .start_ready_o         (start_ready_o),
      .start_addr_i          (start_addr_i),
      .start_keys_i          (start_keys_i),
      .start_top_i           (start_top_i),
      .start_positive_i      (start_positive_i),
      .start_exact_i         (start_exact_i),
      .start_queries_i       (start_queries_i),
      .start_info_i          (start_info_i),
      .ternary_read_o        (ternary_read),
      .ternary_addr_o        (ternary_addr),
      .ternary_i             (ternary),
      .query_read_o          (query_read_o),
      .query_index_o         (query_index_o),
      .query_i               (query_i),
      .candidate_valid_o     (candidate_valid_o),
      .candidate_ready_i     (candidate_ready_i),
      .candidate_key_o       (candidate_key_o),
      .candidate_last_o      (candidate_last_o),
      .candidate_count_o     (candidate_count_o),
      .candidate_index_o     (candidate_index_o),
      .candidate_group_last_o(candidate_group_last_o),
      .candidate_exact_o     (candidate_exact_o),
      .candidate_info_o      (candidate_info_o),
      .busy_o                (predict_busy_o)
  );

  ks_top_q #(
      .TopK      (TopK),
      .TopQ      (TopQ),
      .StageCells(StageCells),
      .ScoreBits (ScoreBits),
      .DataBits  (DataBits),
      .ScoreDelay(ScoreDelay)
  ) u_top_q (
      .clk_i          (clk_i),
      .rst_ni         (rst_ni),
      .room_o         (room_o),
      .issue_i        (issue_i),
      .issue_last_i   (issue_last_i),
      .score_valid_i  (score_valid_i),
      .score_i        (score_i),
      .score_through_i(score_through_i),
      .score_last_i   (score_last_i),
      .score_top_i    (score_top_i),
      .score_data_i   (score_data_i),
      .used_valid_o   (used_valid_o),
      .used_ready_i   (used_ready_i),
      .used_score_o   (used_score_o),
      .used_through_o (used_through_o),
      .used_last_o    (used_last_o),
      .used_data_o    (used_data_o),
      .busy_o         (top_q_busy_o)
  );

endmodule

`default_nettype wire
