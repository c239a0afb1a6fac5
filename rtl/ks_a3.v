// SPDX-License-Identifier: Apache-2.0
//
// The A3 engine (Ham et al., HPCA 2020; SPEC 7) without its registers and tables, which the
// generated top adds.
//
//   commands -> ks_command --+--> ks_load ---> sorted columns, K, V, mean rows
//                            +--> ks_attend -> ks_greedy -> ks_score_keys -> ks_filter -> ks_back
//
// Three queries are worked on at once: one makes its greedy steps while the candidates of the one
// before are scored and what is kept of the one before that is weighed and accumulated.
//
// Latency and throughput: docs/cycles.md. Streams are valid/ready; a row is Dim codes, element i in
// bits [i*CodeBits +: CodeBits]; a beat of the sorted columns is Dim entries {row, value}, that of
// column i in bits [i*(RowBits+CodeBits) +: RowBits+CodeBits], and comes with a row of K and one of
// V. See the blocks for everything else.

`default_nettype none

module ks_a3 #(
    // what the user chose
    parameter Keys            = 320,  // n: keys a page holds
    parameter Dim             = 64,   // d
    parameter CodeBits        = 9,    // B
    parameter Float           = 0,    // 1: accumulator = float
    parameter ExpFrac         = 5,    // E
    parameter RecipFrac       = 8,    // R
    parameter OutBits         = 9,    // OB
    parameter OutShift        = 0,    // OF - F
    parameter GuardBits       = 9,    // G
    parameter Ways            = 2,    // accumulators
    parameter Mean            = 1,    // 1: compensate = mean
    parameter PartDim         = 16,   // m_o
    parameter Pages           = 2,
    parameter Iterations      = 640,  // largest M
    // widths that follow (cmodel/sizes.c)
    parameter ScoreBits       = 24,
    parameter MarginBits      = 24,
    parameter ExpBits         = 28,
    parameter AccBits         = 30,
    parameter TotalBits       = 23,
    parameter MergedBits      = 34,
    parameter MergedTotalBits = 26,
    parameter RecipIndexBits  = 8,
    parameter RecipBits       = 10,
    parameter SumBits         = 18,
    // queues (cmodel/sizes.c)
    parameter Slots           = 4,
    parameter FilterDepth     = 331,
    parameter Records         = 4,
    parameter FifoDepth       = 7,
    parameter Flight          = 16,
    parameter Contexts        = 4,    // ATTEND commands under way, a power of two
    // derived: do not set
    parameter CountBits       = $clog2(Keys + 1),
    parameter RowBits         = (Keys == 1) ? 1 : $clog2(Keys)
) (
    input  wire                              clk_i,
    input  wire                              rst_ni,
    // command stream
    input  wire                              cmd_valid_i,
    output wire                              cmd_ready_o,
    input  wire [                      63:0] cmd_data_i,
    // row streams in
    input  wire                              k_valid_i,
    output wire                              k_ready_o,
    input  wire [          Dim*CodeBits-1:0] k_data_i,
    input  wire                              v_valid_i,
    output wire                              v_ready_o,
    input  wire [          Dim*CodeBits-1:0] v_data_i,
    input  wire                              s_valid_i,
    output wire                              s_ready_o,
    input  wire [Dim*(RowBits+CodeBits)-1:0] s_data_i,
    input  wire                              q_valid_i,
    output wire                              q_ready_o,
    input  wire [          Dim*CodeBits-1:0] q_data_i,
    // row stream out
    output wire                              o_valid_o,
    input  wire                              o_ready_i,
    output wire [           Dim*OutBits-1:0] o_data_o,
    output wire [                      15:0] o_tag_o,
    output wire [                      15:0] o_number_o,
    output wire                              o_last_o,
    // registers
    input  wire [                      15:0] exp_mul_i,
    input  wire [                       5:0] exp_shift_i,
    input  wire [                      15:0] iterations_i,
    input  wire [                      31:0] post_t_i,
    input  wire [                      15:0] post_t_high_i,
    output wire                              busy_o,
    output wire [                       4:0] charge_o,
    output wire                              refused_o,
    output wire [                       7:0] refusal_o,
    output wire                              saturated_o,
    output wire                              overflow_o,
    output wire                              sum_zero_o,
    output wire                              unsorted_o,
    output wire                              query_done_o,
    output wire [             CountBits-1:0] candidates_o,
    output wire [             CountBits-1:0] used_o,
    // tables
    output wire [               ExpFrac-1:0] exp_index_o,
    input  wire [                 ExpFrac:0] exp_value_i,
    output wire [        RecipIndexBits-1:0] recip_index_o,
    input  wire [             RecipBits-1:0] recip_value_i,
    // trace, stream 0: the key is a candidate of the query, stream 1: it is used
    output wire [                       1:0] trace_valid_o,
    input  wire [                       1:0] trace_ready_i,
    output wire [                      31:0] trace_tag_o,
    output wire [                      31:0] trace_query_o,
    output wire [             2*RowBits-1:0] trace_row_o
);

  localparam RowWidth = Dim * CodeBits;
  localparam EntryBits = RowBits + CodeBits;
  localparam RowAddr = (Pages * Keys == 1) ? 1 : $clog2(Pages * Keys);
  localparam StepBits = $clog2(Iterations + 1);
  localparam ContextBits = $clog2(Contexts);
  localparam ContextWord = StepBits + MarginBits;  // {iterations, margin} of a context
  localparam InfoBits = ContextBits + 16 + 1;      // {context, number, last} of a query
  localparam SlotBits = $clog2(Pages + 1);
  localparam [31:0] PAGE_ROWS = (Pages == 1) ? 0 : Keys;

  // ---- commands --------------------------------------------------------------------------------

  localparam [3:0] OPCODE_ATTEND = 2;
  localparam [7:0] REFUSED_ITERATIONS = 9;
  localparam [31:0] ITERATIONS = Iterations;

  wire pending, load_start, load_page, load_afresh, load_busy, load_busy_page;
  wire [CountBits-1:0] load_count, load_keys;
  wire attend_start, attend_busy, unused_instruct;
  wire [15:0] at_hand, attend_count, attend_iterations;
  wire [MarginBits-1:0] attend_margin;
  wire [ContextBits-1:0] attend_context;
  wire [Pages*SlotBits-1:0] page_slot;
  wire [SlotBits-1:0] spare_slot;
  wire spare_used;
  wire [Contexts-1:0] context_page, context_exact;
  wire [Contexts*16-1:0] context_tag, context_exp_mul;
  wire [Contexts*6-1:0] context_exp_shift;
  wire [Contexts*CountBits-1:0] context_keys;
  wire [Contexts*ContextWord-1:0] context_word;
  wire [Contexts*SlotBits-1:0] context_slot;
  wire retire;
  wire [ContextBits-1:0] retire_context;
  wire is_search = at_hand[3:0] == OPCODE_ATTEND && !at_hand[8];
  wire unused_at_hand = &{1'b0, at_hand};
  // No two scores are farther apart than MarginBits bits can tell.
  wire [47:0] post_t = {post_t_high_i, post_t_i};
  wire [MarginBits-1:0] margin =
      |post_t[47:MarginBits] ? {MarginBits{1'b1}} : post_t[MarginBits-1:0];
  wire iterations_bad =
      is_search && (attend_iterations == 16'd0 || attend_iterations > ITERATIONS[15:0]);

  ks_command #(
      .Keys        (Keys),
      .CountBits   (CountBits),
      .Pages       (Pages),
      .Contexts    (Contexts),
      .ContextBits (ContextBits),
      .Appends     (0),
      .SettingsBits(16 + MarginBits),
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
      .settings_i         ({iterations_i, margin}),
      .settings_o         ({attend_iterations, attend_margin}),
      .at_hand_o          (at_hand),
      .refusal_i          (iterations_bad ? REFUSED_ITERATIONS : 8'd0),
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
      .attend_word_i      ({attend_iterations[StepBits-1:0], attend_margin}),
      .attend_busy_i      (attend_busy),
      .instruct_o         (unused_instruct),
      .instruct_ready_i   (1'b1),
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

  // ---- load ------------------------------------------------------------------------------------

  wire row_valid, row_first, mean_make, mean_made;
  wire [CountBits-1:0] row_number;
  wire [RowWidth-1:0] row_k, row_v;
  wire [Dim*EntryBits-1:0] row_s;
  reg  [2:0] checking_q;  // beats whose order is not known to be right

  ks_load #(
      .RowWidth   (RowWidth),
      .SortedWidth(Dim * EntryBits),
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
      .s_valid_i     (s_valid_i),
      .s_ready_o     (s_ready_o),
      .s_data_i      (s_data_i),
      .row_valid_o   (row_valid),
      .row_ready_i   (1'b1),
      .row_first_o   (row_first),
      .row_number_o  (row_number),
      .row_k_o       (row_k),
      .row_v_o       (row_v),
      .row_s_o       (row_s),
      .stored_i      (checking_q == 3'd0),
      .mean_make_o   (mean_make),
      .mean_made_i   (mean_made)
  );
  always @(posedge clk_i) begin
    if (!rst_ni) checking_q <= 3'd0;
    else checking_q <= {checking_q[1:0], row_valid};
  end

  wire [RowAddr+CountBits-1:0] row_wide = {{RowAddr{1'b0}}, row_number};
  wire unused_row = &{1'b0, row_wide[RowAddr+CountBits-1:RowAddr]};
  wire [RowAddr-1:0] write_addr =
      row_wide[RowAddr-1:0] + (load_busy_page ? PAGE_ROWS[RowAddr-1:0] : {RowAddr{1'b0}});

  wire [RowWidth-1:0] sorted_values;
  wire [Dim*RowBits-1:0] sorted_rows;
  genvar i;
  generate
    for (i = 0; i < Dim; i = i + 1) begin : g_column
      assign {sorted_rows[i*RowBits+:RowBits], sorted_values[i*CodeBits+:CodeBits]} =
          row_s[i*EntryBits+:EntryBits];
    end
  endgenerate

  // ---- queries ---------------------------------------------------------------------------------

  wire query_valid, query_ready, query_last, slot_go;
  wire [RowWidth-1:0] query;
  wire [ContextBits-1:0] query_context;
  wire [15:0] query_number;
  wire take = query_valid && slot_go && query_ready;

  ks_attend #(
      .RowWidth   (RowWidth),
      .ContextBits(ContextBits)
  ) u_attend (
      .clk_i          (clk_i),
      .rst_ni         (rst_ni),
      .start_i        (attend_start),
      .start_count_i  (attend_count),
      .start_context_i(attend_context),
      .busy_o         (attend_busy),
      .q_valid_i      (q_valid_i),
      .q_ready_o      (q_ready_o),
      .q_data_i       (q_data_i),
      .query_valid_o  (query_valid),
      .query_ready_i  (slot_go && query_ready),
      .query_o        (query),
      .query_context_o(query_context),
      .query_number_o (query_number),
      .query_last_o   (query_last)
  );

  // ---- select ----------------------------------------------------------------------------------

  wire key_valid, key_ready, key_last, unused_none, selecting;
  wire [RowBits-1:0] key_row;
  wire [CountBits-1:0] key_count;
  wire [InfoBits-1:0] key_info;
  wire [ContextBits-1:0] key_context = key_info[InfoBits-1-:ContextBits];

  ks_greedy #(
      .Keys      (Keys),
      .Dim       (Dim),
      .CodeBits  (CodeBits),
      .Pages     (Pages),
      .Iterations(Iterations),
      .InfoBits  (InfoBits)
  ) u_greedy (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .load_valid_i (row_valid),
      .load_first_i (row_first),
      .load_addr_i  (write_addr),
      .load_values_i(sorted_values),
      .load_rows_i  (sorted_rows),
      .order_error_o(unsorted_o),
      .query_valid_i(query_valid && slot_go),
      .query_ready_o(query_ready),
      .query_i      (query),
      .query_page_i (context_page[query_context]),
      .query_keys_i (context_keys[query_context*CountBits+:CountBits]),
      .query_steps_i(context_word[query_context*ContextWord+MarginBits+:StepBits]),
      .query_exact_i(context_exact[query_context]),
      .query_info_i ({query_context, query_number, query_last}),
      .key_valid_o  (key_valid),
      .key_ready_i  (key_ready),
      .key_row_o    (key_row),
      .key_last_o   (key_last),
      .key_none_o   (unused_none),
      .key_count_o  (key_count),
      .key_info_o   (key_info),
      .busy_o       (selecting)
  );

  // ---- score -----------------------------------------------------------------------------------

  localparam OpenBits = $clog2(Records + 1);
  wire start, issue, unused_issue, ring_room, score_valid, score_mean, score_last;
  wire [OpenBits-1:0] open;
  wire [SlotBits-1:0] mean_k_slot;
  wire [RowWidth-1:0] mean_k;
  wire [ScoreBits-1:0] score;
  wire [RowBits-1:0] score_row;
  wire [CountBits-1:0] score_count;
  wire [InfoBits-1:0] score_info;

  ks_score_keys #(
      .Keys     (Keys),
      .Dim      (Dim),
      .CodeBits (CodeBits),
      .Pages    (Pages),
      .Slots    (Slots),
      .Records  (Records),
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
      .take_row_i   (query),
      .go_o         (slot_go),
      .key_valid_i  (key_valid),
      .key_ready_o  (key_ready),
      .key_row_i    (key_row),
      .key_last_i   (key_last),
      .key_count_i  (key_count),
      .key_info_i   (key_info),
      .key_page_i   (context_page[key_context]),
      .key_mean_i   (Mean != 0 && !context_exact[key_context]),
      .key_slot_i   (context_slot[key_context*SlotBits+:SlotBits]),
      .start_o      (start),
      .issue_o      (issue),
      .issue_last_o (unused_issue),
      .room_i       (ring_room),
      .open_i       (open),
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

  // ---- filter ----------------------------------------------------------------------------------

  wire [ContextBits-1:0] score_context = score_info[InfoBits-1-:ContextBits];
  wire used_valid, used_null, used_mean, used_last, queue_room;
  wire [RowBits-1:0] used_row;
  wire [ScoreBits-1:0] used_score;
  wire [CountBits-1:0] unused_keys;
  wire [InfoBits-1:0] used_info;
  wire [ContextBits-1:0] used_context = used_info[InfoBits-1-:ContextBits];

  ks_filter #(
      .Depth     (FilterDepth),
      .Records   (Records),
      .Mean      (Mean),
      .ScoreBits (ScoreBits),
      .MarginBits(MarginBits),
      .RowBits   (RowBits),
      .CountBits (CountBits),
      .InfoBits  (InfoBits)
  ) u_filter (
      .clk_i         (clk_i),
      .rst_ni        (rst_ni),
      .start_i       (start),
      .issue_i       (issue),
      .room_o        (ring_room),
      .open_o        (open),
      .score_valid_i (score_valid),
      .score_mean_i  (score_mean),
      .score_last_i  (score_last),
      .score_i       (score),
      .score_row_i   (score_row),
      .exact_i       (context_exact[score_context]),
      .margin_i      (context_word[score_context*ContextWord+:MarginBits]),
      .keys_i        (context_keys[score_context*CountBits+:CountBits]),
      .count_i       (score_count),
      .info_i        (score_info),
      .issue_valid_o (used_valid),
      .issue_ready_i (queue_room),
      .issue_null_o  (used_null),
      .issue_mean_o  (used_mean),
      .issue_last_o  (used_last),
      .issue_row_o   (used_row),
      .issue_score_o (used_score),
      .issue_unused_o(unused_keys),
      .issue_info_o  (used_info),
      .trace_valid_o (trace_valid_o[1]),
      .trace_ready_i (trace_ready_i[1]),
      .done_o        (query_done_o),
      .found_o       (candidates_o),
      .used_o        (used_o)
  );

  assign trace_tag_o = {context_tag[used_context*16+:16], context_tag[key_context*16+:16]};
  assign trace_query_o = {used_info[16:1], key_info[16:1]};
  assign trace_row_o = {used_row, key_row};

  // ---- weigh, accumulate, divide ---------------------------------------------------------------

  wire unused_sum;
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
      .key_valid_i        (used_valid),
      .key_ready_o        (queue_room),
      .key_null_i         (used_null),
      .key_mean_i         (used_mean),
      .key_last_i         (used_last),
      .key_row_i          (used_row),
      .key_score_i        (used_score),
      .key_unused_i       (unused_keys),
      .key_info_i         (used_info),
      .sum_go_i           (1'b1),
      .sum_last_o         (unused_sum),
      .context_page_i     (context_page),
      .context_last_i     ({Contexts{1'b1}}),
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
      .attend_i      (open != 0),
      .select_i      (selecting),
      .charge_o      (charge_o),
      .busy_o        (busy_o)
  );

endmodule

`default_nettype wire
