// SPDX-License-Identifier: Apache-2.0
//
// The LISA engine (Chen et al., AICAS 2022; SPEC 8) without its registers and tables, which the
// generated top adds.
//
//   commands ──> ks_command ──┬──> ks_load ──> K, ternary keys, V, mean rows
//                             │
//            ks_sequencer ────┤ instructions, a cycle each
//                             │
//              ┌─ PREDICT ────┼── SCORE ──────────┬─ SOFTMAX ─────┬─ WSUM
//              v              v                   v               v
//   Q ──> ks_gather ──> ks_predict ──> ks_score_keys ──> ks_top_q ──> ks_back ──> O
//
// The groups of queries pass the stages in the order of their PREDICTs; what an instruction does is
// to let the next group pass the stage that it names (ks_permit). A command is an ATTEND, a program
// of instructions that the sequencer writes, or an instruction.
//
// Latency and throughput: docs/cycles.md. Streams are valid/ready; a row is Dim codes, element i in
// bits [i*CodeBits +: CodeBits]. See the blocks for everything else.

`default_nettype none

module ks_lisa #(
    // what the user chose
    parameter Keys            = 128,  // n: keys a page holds
    parameter Dim             = 64,   // d
    parameter CodeBits        = 9,    // B
    parameter Float           = 0,    // 1: accumulator = float
    parameter ExpFrac         = 5,    // E
    parameter RecipFrac       = 8,    // R
    parameter OutBits         = 9,    // OB
    parameter OutShift        = 0,    // OF - F
    parameter GuardBits       = 7,    // G
    parameter Ways            = 2,    // accumulators
    parameter Mean            = 1,    // 1: compensate = mean
    parameter PartDim         = 16,   // m_o
    parameter Pages           = 2,
    parameter Rows            = 4,    // queries of a group
    parameter TopK            = 32,   // largest top_k
    parameter TopQ            = 16,   // largest top_q
    // widths that follow (cmodel/sizes.c)
    parameter ScoreBits       = 24,
    parameter ExpBits         = 28,
    parameter AccBits         = 28,
    parameter TotalBits       = 21,
    parameter MergedBits      = 30,
    parameter MergedTotalBits = 22,
    parameter RecipIndexBits  = 8,
    parameter RecipBits       = 10,
    parameter SumBits         = 16,
    // queues (cmodel/sizes.c)
    parameter StageCells      = 4,    // cells of the sorters between two registers
    parameter Lists           = 4,    // groups between the start of their pass and SCORE
    parameter Slots           = 24,   // queries between the Q stream and SCORE
    parameter FifoDepth       = 7,
    parameter Flight          = 16,
    parameter Contexts        = 8,    // ATTENDs and PREDICTs under way, a power of two >= 8
    // derived: do not set
    parameter CountBits       = $clog2(Keys + 1),
    parameter RowBits         = (Keys == 1) ? 1 : $clog2(Keys)
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    // command stream
    input  wire                    cmd_valid_i,
    output wire                    cmd_ready_o,
    input  wire [            63:0] cmd_data_i,
    // row streams in
    input  wire                    k_valid_i,
    output wire                    k_ready_o,
    input  wire [Dim*CodeBits-1:0] k_data_i,
    input  wire                    v_valid_i,
    output wire                    v_ready_o,
    input  wire [Dim*CodeBits-1:0] v_data_i,
    input  wire                    q_valid_i,
    output wire                    q_ready_o,
    input  wire [Dim*CodeBits-1:0] q_data_i,
    // row stream out
    output wire                    o_valid_o,
    input  wire                    o_ready_i,
    output wire [ Dim*OutBits-1:0] o_data_o,
    output wire [            15:0] o_tag_o,
    output wire [            15:0] o_number_o,
    output wire                    o_last_o,
    // registers
    input  wire [            15:0] exp_mul_i,
    input  wire [             5:0] exp_shift_i,
    input  wire [            31:0] tau_i,
    input  wire [            15:0] top_k_i,
    input  wire [            15:0] top_q_i,
    output wire                    busy_o,
    output wire [             4:0] charge_o,
    output wire                    refused_o,
    output wire [             7:0] refusal_o,
    output wire                    saturated_o,
    output wire                    overflow_o,
    output wire                    sum_zero_o,
    output wire                    nonzeros_valid_o,
    output wire [             8:0] nonzeros_o,
    output wire                    query_done_o,
    output wire [   CountBits-1:0] candidates_o,
    output wire [   CountBits-1:0] used_o,
    // tables
    output wire [     ExpFrac-1:0] exp_index_o,
    input  wire [       ExpFrac:0] exp_value_i,
    output wire [RecipIndexBits-1:0] recip_index_o,
    input  wire [   RecipBits-1:0] recip_value_i,
    // trace, stream 0: the key is a candidate of the query, stream 1: it is used
    output wire [             1:0] trace_valid_o,
    input  wire [             1:0] trace_ready_i,
    output wire [            31:0] trace_tag_o,
    output wire [            31:0] trace_query_o,
    output wire [   2*RowBits-1:0] trace_row_o
);

  localparam RowWidth = Dim * CodeBits;
  localparam RowAddr = (Pages * Keys == 1) ? 1 : $clog2(Pages * Keys);
  localparam ContextBits = $clog2(Contexts);
  localparam TopKBits = $clog2(TopK + 1);
  localparam TopQBits = $clog2(TopQ + 1);
  localparam QueriesBits = $clog2(Rows + 1);
  localparam IndexBits = (Rows == 1) ? 1 : $clog2(Rows);
  localparam TauBits = CodeBits - 1;
  localparam SettingsBits = 1 + TauBits + 32;        // {tau is no code, tau, top_k, top_q}
  localparam ContextWord = 2 + TopKBits + TopQBits;  // {last, positive, top_k, top_q}
  localparam InfoBits = ContextBits + 16 + 1;        // {context, number, last} of a query, a group
  localparam SlotBits = $clog2(Pages + 1);
  localparam TreeStages = ($clog2(Dim) + 1) / 2;
  localparam ScoreDelay = 3 + TreeStages;
  localparam [31:0] PAGE_ROWS = (Pages == 1) ? 0 : Keys;

  // ---- commands --------------------------------------------------------------------------------

  localparam [3:0] OPCODE_LOAD = 1;
  localparam [3:0] OPCODE_ATTEND = 2;
  localparam [3:0] OPCODE_PREDICT = 8;
  localparam [7:0] REFUSED_TAU = 10;
  localparam [7:0] REFUSED_TOP_K = 11;
  localparam [7:0] REFUSED_TOP_Q = 12;
  localparam [7:0] REFUSED_ORDER = 13;
  localparam [7:0] REFUSED_OPEN = 14;
  localparam [31:0] TOP_K = TopK;
  localparam [31:0] TOP_Q = TopQ;

  wire pending, load_start, load_page, load_afresh, load_busy, load_busy_page;
  wire [CountBits-1:0] load_count, load_keys;
  wire attend_start, attend_ready, instruct, instruct_ready;
  wire [15:0] at_hand, attend_count;
  wire [ContextBits-1:0] attend_context;
  wire [Pages*SlotBits-1:0] page_slot;
  wire [SlotBits-1:0] spare_slot;
  wire spare_used;
  wire [Contexts-1:0] context_page, context_exact, context_last, context_positive;
  wire [Contexts*16-1:0] context_tag, context_exp_mul;
  wire [Contexts*6-1:0] context_exp_shift;
  wire [Contexts*CountBits-1:0] context_keys;
  wire [Contexts*TopKBits-1:0] context_top_k;
  wire [Contexts*TopQBits-1:0] context_top_q;
  wire [Contexts*ContextWord-1:0] context_word;
  wire [Contexts*SlotBits-1:0] context_slot;
  wire retire;
  wire [ContextBits-1:0] retire_context;

  wire tau_bad;
  wire [TauBits-1:0] tau;
  wire [15:0] top_k, top_q;
  wire in_order, first, open, page_open;
  wire [3:0] less_one;
  wire is_load = at_hand[3:0] == OPCODE_LOAD;
  wire is_attend = at_hand[3:0] == OPCODE_ATTEND;
  wire is_predict = at_hand[3:0] == OPCODE_PREDICT;
  wire exact = at_hand[8];
  wire selects = (is_attend || is_predict) && !exact;
  wire top_k_bad = top_k == 16'd0 || top_k > TOP_K[15:0];
  wire top_q_bad = top_q == 16'd0 || top_q > TOP_Q[15:0] || top_q > top_k;
  reg [7:0] refusal;
  always @* begin
    refusal = 8'd0;
    if (is_load && load_afresh && tau_bad) refusal = REFUSED_TAU;
    else if (selects && top_k_bad) refusal = REFUSED_TOP_K;
    else if (selects && top_q_bad) refusal = REFUSED_TOP_Q;
    else if (is_load) refusal = page_open ? REFUSED_OPEN : 8'd0;
    else if (is_attend) refusal = open ? REFUSED_OPEN : 8'd0;
    else if (!in_order) refusal = REFUSED_ORDER;
  end

  // Lists of an exact query have no length.
  wire [ContextWord-1:0] attend_word = {
    is_attend || at_hand[11],
    at_hand[9],
    exact ? {{(TopKBits - 1) {1'b0}}, 1'b1} : top_k[TopKBits-1:0],
    exact ? {{(TopQBits - 1) {1'b0}}, 1'b1} : top_q[TopQBits-1:0]
  };

  ks_command #(
      .Keys        (Keys),
      .CountBits   (CountBits),
      .Pages       (Pages),
      .Contexts    (Contexts),
      .ContextBits (ContextBits),
      .Appends     (1),
      .Flags       (3),
      .Rows        (Rows),
      .SettingsBits(SettingsBits),
      .WordBits    (ContextWord),
      .SlotBits    (SlotBits)
  ) u_command (
      .clk_i              (clk_i),
      .rst_ni             (rst_ni),
      .cmd_valid_i        (cmd_valid_i),
      .cmd_ready_o        (cmd_ready_o),
      .cmd_data_i         (cmd_data_i),
      .pending_o          (pending),
      .refused_o          (refused_o),
      .refusal_o          (refusal_o),
      .exp_mul_i          (exp_mul_i),
      .exp_shift_i        (exp_shift_i),
      .settings_i         ({|tau_i[31:TauBits], tau_i[TauBits-1:0], top_k_i, top_q_i}),
      .settings_o         ({tau_bad, tau, top_k, top_q}),
      .at_hand_o          (at_hand),
      .refusal_i          (refusal),
      .load_start_o       (load_start),
      .load_page_o        (load_page),
      .load_afresh_o      (load_afresh),
      .load_count_o       (load_count),
      .load_keys_o        (load_keys),
      .load_busy_i        (load_busy),
      .load_busy_page_i   (load_busy_page),
      .page_slot_i        (page_slot),
      .attend_start_o     (attend_start),
      .attend_count_o     (attend_count),
      .attend_context_o   (attend_context),
      .attend_word_i      (attend_word),
      .attend_busy_i      (!attend_ready),
      .instruct_o         (instruct),
      .instruct_ready_i   (instruct_ready),
      .retire_i           (retire),
      .retire_context_i   (retire_context),
      .context_page_o     (context_page),
      .context_exact_o    (context_exact),
      .context_tag_o      (context_tag),
      .context_exp_mul_o  (context_exp_mul),
      .context_exp_shift_o(context_exp_shift),
      .context_keys_o     (context_keys),
      .context_word_o     (context_word),
      .context_slot_o     (context_slot),
      .spare_slot_i       (spare_slot),
      .spare_used_o       (spare_used)
  );

  ks_order u_order (
      .clk_i      (clk_i),
      .rst_ni     (rst_ni),
      .at_hand_i  (at_hand),
      .in_order_o (in_order),
      .first_o    (first),
      .less_one_o (less_one),
      .predict_i  (attend_start && is_predict),
      .attend_i   (attend_start && is_attend),
      .instruct_i (instruct),
      .open_o     (open),
      .page_open_o(page_open)
  );

  genvar c;
  generate
    for (c = 0; c < Contexts; c = c + 1) begin : g_context
      assign {context_last[c], context_positive[c], context_top_k[c*TopKBits+:TopKBits],
              context_top_q[c*TopQBits+:TopQBits]} = context_word[c*ContextWord+:ContextWord];
    end
  endgenerate

  // ---- load ------------------------------------------------------------------------------------

  wire row_valid, row_first, mean_make, mean_made, unused_ready, unused_sorted;
  wire [CountBits-1:0] row_number;
  wire [RowWidth-1:0] row_k, row_v;
  wire [CountBits-1:0] load_base = load_keys - load_count;
  reg  [CountBits-1:0] base_q;
  reg  [Pages*TauBits-1:0] page_tau_q;
  reg  [TreeStages:0] counting_q;  // rows whose non-zeros are not counted
  wire [TreeStages+1:0] counting = {counting_q, row_valid};
  wire unused_counting = counting[TreeStages+1];

  ks_load #(
      .RowWidth   (RowWidth),
      .SortedWidth(1),
      .CountBits  (CountBits),
      .Mean       (Mean)
  ) u_load (
      .clk_i         (clk_i),
      .rst_ni        (rst_ni),
      .start_i       (load_start),
      .start_page_i  (load_page),
      .start_afresh_i(load_afresh),
      .start_count_i (load_count),
      .busy_o        (load_busy),
      .page_o        (load_busy_page),
      .k_valid_i     (k_valid_i),
      .k_ready_o     (k_ready_o),
      .k_data_i      (k_data_i),
      .v_valid_i     (v_valid_i),
      .v_ready_o     (v_ready_o),
      .v_data_i      (v_data_i),
      .s_valid_i     (1'b1),
      .s_ready_o     (unused_ready),
      .s_data_i      (1'b0),
      .row_valid_o   (row_valid),
      .row_ready_i   (1'b1),
      .row_first_o   (row_first),
      .row_number_o  (row_number),
      .row_k_o       (row_k),
      .row_v_o       (row_v),
      .row_s_o       (unused_sorted),
      .stored_i      (counting_q == 0),
      .mean_make_o   (mean_make),
      .mean_made_i   (mean_made)
  );

  genvar p;
  generate
    for (p = 0; p < Pages; p = p + 1) begin : g_page
      always @(posedge clk_i) begin
        if (load_start && load_afresh && load_page == p) page_tau_q[p*TauBits+:TauBits] <= tau;
      end
    end
  endgenerate
  always @(posedge clk_i) begin
    if (!rst_ni) counting_q <= {TreeStages + 1{1'b0}};
    else counting_q <= counting[TreeStages:0];
    if (load_start) base_q <= load_base;
  end

  wire [CountBits-1:0] row_place = base_q + row_number;
  wire [RowAddr+CountBits-1:0] row_wide = {{RowAddr{1'b0}}, row_place};
  wire unused_row = &{1'b0, row_wide[RowAddr+CountBits-1:RowAddr]};
  wire [RowAddr-1:0] write_addr =
      row_wide[RowAddr-1:0] + (load_busy_page ? PAGE_ROWS[RowAddr-1:0] : {RowAddr{1'b0}});

  // ---- instructions ----------------------------------------------------------------------------

  localparam GroupBits = QueriesBits + ContextBits + 2;
  localparam Waiting = 8;  // groups between their PREDICT and their rows
  wire sequencing, word_valid, word_first, word_last;
  wire [1:0] word_step;
  wire [QueriesBits-1:0] word_queries;
  reg  [ContextBits-1:0] word_context_q;
  wire [3:0] waiting;
  wire [3:0] room;  // for an instruction of each step
  wire word = word_valid && room[word_step];
  assign room[0] = waiting != Waiting;
  assign attend_ready = !sequencing && room[0];
  assign instruct_ready = room[at_hand[1:0]];

  ks_sequencer #(
      .Rows(Rows)
  ) u_sequencer (
      .clk_i         (clk_i),
      .rst_ni        (rst_ni),
      .start_i       (attend_start && is_attend),
      .start_count_i (attend_count),
      .busy_o        (sequencing),
      .word_valid_o  (word_valid),
      .word_ready_i  (room[word_step]),
      .word_step_o   (word_step),
      .word_queries_o(word_queries),
      .word_first_o  (word_first),
      .word_last_o   (word_last)
  );
  always @(posedge clk_i) if (attend_start && is_attend) word_context_q <= attend_context;

  // Either the sequencer gives an instruction or the command stream.
  wire [4:0] queries_wide = {1'b0, less_one} + 5'd1;
  wire unused_queries = &{1'b0, queries_wide};
  wire [QueriesBits-1:0] step_queries = sequencing ? word_queries : queries_wide[QueriesBits-1:0];
  wire [3:0] step;
  genvar i;
  generate
    for (i = 0; i < 4; i = i + 1) begin : g_step
      assign step[i] = (word && word_step == i) || (instruct && at_hand[1:0] == i);
    end
  endgenerate

  wire predict = attend_start && is_predict;
  wire group_valid = waiting != 4'd0;
  wire group_ready, group_first, group_last;
  wire [QueriesBits-1:0] group_queries;
  wire [ContextBits-1:0] group_context;
  ks_fifo #(
      .Width(GroupBits),
      .Depth(Waiting)
  ) u_predicts (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .push_i (step[0] || predict),
      .data_i (predict ? {attend_count[QueriesBits-1:0], attend_context, first, 1'b1}
                       : {word_queries, word_context_q, word_first, word_last}),
      .count_o(waiting),
      .data_o ({group_queries, group_context, group_first, group_last}),
      .pop_i  (group_ready)
  );

  wire score_go, score_passed, soften_go, soften_passed, sum_go, sum_passed;
  ks_permit #(
      .Rows(Rows)
  ) u_score_permit (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .add_i        (step[1]),
      .add_queries_i(step_queries),
      .room_o       (room[1]),
      .pass_i       (score_passed),
      .some_o       (score_go)
  );
  ks_permit #(
      .Rows(Rows)
  ) u_soften_permit (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .add_i        (step[2]),
      .add_queries_i(step_queries),
      .room_o       (room[2]),
      .pass_i       (soften_passed),
      .some_o       (soften_go)
  );
  ks_permit #(
      .Rows(Rows)
  ) u_sum_permit (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .add_i        (step[3]),
      .add_queries_i(step_queries),
      .room_o       (room[3]),
      .pass_i       (sum_passed),
      .some_o       (sum_go)
  );

  // ---- PREDICT ---------------------------------------------------------------------------------

  wire take, slot_go, start_valid, start_ready, query_read;
  wire [QueriesBits-1:0] start_queries;
  wire [InfoBits-1:0] start_info;
  wire [ContextBits-1:0] start_context = start_info[InfoBits-1-:ContextBits];
  wire [IndexBits-1:0] query_index;
  wire [RowWidth-1:0] query;

  ks_gather #(
      .RowWidth   (RowWidth),
      .Rows       (Rows),
      .ContextBits(ContextBits),
      .IndexBits  (IndexBits)
  ) u_gather (
      .clk_i          (clk_i),
      .rst_ni         (rst_ni),
      .group_valid_i  (group_valid),
      .group_ready_o  (group_ready),
      .group_queries_i(group_queries),
      .group_context_i(group_context),
      .group_first_i  (group_first),
      .group_last_i   (group_last),
      .q_valid_i      (q_valid_i),
      .q_ready_o      (q_ready_o),
      .q_data_i       (q_data_i),
      .go_i           (slot_go),
      .take_o         (take),
      .start_valid_o  (start_valid),
      .start_ready_i  (start_ready),
      .start_queries_o(start_queries),
      .start_info_o   (start_info),
      .read_i         (query_read),
      .read_index_i   (query_index),
      .query_o        (query)
  );

  wire ternary_read;
  wire [RowAddr-1:0] ternary_addr;
  wire [2*Dim-1:0] ternary;
  wire [$clog2(Dim+1)-1:0] nonzeros;
  wire [8+$clog2(Dim+1):0] nonzeros_wide = {9'd0, nonzeros};
  wire unused_nonzeros = &{1'b0, nonzeros_wide};
  assign nonzeros_o = nonzeros_wide[8:0];

  ks_ternary #(
      .Dim     (Dim),
      .CodeBits(CodeBits),
      .Depth   (Pages * Keys),
      .AddrBits(RowAddr)
  ) u_ternary (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .write_i      (row_valid),
      .write_addr_i (write_addr),
      .write_k_i    (row_k),
      .tau_i        (load_busy_page ? page_tau_q[(Pages-1)*TauBits+:TauBits]
                                    : page_tau_q[0+:TauBits]),
      .count_valid_o(nonzeros_valid_o),
      .count_o      (nonzeros),
      .read_i       (ternary_read),
      .read_addr_i  (ternary_addr),
      .key_o        (ternary)
  );

  wire candidate, candidate_go, candidate_last, candidate_group_last, candidate_exact, predicting;
  wire [RowBits-1:0] candidate_key;
  wire [CountBits-1:0] candidate_count;
  wire [IndexBits-1:0] candidate_index;
  wire [InfoBits-1:0] candidate_info;

  ks_predict #(
      .Keys      (Keys),
      .Dim       (Dim),
      .CodeBits  (CodeBits),
      .Rows      (Rows),
      .TopK      (TopK),
      .StageCells(StageCells),
      .Lists     (Lists),
      .AddrBits  (RowAddr),
      .InfoBits  (InfoBits),
      .KeyBits   (RowBits),
      .IndexBits (IndexBits)
  ) u_predict (
      .clk_i                 (clk_i),
      .rst_ni                (rst_ni),
      .start_valid_i         (start_valid),
      .start_ready_o         (start_ready),
      .start_addr_i          (context_page[start_context] ? PAGE_ROWS[RowAddr-1:0]
                                                          : {RowAddr{1'b0}}),
      .start_keys_i          (context_keys[start_context*CountBits+:CountBits]),
      .start_top_i           (context_top_k[start_context*TopKBits+:TopKBits]),
      .start_positive_i      (context_positive[start_context]),
      .start_exact_i         (context_exact[start_context]),
      .start_queries_i       (start_queries),
      .start_info_i          (start_info),
      .ternary_read_o        (ternary_read),
      .ternary_addr_o        (ternary_addr),
      .ternary_i             (ternary),
      .query_read_o          (query_read),
      .query_index_o         (query_index),
      .query_i               (query),
      .candidate_valid_o     (candidate),
      .candidate_ready_i     (candidate_go),
      .candidate_key_o       (candidate_key),
      .candidate_last_o      (candidate_last),
      .candidate_count_o     (candidate_count),
      .candidate_index_o     (candidate_index),
      .candidate_group_last_o(candidate_group_last),
      .candidate_exact_o     (candidate_exact),
      .candidate_info_o      (candidate_info),
      .busy_o                (predicting)
  );

  // Of its candidates a query uses `top`; of an exact one all are used.
  function [CountBits-1:0] used_of;
    input                 all;
    input [CountBits-1:0] candidates;
    input [ TopQBits-1:0] top;
    reg   [CountBits-1:0] most;
    begin
      most = {{(CountBits - TopQBits) {1'b0}}, top};
      used_of = (all || candidates < most) ? candidates : most;
    end
  endfunction

  // ---- SCORE -----------------------------------------------------------------------------------

  wire key_ready, issue, issue_last, ring_room, unused_first, score_valid, score_mean, score_last;
  wire unused_exact = candidate_exact;
  wire [ContextBits-1:0] key_context = candidate_info[InfoBits-1-:ContextBits];
  wire [15:0] key_number = candidate_info[16:1] + {{(16 - IndexBits) {1'b0}}, candidate_index};
  wire [InfoBits-1:0] key_info = {key_context, key_number,
                                  candidate_info[0] && candidate_group_last};
  wire [CountBits-1:0] key_used =
      used_of(context_exact[key_context], candidate_count,
              context_top_q[key_context*TopQBits+:TopQBits]);
  wire key_mean = Mean != 0 && key_used != context_keys[key_context*CountBits+:CountBits];
  wire [SlotBits-1:0] mean_k_slot;
  wire [RowWidth-1:0] mean_k;
  wire [ScoreBits-1:0] score;
  wire [RowBits-1:0] score_row;
  wire [CountBits-1:0] score_count;
  wire [InfoBits-1:0] score_info;
  wire [ContextBits-1:0] score_context = score_info[InfoBits-1-:ContextBits];

  assign candidate_go = key_ready && score_go;
  assign score_passed = candidate && candidate_go && candidate_last;

  ks_score_keys #(
      .Keys     (Keys),
      .Dim      (Dim),
      .CodeBits (CodeBits),
      .Pages    (Pages),
      .Slots    (Slots),
      .Records  (1),
      .MeanRoom (1),
      .ScoreBits(ScoreBits),
      .RowBits  (RowBits),
      .RowAddr  (RowAddr),
      .CountBits(CountBits),
      .InfoBits (InfoBits),
      .SlotBits (SlotBits)
  ) u_score (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .write_i      (row_valid),
      .write_addr_i (write_addr),
      .write_k_i    (row_k),
      .take_i       (take),
      .take_row_i   (q_data_i),
      .go_o         (slot_go),
      .key_valid_i  (candidate && score_go),
      .key_ready_o  (key_ready),
      .key_row_i    (candidate_key),
      .key_last_i   (candidate_last),
      .key_count_i  (candidate_count),
      .key_info_i   (key_info),
      .key_page_i   (context_page[key_context]),
      .key_mean_i   (key_mean),
      .key_slot_i   (context_slot[key_context*SlotBits+:SlotBits]),
      .start_o      (unused_first),
      .issue_o      (issue),
      .issue_last_o (issue_last),
      .room_i       (ring_room),
      .open_i       (1'b0),
      .trace_valid_o(trace_valid_o[0]),
      .trace_ready_i(trace_ready_i[0]),
      .mean_slot_o  (mean_k_slot),
      .mean_k_i     (mean_k),
      .score_valid_o(score_valid),
      .score_mean_o (score_mean),
      .score_last_o (score_last),
      .score_o      (score),
      .score_row_o  (score_row),
      .score_count_o(score_count),
      .score_info_o (score_info)
  );

  localparam DataBits = 1 + RowBits + CountBits + InfoBits;
  wire used, used_go, used_ready, used_mean, used_last, unused_through, filtering;
  wire [RowBits-1:0] used_row;
  wire [ScoreBits-1:0] used_score;
  wire [CountBits-1:0] used_count;
  wire [InfoBits-1:0] used_info;
  wire [ContextBits-1:0] used_context = used_info[InfoBits-1-:ContextBits];

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
      .room_o         (ring_room),
      .issue_i        (issue),
      .issue_last_i   (issue_last),
      .score_valid_i  (score_valid),
      .score_i        (score),
      .score_through_i(score_mean || context_exact[score_context]),
      .score_last_i   (score_last),
      .score_top_i    (context_top_q[score_context*TopQBits+:TopQBits]),
      .score_data_i   ({score_mean, score_row, score_count, score_info}),
      .used_valid_o   (used),
      .used_ready_i   (used_go),
      .used_score_o   (used_score),
      .used_through_o (unused_through),
      .used_last_o    (used_last),
      .used_data_o    ({used_mean, used_row, used_count, used_info}),
      .busy_o         (filtering)
  );

  assign used_o       = used_of(context_exact[used_context], used_count,
                                context_top_q[used_context*TopQBits+:TopQBits]);
  assign candidates_o = used_count;

  // ---- SOFTMAX, WSUM ---------------------------------------------------------------------------

  wire soften = soften_go && (used_mean || trace_ready_i[1]);  // nothing but the queue is in its way
  wire weighed = used && used_go;
  assign used_go          = used_ready && soften;
  assign soften_passed    = weighed && used_last;
  assign trace_valid_o[1] = weighed && !used_mean;
  assign query_done_o     = soften_passed;

  assign trace_tag_o   = {context_tag[used_context*16+:16], context_tag[key_context*16+:16]};
  assign trace_query_o = {used_info[16:1], key_number};
  assign trace_row_o   = {used_row, candidate_key};

  ks_back #(
      .Keys           (Keys),
      .Dim            (Dim),
      .CodeBits       (CodeBits),
      .Float          (Float),
      .ExpFrac        (ExpFrac),
      .RecipFrac      (RecipFrac),
      .OutBits        (OutBits),
      .OutShift       (OutShift),
      .GuardBits      (GuardBits),
      .Ways           (Ways),
      .Mean           (Mean),
      .PartDim        (PartDim),
      .Pages          (Pages),
      .ScoreBits      (ScoreBits),
      .ExpBits        (ExpBits),
      .AccBits        (AccBits),
      .TotalBits      (TotalBits),
      .MergedBits     (MergedBits),
      .MergedTotalBits(MergedTotalBits),
      .RecipIndexBits (RecipIndexBits),
      .RecipBits      (RecipBits),
      .SumBits        (SumBits),
      .FifoDepth      (FifoDepth),
      .Flight         (Flight),
      .Contexts       (Contexts),
      .ContextBits    (ContextBits),
      .SlotBits       (SlotBits),
      .RowBits        (RowBits),
      .RowAddr        (RowAddr),
      .CountBits      (CountBits),
      .InfoBits       (InfoBits)
  ) u_back (
      .clk_i              (clk_i),
      .rst_ni             (rst_ni),
      .count_start_i      (load_start),
      .count_i            (load_keys),
      .row_valid_i        (row_valid),
      .row_page_i         (load_busy_page),
      .row_first_i        (row_first),
      .row_addr_i         (write_addr),
      .row_k_i            (row_k),
      .row_v_i            (row_v),
      .mean_make_i        (mean_make),
      .mean_made_o        (mean_made),
      .page_slot_o        (page_slot),
      .spare_slot_o       (spare_slot),
      .spare_used_i       (spare_used),
      .mean_k_slot_i      (mean_k_slot),
      .mean_k_o           (mean_k),
      .key_valid_i        (used && soften),
      .key_ready_o        (used_ready),
      .key_null_i         (1'b0),
      .key_mean_i         (used_mean),
      .key_last_i         (used_last),
      .key_row_i          (used_row),
      .key_score_i        (used_score),
      .key_unused_i       (context_keys[used_context*CountBits+:CountBits] - used_o),
      .key_info_i         (used_info),
      .sum_go_i           (sum_go),
      .sum_last_o         (sum_passed),
      .context_page_i     (context_page),
      .context_last_i     (context_last),
      .context_tag_i      (context_tag),
      .context_exp_mul_i  (context_exp_mul),
      .context_exp_shift_i(context_exp_shift),
      .context_slot_i     (context_slot),
      .retire_o           (retire),
      .retire_context_o   (retire_context),
      .exp_index_o        (exp_index_o),
      .exp_value_i        (exp_value_i),
      .recip_index_o      (recip_index_o),
      .recip_value_i      (recip_value_i),
      .o_valid_o          (o_valid_o),
      .o_ready_i          (o_ready_i),
      .o_data_o           (o_data_o),
      .o_tag_o            (o_tag_o),
      .o_number_o         (o_number_o),
      .o_last_o           (o_last_o),
      .saturated_o        (saturated_o),
      .overflow_o         (overflow_o),
      .sum_zero_o         (sum_zero_o)
  );

  // ---- status ----------------------------------------------------------------------------------

  ks_status #(
      .OwedBits(16 + ContextBits + 1)
  ) u_status (
      .clk_i         (clk_i),
      .rst_ni        (rst_ni),
      .pending_i     (pending),
      .attend_start_i(attend_start),
      .attend_count_i(attend_count),
      .row_out_i     (o_valid_o && o_ready_i),
      .load_i        (load_busy),
      .attend_i      (filtering),
      .select_i      (predicting),
      .charge_o      (charge_o),
      .busy_o        (busy_o)
  );

endmodule

`default_nettype wire
