// SPDX-License-Identifier: Apache-2.0
//
// The ELSA engine (Ham et al., ISCA 2021; SPEC 6) without its registers and tables, which the
// generated top adds.
//
//   commands -> ks_command --+--> ks_load ---> hash, norms, banks, mean rows
//                            +--> ks_attend -> hash -> ks_select -> ks_launch -> banks -> ks_output
//
// Latency and throughput: docs/cycles.md. Streams are valid/ready; a row is Dim codes, element i in
// bits [i*CodeBits +: CodeBits]. See the blocks for everything else.

`default_nettype none

module ks_elsa #(
    // what the user chose
    parameter Keys            = 512,  // n: keys a page holds
    parameter Dim             = 64,   // d
    parameter CodeBits        = 9,    // B
    parameter Float           = 0,    // 1: accumulator = float
    parameter ExpFrac         = 5,    // E
    parameter RecipFrac       = 8,    // R
    parameter OutBits         = 9,    // OB
    parameter OutShift        = 0,    // OF - F
    parameter GuardBits       = 9,    // G
    parameter Ways            = 2,    // accumulators a bank
    parameter Mean            = 1,    // 1: compensate = mean
    parameter PartDim         = 16,   // m_o
    parameter Pages           = 2,
    parameter HashBits        = 64,   // k
    parameter Banks           = 4,
    parameter Lanes           = 8,
    parameter Lqf             = 0,    // 1: issue = lqf
    parameter QueueDepth      = 8,    // lqf: entries of a lane's queue
    parameter Kronecker       = 0,    // 1: hash = kronecker
    parameter HashDim         = 64,   // d rounded up to a power of two, or to a product of factors
    parameter HashBatches     = 1,    // ceil(k / HashDim)
    parameter NormShort       = 0,    // 1: norm_bits = 8
    parameter NormFrac        = 3,    // F, where NormShort
    // of hash = hadamard
    parameter [HashBatches*HashDim-1:0] HashNegative = 0,  // signs of the transforms, 1: -1
    // of hash = kronecker: see ks_hash_kronecker
    parameter HashFactors     = 1,
    parameter [4*HashFactors-1:0] HashSizes = 2,
    parameter HashElements    = 4,
    parameter [6*HashElements-1:0] HashMatrices = 0,
    parameter HashMultipliers = 1,
    parameter HashCycles      = 1,
    parameter HashWorkBits    = 10,
    parameter HashSumBits     = 16,
    // widths that follow (cmodel/sizes.c)
    parameter ScoreBits       = 24,
    parameter SquareBits      = 23,
    parameter RootBits        = 12,
    parameter NormBits        = 12,
    parameter SqrtIndexBits   = 4,
    parameter SqrtConstFrac   = 15,
    parameter ExpBits         = 28,
    parameter AccBits         = 30,
    parameter TotalBits       = 23,
    parameter MergedBits      = 34,
    parameter MergedTotalBits = 26,
    parameter RecipIndexBits  = 8,
    parameter RecipBits       = 10,
    parameter SumBits         = 18,
    // queues (cmodel/sizes.c)
    parameter HashQueue       = 6,
    parameter Slots           = 8,
    parameter FifoDepth       = 12,
    parameter Flight          = 21,
    parameter Contexts        = 4,    // ATTEND commands under way, a power of two
    // derived: do not set
    parameter CountBits       = $clog2(Keys + 1),
    parameter BankRows        = (Keys + Banks - 1) / Banks,
    parameter RowBits         = $clog2((BankRows > Lanes ? BankRows : Lanes) + 1)
) (
    input  wire                         clk_i,
    input  wire                         rst_ni,
    // command stream
    input  wire                         cmd_valid_i,
    output wire                         cmd_ready_o,
    input  wire [                 63:0] cmd_data_i,
    // row streams in
    input  wire                         k_valid_i,
    output wire                         k_ready_o,
    input  wire [     Dim*CodeBits-1:0] k_data_i,
    input  wire                         v_valid_i,
    output wire                         v_ready_o,
    input  wire [     Dim*CodeBits-1:0] v_data_i,
    input  wire                         q_valid_i,
    output wire                         q_ready_o,
    input  wire [     Dim*CodeBits-1:0] q_data_i,
    // row stream out
    output wire                         o_valid_o,
    input  wire                         o_ready_i,
    output wire [      Dim*OutBits-1:0] o_data_o,
    output wire [                 15:0] o_tag_o,
    output wire [                 15:0] o_number_o,
    output wire                         o_last_o,
    // registers
    input  wire [                 15:0] exp_mul_i,
    input  wire [                  5:0] exp_shift_i,
    input  wire [                 10:0] t_code_i,
    input  wire [(HashBits+1)*11-1:0]   cos_code_i,
    output wire                         busy_o,
    output wire [                  4:0] charge_o,
    output wire                         refused_o,
    output wire [                  7:0] refusal_o,
    output wire                         saturated_o,
    output wire                         overflow_o,
    output wire                         sum_zero_o,
    output wire                         query_done_o,
    output wire [        CountBits-1:0] candidates_o,
    // tables
    output wire [    Banks*ExpFrac-1:0] exp_index_o,
    input  wire [Banks*(ExpFrac+1)-1:0] exp_value_i,
    output wire [   RecipIndexBits-1:0] recip_index_o,
    input  wire [        RecipBits-1:0] recip_value_i,
    output wire [      SqrtIndexBits:0] sqrt_index_o,
    input  wire [    SqrtConstFrac+1:0] sqrt_value_i,
    // trace: the bank takes key trace_row_o * Banks + bank for the query
    output wire [            Banks-1:0] trace_valid_o,
    input  wire [            Banks-1:0] trace_ready_i,
    output wire [         Banks*16-1:0] trace_tag_o,
    output wire [         Banks*16-1:0] trace_query_o,
    output wire [    Banks*RowBits-1:0] trace_row_o
);

  localparam RowWidth = Dim * CodeBits;
  localparam Words = (BankRows + Lanes - 1) / Lanes;
  localparam BankBits = (Banks == 1) ? 1 : $clog2(Banks);
  localparam LaneBits = (Lanes == 1) ? 1 : $clog2(Lanes);
  localparam WordBits = $clog2(Words + 1);
  localparam RowAddr = (Pages * BankRows == 1) ? 1 : $clog2(Pages * BankRows);
  localparam WordAddr = (Pages * Words == 1) ? 1 : $clog2(Pages * Words);
  localparam ListAddr = $clog2(Slots * Words);
  localparam PositionBits = BankBits + RowBits + LaneBits + WordBits;
  localparam ContextBits = $clog2(Contexts);
  localparam ContextWord = PositionBits + 11 + NormBits;  // {end, t_code, max_norm} of a context
  localparam MeanSlotBits = $clog2(Pages + 1);
  localparam HamBits = $clog2(HashBits + 1);
  localparam HashGather = (HashBatches > 1) ? 1 : 0;
  localparam HashDelay = (Kronecker != 0) ? 1 : ($clog2(HashDim) + 2) / 3 + 1 + HashGather;
  localparam TreeStages = ($clog2(Dim) + 1) / 2;
  localparam NormDelay = 11 + TreeStages;
  localparam Parts = (Dim + PartDim - 1) / PartDim;
  localparam PartBits = (Parts == 1) ? 1 : $clog2(Parts);
  localparam ShiftBits = $clog2(AccBits + 1);

  // ---- commands --------------------------------------------------------------------------------

  wire pending, load_start, load_page, load_afresh, load_busy, load_busy_page;
  wire [CountBits-1:0] load_count, load_keys;
  wire attend_start, attend_busy, retire;
  wire [15:0] attend_count;
  wire [ContextBits-1:0] attend_context;
  wire [10:0] t_code;
  wire [PositionBits-1:0] attend_end;
  wire [NormBits-1:0] attend_max_norm;
  wire [Pages*MeanSlotBits-1:0] page_slot;
  wire [MeanSlotBits-1:0] spare_slot;
  wire spare_used;
  wire [Contexts-1:0] context_page, context_exact;
  wire [Contexts*16-1:0] context_tag, context_exp_mul;
  wire [Contexts*6-1:0] context_exp_shift;
  wire [Contexts*11-1:0] context_t_code;
  wire [Contexts*NormBits-1:0] context_max_norm;
  wire [Contexts*CountBits-1:0] context_keys;
  wire [Contexts*PositionBits-1:0] context_end;
  wire [Contexts*ContextWord-1:0] context_word;
  wire [15:0] at_hand;
  wire unused_instruct;
  wire unused_at_hand = &{1'b0, at_hand};
  wire [Contexts*MeanSlotBits-1:0] context_slot;
  wire [ContextBits-1:0] retire_context;

  ks_command #(
      .Keys        (Keys),
      .CountBits   (CountBits),
      .Pages       (Pages),
      .Contexts    (Contexts),
      .ContextBits (ContextBits),
      .Appends     (1),
      .SettingsBits(11),
      .WordBits    (ContextWord),
      .SlotBits    (MeanSlotBits)
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
      .settings_i         (t_code_i),
      .settings_o         (t_code),
      .at_hand_o          (at_hand),
      .refusal_i          (8'd0),
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
      .attend_word_i      ({attend_end, t_code, attend_max_norm}),
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

  genvar c;
  generate
    for (c = 0; c < Contexts; c = c + 1) begin : g_context
      assign {context_end[c*PositionBits+:PositionBits],
              context_t_code[c*11+:11],
              context_max_norm[c*NormBits+:NormBits]} =
          context_word[c*ContextWord+:ContextWord];
    end
  endgenerate

  // ---- load ------------------------------------------------------------------------------------

  wire row_valid, row_ready, row_first, key_hash_valid, mean_make, mean_made;
  wire [RowWidth-1:0] row_k, row_v;
  wire [Banks-1:0] write_bank, norm_ask_bank, hash_bank, norm_bank;
  wire [RowAddr-1:0] write_addr, norm_ask_addr;
  wire [Lanes-1:0] hash_lane, norm_lane;
  wire [WordAddr-1:0] hash_addr, norm_addr;
  wire [NormBits-1:0] norm;

  wire load_stored, unused_ready, unused_sorted;
  wire [CountBits-1:0] unused_number;
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
      .row_ready_i   (row_ready),
      .row_first_o   (row_first),
      .row_number_o  (unused_number),
      .row_k_o       (row_k),
      .row_v_o       (row_v),
      .row_s_o       (unused_sorted),
      .stored_i      (load_stored),
      .mean_make_o   (mean_make),
      .mean_made_i   (mean_made)
  );

  ks_deal #(
      .Banks    (Banks),
      .Lanes    (Lanes),
      .Pages    (Pages),
      .Rows     (BankRows),
      .Words    (Words),
      .CountBits(CountBits),
      .BankBits (BankBits),
      .LaneBits (LaneBits),
      .RowBits  (RowBits),
      .WordBits (WordBits),
      .RowAddr  (RowAddr),
      .WordAddr (WordAddr),
      .NormBits (NormBits),
      .NormDelay(NormDelay)
  ) u_deal (
      .clk_i          (clk_i),
      .rst_ni         (rst_ni),
      .start_i        (load_start),
      .start_page_i   (load_page),
      .start_afresh_i (load_afresh),
      .start_count_i  (load_count),
      .page_i         (load_busy_page),
      .row_i          (row_valid && row_ready),
      .stored_o       (load_stored),
      .write_bank_o   (write_bank),
      .write_addr_o   (write_addr),
      .norm_ask_bank_o(norm_ask_bank),
      .norm_ask_addr_o(norm_ask_addr),
      .hash_valid_i   (key_hash_valid),
      .hash_bank_o    (hash_bank),
      .hash_lane_o    (hash_lane),
      .hash_addr_o    (hash_addr),
      .norm_i         (norm),
      .norm_bank_o    (norm_bank),
      .norm_lane_o    (norm_lane),
      .norm_addr_o    (norm_addr),
      .attend_page_i  (load_page),
      .end_o          (attend_end),
      .max_norm_o     (attend_max_norm)
  );

  wire [Banks-1:0] square_valid;
  wire [Banks*SquareBits-1:0] square;
  ks_norm #(
      .Banks     (Banks),
      .SquareBits(SquareBits),
      .RootBits  (RootBits),
      .NormBits  (NormBits),
      .Short     (NormShort),
      .Frac      (NormFrac),
      .IndexBits (SqrtIndexBits),
      .ConstFrac (SqrtConstFrac)
  ) u_norm (
      .clk_i         (clk_i),
      .square_valid_i(square_valid),
      .square_i      (square),
      .index_o       (sqrt_index_o),
      .value_i       (sqrt_value_i),
      .norm_o        (norm)
  );

  // ---- queries ---------------------------------------------------------------------------------

  wire query_valid, query_ready, query_last, select_go, launch_go;
  wire [RowWidth-1:0] query;
  wire [ContextBits-1:0] query_context;
  wire [15:0] query_number;

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
      .query_ready_i  (query_ready),
      .query_o        (query),
      .query_context_o(query_context),
      .query_number_o (query_number),
      .query_last_o   (query_last)
  );

  wire query_hash_valid;
  wire [HashBits-1:0] hash;
  wire query_enters = query_valid && select_go && launch_go;
  generate
    if (Kronecker != 0) begin : g_kronecker
      ks_hash_kronecker #(
          .Dim        (Dim),
          .CodeBits   (CodeBits),
          .HashDim    (HashDim),
          .HashBits   (HashBits),
          .Batches    (HashBatches),
          .Factors    (HashFactors),
          .Sizes      (HashSizes),
          .Elements   (HashElements),
          .Matrices   (HashMatrices),
          .Multipliers(HashMultipliers),
          .Cycles     (HashCycles),
          .WorkBits   (HashWorkBits),
          .SumBits    (HashSumBits)
      ) u_hash (
          .clk_i        (clk_i),
          .rst_ni       (rst_ni),
          .query_valid_i(query_enters),
          .query_ready_o(query_ready),
          .query_i      (query),
          .key_valid_i  (row_valid),
          .key_ready_o  (row_ready),
          .key_i        (row_k),
          .query_valid_o(query_hash_valid),
          .key_valid_o  (key_hash_valid),
          .hash_o       (hash)
      );
    end else begin : g_hadamard
      ks_hash_hadamard #(
          .Dim     (Dim),
          .CodeBits(CodeBits),
          .HashDim (HashDim),
          .HashBits(HashBits),
          .Batches (HashBatches),
          .Negative(HashNegative)
      ) u_hash (
          .clk_i        (clk_i),
          .rst_ni       (rst_ni),
          .query_valid_i(query_enters),
          .query_ready_o(query_ready),
          .query_i      (query),
          .key_valid_i  (row_valid),
          .key_ready_o  (row_ready),
          .key_i        (row_k),
          .query_valid_o(query_hash_valid),
          .key_valid_o  (key_hash_valid),
          .hash_o       (hash)
      );
    end
  endgenerate

  // ---- select ----------------------------------------------------------------------------------

  wire [Banks-1:0] list_we;
  wire [Banks*ListAddr-1:0] list_addr;
  wire [Banks*(RowBits+Lanes)-1:0] list_data;
  wire ready_valid, ready_pop, ready_last, ready_none;
  wire [ContextBits-1:0] ready_context;
  wire [15:0] ready_number;
  wire [BankBits-1:0] ready_best_bank;
  wire [RowBits-1:0] ready_best_row;
  wire [CountBits-1:0] ready_unused;
  wire [Banks*WordBits-1:0] ready_counts;

  ks_select #(
      .Banks      (Banks),
      .Lanes      (Lanes),
      .HashBits   (HashBits),
      .HamBits    (HamBits),
      .NormBits   (NormBits),
      .HashDelay  (HashDelay),
      .HashQueue  (HashQueue),
      .Slots      (Slots),
      .Words      (Words),
      .Pages      (Pages),
      .WordAddr   (WordAddr),
      .ListAddr   (ListAddr),
      .ListCount  (WordBits),
      .CountBits  (CountBits),
      .BankBits   (BankBits),
      .LaneBits   (LaneBits),
      .RowBits    (RowBits),
      .WordBits   (WordBits),
      .Contexts   (Contexts),
      .ContextBits(ContextBits)
  ) u_select (
      .clk_i              (clk_i),
      .rst_ni             (rst_ni),
      .go_o               (select_go),
      .take_i             (query_ready),
      .take_context_i     (query_context),
      .take_number_i      (query_number),
      .take_last_i        (query_last),
      .hash_query_valid_i (query_hash_valid),
      .hash_i             (hash),
      .hash_bank_i        (hash_bank),
      .hash_lane_i        (hash_lane),
      .hash_addr_i        (hash_addr),
      .norm_bank_i        (norm_bank),
      .norm_lane_i        (norm_lane),
      .norm_addr_i        (norm_addr),
      .norm_i             (norm),
      .cos_code_i         (cos_code_i),
      .context_page_i     (context_page),
      .context_exact_i    (context_exact),
      .context_t_code_i   (context_t_code),
      .context_max_norm_i (context_max_norm),
      .context_keys_i     (context_keys),
      .context_end_i      (context_end),
      .list_we_o          (list_we),
      .list_addr_o        (list_addr),
      .list_data_o        (list_data),
      .ready_valid_o      (ready_valid),
      .ready_pop_i        (ready_pop),
      .ready_context_o    (ready_context),
      .ready_number_o     (ready_number),
      .ready_last_o       (ready_last),
      .ready_none_o       (ready_none),
      .ready_best_bank_o  (ready_best_bank),
      .ready_best_row_o   (ready_best_row),
      .ready_unused_o     (ready_unused),
      .ready_counts_o     (ready_counts),
      .done_o             (query_done_o),
      .found_o            (candidates_o)
  );

  wire launch, waiting;
  wire [Banks-1:0] room;
  wire [2*Banks-1:0] behind;
  wire [1:0] set_exact, set_page, set_none;
  wire [2*ContextBits-1:0] set_context;
  wire [2*16-1:0] set_number;
  wire [2*BankBits-1:0] set_end_bank, set_best_bank;
  wire [2*RowBits-1:0] set_end_row, set_best_row;
  wire [2*CountBits-1:0] set_unused;
  wire [2*Banks*WordBits-1:0] set_counts;
  wire [2*RowWidth-1:0] set_row;

  ks_launch #(
      .RowWidth   (RowWidth),
      .Banks      (Banks),
      .Slots      (Slots),
      .ContextBits(ContextBits),
      .BankBits   (BankBits),
      .RowBits    (RowBits),
      .CountBits  (CountBits),
      .ListCount  (WordBits),
      .Contexts   (Contexts),
      .EndBits    (PositionBits)
  ) u_launch (
      .clk_i            (clk_i),
      .rst_ni           (rst_ni),
      .take_i           (query_ready),
      .take_row_i       (query),
      .go_o             (launch_go),
      .waiting_o        (waiting),
      .ready_valid_i    (ready_valid),
      .ready_pop_o      (ready_pop),
      .ready_context_i  (ready_context),
      .ready_number_i   (ready_number),
      .ready_none_i     (ready_none),
      .ready_best_bank_i(ready_best_bank),
      .ready_best_row_i (ready_best_row),
      .ready_unused_i   (ready_unused),
      .ready_counts_i   (ready_counts),
      .context_exact_i  (context_exact),
      .context_page_i   (context_page),
      .context_end_i    (context_end),
      .room_i           (room),
      .behind_i         (behind),
      .launch_o         (launch),
      .set_exact_o      (set_exact),
      .set_page_o       (set_page),
      .set_none_o       (set_none),
      .set_context_o    (set_context),
      .set_number_o     (set_number),
      .set_end_bank_o   (set_end_bank),
      .set_end_row_o    (set_end_row),
      .set_best_bank_o  (set_best_bank),
      .set_best_row_o   (set_best_row),
      .set_unused_o     (set_unused),
      .set_counts_o     (set_counts),
      .set_row_o        (set_row)
  );

  // ---- banks -----------------------------------------------------------------------------------

  wire [Banks-1:0] query_offer;
  wire [Banks-1:0] exp_valid;
  wire [Banks*ExpBits-1:0] exp_max;
  wire [Banks*Ways*ShiftBits-1:0] exp_down;
  wire [Banks*Ways-1:0] exp_filled;
  wire exp_pop;
  wire release_query;
  wire [PartBits-1:0] part_index;
  wire [Banks*PartDim*Ways*AccBits-1:0] part;
  wire [Banks*Ways*TotalBits-1:0] total;
  wire [Banks-1:0] bank_overflow;
  wire [Banks*MeanSlotBits-1:0] mean_k_slot, mean_v_slot;
  wire [RowWidth-1:0] mean_k, mean_v;
  wire unused_slots = &{1'b0, mean_k_slot, mean_v_slot};

  genvar b;
  generate
    for (b = 0; b < Banks; b = b + 1) begin : g_bank
      localparam HasMean = (b == 0) ? Mean : 0;
      wire trace_set;
      ks_bank #(
          .Bank       (b),
          .Banks      (Banks),
          .Lanes      (Lanes),
          .Dim        (Dim),
          .CodeBits   (CodeBits),
          .Pages      (Pages),
          .Rows       (BankRows),
          .Words      (Words),
          .Slots      (Slots),
          .Mean       (HasMean),
          .MeanStages (2 * Mean),
          .Lqf        (Lqf),
          .QueueDepth (QueueDepth),
          .Float      (Float),
          .ScoreBits  (ScoreBits),
          .SquareBits (SquareBits),
          .ExpFrac    (ExpFrac),
          .ExpBits    (ExpBits),
          .GuardBits  (GuardBits),
          .AccBits    (AccBits),
          .TotalBits  (TotalBits),
          .Ways       (Ways),
          .FifoDepth  (FifoDepth),
          .PartDim    (PartDim),
          .Parts      (Parts),
          .PartBits   (PartBits),
          .BankBits   (BankBits),
          .RowBits    (RowBits),
          .RowAddr    (RowAddr),
          .ListAddr   (ListAddr),
          .ListCount  (WordBits),
          .CountBits  (CountBits),
          .Contexts   (Contexts),
          .ContextBits(ContextBits),
          .SlotBits   (MeanSlotBits)
      ) u_bank (
          .clk_i              (clk_i),
          .rst_ni             (rst_ni),
          .write_i            (write_bank[b]),
          .write_addr_i       (write_addr),
          .write_k_i          (row_k),
          .write_v_i          (row_v),
          .norm_ask_i         (norm_ask_bank[b]),
          .norm_ask_addr_i    (norm_ask_addr),
          .square_valid_o     (square_valid[b]),
          .square_o           (square[b*SquareBits+:SquareBits]),
          .list_we_i          (list_we[b]),
          .list_addr_i        (list_addr[b*ListAddr+:ListAddr]),
          .list_data_i        (list_data[b*(RowBits+Lanes)+:RowBits+Lanes]),
          .launch_i           (launch),
          .room_o             (room[b]),
          .behind_o           (behind[2*b+:2]),
          .set_exact_i        (set_exact),
          .set_page_i         (set_page),
          .set_none_i         (set_none),
          .set_context_i      (set_context),
          .set_end_bank_i     (set_end_bank),
          .set_end_row_i      (set_end_row),
          .set_best_bank_i    (set_best_bank),
          .set_best_row_i     (set_best_row),
          .set_unused_i       (set_unused),
          .set_counts_i       (set_counts),
          .set_row_i          (set_row),
          .context_exp_mul_i  (context_exp_mul),
          .context_exp_shift_i(context_exp_shift),
          .context_slot_i     (context_slot),
          .exp_index_o        (exp_index_o[b*ExpFrac+:ExpFrac]),
          .exp_value_i        (exp_value_i[b*(ExpFrac+1)+:ExpFrac+1]),
          .mean_k_slot_o      (mean_k_slot[b*MeanSlotBits+:MeanSlotBits]),
          .mean_k_i           (HasMean != 0 ? mean_k : {RowWidth{1'b0}}),
          .mean_v_slot_o      (mean_v_slot[b*MeanSlotBits+:MeanSlotBits]),
          .mean_v_i           (HasMean != 0 ? mean_v : {RowWidth{1'b0}}),
          .trace_ready_i      (trace_ready_i[b]),
          .trace_valid_o      (trace_valid_o[b]),
          .trace_set_o        (trace_set),
          .trace_row_o        (trace_row_o[b*RowBits+:RowBits]),
          .exp_valid_o        (exp_valid[b]),
          .exp_max_o          (exp_max[b*ExpBits+:ExpBits]),
          .exp_down_o         (exp_down[b*Ways*ShiftBits+:Ways*ShiftBits]),
          .exp_filled_o       (exp_filled[b*Ways+:Ways]),
          .exp_pop_i          (exp_pop),
          .query_valid_o      (query_offer[b]),
          .release_i          (release_query),
          .part_index_i       (part_index),
          .part_o             (part[b*PartDim*Ways*AccBits+:PartDim*Ways*AccBits]),
          .total_o            (total[b*Ways*TotalBits+:Ways*TotalBits]),
          .overflow_o         (bank_overflow[b])
      );
      wire [ContextBits-1:0] trace_context =
          trace_set ? set_context[ContextBits+:ContextBits] : set_context[0+:ContextBits];
      assign trace_tag_o[b*16+:16]   = context_tag[trace_context*16+:16];
      assign trace_query_o[b*16+:16] = trace_set ? set_number[16+:16] : set_number[0+:16];
    end
  endgenerate

  // ---- merge, divide, mean rows ----------------------------------------------------------------

  ks_output #(
      .Float          (Float),
      .Mean           (Mean),
      .Dim            (Dim),
      .CodeBits       (CodeBits),
      .Pages          (Pages),
      .Banks          (Banks),
      .Ways           (Ways),
      .ExpBits        (ExpBits),
      .AccBits        (AccBits),
      .TotalBits      (TotalBits),
      .MergedBits     (MergedBits),
      .MergedTotalBits(MergedTotalBits),
      .RecipFrac      (RecipFrac),
      .RecipIndexBits (RecipIndexBits),
      .RecipBits      (RecipBits),
      .OutBits        (OutBits),
      .OutShift       (OutShift),
      .PartDim        (PartDim),
      .Parts          (Parts),
      .PartBits       (PartBits),
      .SumBits        (SumBits),
      .CountBits      (CountBits),
      .Contexts       (Contexts),
      .ContextBits    (ContextBits),
      .SlotBits       (MeanSlotBits),
      .Flight         (Flight)
  ) u_output (
      .clk_i           (clk_i),
      .rst_ni          (rst_ni),
      .count_start_i   (load_start),
      .count_i         (load_keys),
      .row_valid_i     (row_valid && row_ready),
      .row_page_i      (load_busy_page),
      .row_first_i     (row_first),
      .row_k_i         (row_k),
      .row_v_i         (row_v),
      .mean_make_i     (mean_make),
      .mean_made_o     (mean_made),
      .page_slot_o     (page_slot),
      .spare_slot_o    (spare_slot),
      .spare_used_i    (spare_used),
      .mean_k_slot_i   (mean_k_slot[MeanSlotBits-1:0]),
      .mean_k_o        (mean_k),
      .mean_v_slot_i   (mean_v_slot[MeanSlotBits-1:0]),
      .mean_v_o        (mean_v),
      .flight_push_i   (launch),
      .flight_i        ({ready_context, ready_number, ready_last}),
      .context_tag_i   (context_tag),
      .context_last_i  ({Contexts{1'b1}}),
      .retire_o        (retire),
      .retire_context_o(retire_context),
      .exp_valid_i     (exp_valid),
      .exp_max_i       (exp_max),
      .exp_down_i      (exp_down),
      .exp_filled_i    (exp_filled),
      .exp_pop_o       (exp_pop),
      .query_valid_i   (query_offer),
      .release_o       (release_query),
      .part_index_o    (part_index),
      .part_i          (part),
      .total_i         (total),
      .overflow_i      (bank_overflow),
      .recip_index_o   (recip_index_o),
      .recip_value_i   (recip_value_i),
      .o_valid_o       (o_valid_o),
      .o_ready_i       (o_ready_i),
      .o_data_o        (o_data_o),
      .o_tag_o         (o_tag_o),
      .o_number_o      (o_number_o),
      .o_last_o        (o_last_o),
      .saturated_o     (saturated_o),
      .overflow_o      (overflow_o),
      .sum_zero_o      (sum_zero_o)
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
      .attend_i      (|behind),
      .select_i      (waiting),
      .charge_o      (charge_o),
      .busy_o        (busy_o)
  );

endmodule

`default_nettype wire
