// SPDX-License-Identifier: Apache-2.0
//
// ELSA's selector (SPEC 6; ELSA 4.3): compares a query's hash with the hashes of Banks * Lanes keys
// a cycle and takes the keys whose approximate score norm * cos_code[Hamming distance] passes the
// threshold. Words (the Lanes keys of a bank that are looked at in one cycle) with a candidate go
// into the bank's list; a query that finds none takes the key of the largest approximate score, the
// lowest on ties. An exact query passes in one cycle without a look.
//
// Timing: a query whose hash is on hash_i in cycle t is in the scan's registers from t + 2 on, or
// from the cycle after the last word of the query before it. Its last word is read in cycle u; it is
// in the ready queue, seen from outside, in u + max(6 + ceil(log4 (Banks * Lanes)), 8). Queries
// follow without a gap.
//
//   take_*        a query enters the hash unit for the last cycle; hash_query_valid_i: its hash is
//                 on hash_i
//   go_o          there is room for one more query in the unit
//   hash_bank_i.. norm_i   write ports of the memories of hashes and norms, bank and lane one-hot;
//                 the hash is on hash_i
//   list_*        a word for the list of each bank with list_we_o: {row of lane 0, candidate bits}
//   ready_*       queue of finished queries: context, number, last; where none_o: single key
//                 best_bank_o, best_row_o; unused_o: keys the query skips; counts_o: words in each
//                 bank's list
//   done_o        a query's candidates are known, found_o of them

`default_nettype none

module ks_select #(
    parameter Banks       = 4,
    parameter Lanes       = 8,
    parameter HashBits    = 64,
    parameter HamBits     = 7,
    parameter NormBits    = 12,
    parameter HashDelay   = 4,    // cycles from take_i to hash_query_valid_i
    parameter HashQueue   = 6,    // queries between take_i and the end of their scan
    parameter Slots       = 8,    // queries between take_i and the banks
    parameter Words       = 16,   // scan words of a bank a page
    parameter Pages       = 2,
    parameter WordAddr    = 5,    // address bits of the memories of hashes and norms, page included
    parameter ListAddr    = 7,    // address bits of a list memory: Slots * Words
    parameter ListCount   = 5,    // bits of 0..Words
    parameter CountBits   = 10,
    parameter BankBits    = 2,
    parameter LaneBits    = 3,
    parameter RowBits     = 8,    // bits of 0..rows of a bank
    parameter WordBits    = 5,    // bits of 0..Words
    parameter Contexts    = 4,
    parameter ContextBits = 2,
    parameter IndexBits   = LaneBits + BankBits
) (
    input  wire                                                     clk_i,
    input  wire                                                     rst_ni,
    // queries
    output wire                                                     go_o,
    input  wire                                                     take_i,
    input  wire [                                  ContextBits-1:0] take_context_i,
    input  wire [                                             15:0] take_number_i,
    input  wire                                                     take_last_i,
    input  wire                                                     hash_query_valid_i,
    input  wire [                                     HashBits-1:0] hash_i,
    // hashes and norms of keys
    input  wire [                                        Banks-1:0] hash_bank_i,
    input  wire [                                        Lanes-1:0] hash_lane_i,
    input  wire [                                     WordAddr-1:0] hash_addr_i,
    input  wire [                                        Banks-1:0] norm_bank_i,
    input  wire [                                        Lanes-1:0] norm_lane_i,
    input  wire [                                     WordAddr-1:0] norm_addr_i,
    input  wire [                                     NormBits-1:0] norm_i,
    // constants
    input  wire [                              (HashBits+1)*11-1:0] cos_code_i,
    input  wire [                                     Contexts-1:0] context_page_i,
    input  wire [                                     Contexts-1:0] context_exact_i,
    input  wire [                                  Contexts*11-1:0] context_t_code_i,
    input  wire [                            Contexts*NormBits-1:0] context_max_norm_i,
    input  wire [                           Contexts*CountBits-1:0] context_keys_i,
    input  wire [Contexts*(BankBits+RowBits+LaneBits+WordBits)-1:0] context_end_i,
    // lists
    output wire [                                        Banks-1:0] list_we_o,
    output wire [                               Banks*ListAddr-1:0] list_addr_o,
    output wire [                        Banks*(RowBits+Lanes)-1:0] list_data_o,
    // finished queries
    output wire                                                     ready_valid_o,
    input  wire                                                     ready_pop_i,
    output wire [                                  ContextBits-1:0] ready_context_o,
    output wire [                                             15:0] ready_number_o,
    output wire                                                     ready_last_o,
    output wire                                                     ready_none_o,
    output wire [                                     BankBits-1:0] ready_best_bank_o,
    output wire [                                      RowBits-1:0] ready_best_row_o,
    output wire [                                    CountBits-1:0] ready_unused_o,
    output wire [                              Banks*ListCount-1:0] ready_counts_o,
    output wire                                                     done_o,
    output wire [                                    CountBits-1:0] found_o
);

  localparam PositionBits = BankBits + RowBits + LaneBits + WordBits;
  localparam LaneAt = BankBits + RowBits;
  localparam WordAt = BankBits + RowBits + LaneBits;
  localparam ScoreBits = NormBits + 11;
  localparam BestStages = ($clog2(Banks * Lanes) + 1) / 2;
  localparam InfoBits = ContextBits + 16 + 1;

  // ---- hashed queries wait for the scan --------------------------------------------------------

  localparam PendingBits = $clog2(HashQueue + 1);
  localparam [31:0] PENDING_MAX = HashQueue;
  localparam [31:0] PENDING_ONE_LESS = HashQueue - 1;
  reg  [PendingBits-1:0] pending_q;
  reg                    go_q;
  reg                    scan0_q;  // a query is scanned
  reg                    last0_q;  // its last word is read
  wire [PendingBits-1:0] pending = pending_q - {{(PendingBits - 1) {1'b0}}, scan0_q && last0_q};
  wire [   InfoBits-1:0] take_info, head_info;
  wire [   HashBits-1:0] head_hash;
  wire [$clog2(HashQueue)-1:0] hashed;
  wire                   load0 = hashed != 0 && (!scan0_q || last0_q);

  assign go_o = go_q;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      pending_q <= {PendingBits{1'b0}};
      go_q      <= 1'b1;
    end else begin
      pending_q <= pending + {{(PendingBits - 1) {1'b0}}, take_i};
      go_q      <= pending != (take_i ? PENDING_ONE_LESS[PendingBits-1:0]
                                      : PENDING_MAX[PendingBits-1:0]);
    end
  end

  ks_delay #(
      .Width (InfoBits),
      .Stages(HashDelay)
  ) u_take_info (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  ({take_context_i, take_number_i, take_last_i}),
      .q_o  (take_info)
  );

  // All but the query that is scanned.
  ks_fifo #(
      .Width(InfoBits + HashBits),
      .Depth(HashQueue - 1)
  ) u_hashed (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .push_i (hash_query_valid_i),
      .data_i ({take_info, hash_i}),
      .count_o(hashed),
      .data_o ({head_info, head_hash}),
      .pop_i  (load0)
  );

  // ---- stage 0: the query that is scanned, one word a cycle ------------------------------------

  localparam [31:0] LANES = Lanes;
  localparam [31:0] PAGE_WORDS = (Pages == 1) ? 0 : Words;
  wire [ ContextBits-1:0] head_context = head_info[InfoBits-1-:ContextBits];
  wire [PositionBits-1:0] head_end = context_end_i[head_context*PositionBits+:PositionBits];
  wire                    head_exact = context_exact_i[head_context];
  wire                    head_cut = head_end[LaneAt+:LaneBits] != 0 || head_end[BankBits-1:0] != 0;
  wire [    WordBits-1:0] head_more = head_exact ? {WordBits{1'b0}}
                                    : head_cut ? head_end[WordAt+:WordBits]
                                    : head_end[WordAt+:WordBits] - 1'b1;
  wire                    unused_head_end = &{1'b0, head_end};
  reg  [   InfoBits-1:0] info0_q;
  reg  [   HashBits-1:0] hash0_q, hash1_q;
  reg  [   WordAddr-1:0] addr0_q;
  reg  [   WordBits-1:0] more0_q;  // words after this one
  reg  [    RowBits-1:0] row0_q;   // of its lane 0
  reg                    first0_q, exact0_q, read0_q, scan1_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      scan0_q <= 1'b0;
      read0_q <= 1'b0;
    end else begin
      scan0_q <= load0 || (scan0_q && !last0_q);
      read0_q <= load0 ? !head_exact : read0_q && !last0_q;
    end
    if (load0) begin
      info0_q  <= head_info;
      hash0_q  <= head_hash;
      exact0_q <= head_exact;
      first0_q <= 1'b1;
      addr0_q  <= context_page_i[head_context] ? PAGE_WORDS[WordAddr-1:0] : {WordAddr{1'b0}};
      row0_q   <= {RowBits{1'b0}};
      more0_q  <= head_more;
      last0_q  <= head_more == 0;
    end else if (scan0_q) begin
      first0_q <= 1'b0;
      addr0_q  <= addr0_q + 1'b1;
      row0_q   <= row0_q + LANES[RowBits-1:0];
      more0_q  <= more0_q - 1'b1;
      last0_q  <= more0_q == 1;
    end
    scan1_q <= read0_q;
    if (read0_q) hash1_q <= hash0_q;
  end

  // ---- stages 1 to 4: the selectors ------------------------------------------------------------

  // Control of the word that is in stage s: valid, first, last, exact, info, row of lane 0.
  localparam ControlBits = 3 + InfoBits + RowBits;
  wire                   valid4;
  wire [ControlBits-1:0] control2, control4;
  ks_valid_delay #(
      .Stages(4)
  ) u_valid4 (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .d_i   (scan0_q),
      .q_o   (valid4)
  );
  ks_delay #(
      .Width (ControlBits),
      .Stages(2)
  ) u_control2 (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  ({first0_q, last0_q, exact0_q, info0_q, row0_q}),
      .q_o  (control2)
  );
  ks_delay #(
      .Width (ControlBits),
      .Stages(2)
  ) u_control4 (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  (control2),
      .q_o  (control4)
  );

  // Where the page ends, if it is within the word: a scan's last.
  wire                    last2 = control2[ControlBits-2];
  wire [ ContextBits-1:0] context2 = control2[InfoBits+RowBits-1-:ContextBits];
  wire [PositionBits-1:0] end2 = context_end_i[context2*PositionBits+:PositionBits];
  wire                    unused_end2 = &{1'b0, end2};
  reg                     exact3_q, cut3_q;
  reg  [    LaneBits-1:0] end_lane3_q;
  reg  [    BankBits-1:0] end_bank3_q;
  reg  [            10:0] t_code3_q;
  reg  [    NormBits-1:0] max_norm3_q;
  reg  [   ScoreBits-1:0] threshold4_q;
  wire [     ScoreBits:0] threshold3 = $signed(t_code3_q) * $signed({1'b0, max_norm3_q});
  wire                    unused_threshold3 = threshold3[ScoreBits];
  always @(posedge clk_i) begin
    exact3_q     <= control2[ControlBits-3];
    cut3_q       <= last2 && (end2[LaneAt+:LaneBits] != 0 || end2[BankBits-1:0] != 0);
    end_lane3_q  <= end2[LaneAt+:LaneBits];
    end_bank3_q  <= end2[BankBits-1:0];
    t_code3_q    <= context_t_code_i[context2*11+:11];
    max_norm3_q  <= context_max_norm_i[context2*NormBits+:NormBits];
    threshold4_q <= threshold3[ScoreBits-1:0];
  end

  wire first4, last4, exact4;
  wire [  InfoBits-1:0] info4;
  wire [   RowBits-1:0] row4;
  assign {first4, last4, exact4, info4, row4} = control4;

  wire [Banks*Lanes*ScoreBits-1:0] scores4;  // lane l of bank b is number l * Banks + b: in the order of keys
  wire [Banks*Lanes*IndexBits-1:0] index4;
  wire [          Banks*Lanes-1:0] looked4;  // there is such a key, and the query is not exact
  reg  [          Banks*Lanes-1:0] candidate5_q;  // bank after bank

  genvar b, l;
  generate
    for (b = 0; b < Banks; b = b + 1) begin : g_bank
      for (l = 0; l < Lanes; l = l + 1) begin : g_lane
        localparam [31:0] LANE = l;
        localparam [31:0] BANK = b;
        wire [HashBits-1:0] key_hash;
        wire [NormBits-1:0] key_norm;
        wire [ScoreBits-1:0] score;
        reg looked_q;
        // Negative: before the lane or bank at which the page ends. (A comparison with a constant that is
        // the largest of its range would be refused by linters.)
        wire [LaneBits:0] past_lane = {1'b0, LANE[LaneBits-1:0]} - {1'b0, end_lane3_q};
        wire [BankBits:0] past_bank = {1'b0, BANK[BankBits-1:0]} - {1'b0, end_bank3_q};
        wire unused_past = &{1'b0, past_lane, past_bank};

        ks_ram_1r1w #(
            .Width   (HashBits),
            .Depth   (Pages * Words),
            .AddrBits(WordAddr)
        ) u_hash_memory (
            .clk_i  (clk_i),
            .we_i   (hash_bank_i[b] && hash_lane_i[l]),
            .waddr_i(hash_addr_i),
            .wdata_i(hash_i),
            .ren_i  (read0_q),
            .raddr_i(addr0_q),
            .rdata_o(key_hash)
        );

        ks_ram_1r1w #(
            .Width   (NormBits),
            .Depth   (Pages * Words),
            .AddrBits(WordAddr)
        ) u_norm_memory (
            .clk_i  (clk_i),
            .we_i   (norm_bank_i[b] && norm_lane_i[l]),
            .waddr_i(norm_addr_i),
            .wdata_i(norm_i),
            .ren_i  (read0_q),
            .raddr_i(addr0_q),
            .rdata_o(key_norm)
        );

        ks_candidate #(
            .HashBits(HashBits),
            .HamBits (HamBits),
            .NormBits(NormBits)
        ) u_candidate (
            .clk_i       (clk_i),
            .valid_i     (scan1_q),
            .query_hash_i(hash1_q),
            .key_hash_i  (key_hash),
            .norm_i      (key_norm),
            .cos_code_i  (cos_code_i),
            .product_o   (score)
        );

        always @(posedge clk_i) begin
          looked_q <= !exact3_q && (!cut3_q || past_lane[LaneBits]
                                    || (past_lane == 0 && past_bank[BankBits]));
          candidate5_q[b*Lanes+l] <= looked_q && $signed(score) > $signed(threshold4_q);
        end
        assign looked4[l*Banks+b] = looked_q;
        assign index4[(l*Banks+b)*IndexBits+:IndexBits] = {LANE[LaneBits-1:0], BANK[BankBits-1:0]};
        assign scores4[(l*Banks+b)*ScoreBits+:ScoreBits] = score;
      end
    end
  endgenerate

  // ---- stage 5: words with a candidate go to the lists -----------------------------------------

  localparam [31:0] LIST_WORDS = Words;
  localparam [31:0] LAST_LIST = (Slots - 1) * Words;
  reg valid5_q, first5_q, last5_q;
  reg [RowBits-1:0] row5_q;
  reg [ListAddr-1:0] list5_q;  // the query's place in the list memories
  always @(posedge clk_i) begin
    first5_q <= first4;
    last5_q  <= last4;
    row5_q   <= row4;
    if (!rst_ni) begin
      valid5_q <= 1'b0;
      list5_q  <= {ListAddr{1'b0}};
    end else begin
      valid5_q <= valid4;
      if (valid5_q && last5_q) list5_q <= (list5_q == LAST_LIST[ListAddr-1:0]) ? {ListAddr{1'b0}} : list5_q + LIST_WORDS[ListAddr-1:0];
    end
  end

  localparam PopBits = $clog2(Lanes + 1);
  reg  [Banks*ListCount-1:0] counts_q;  // words in the list, after the word that was last in stage 5
  reg  [  Banks*PopBits-1:0] found6_q;
  generate
    for (b = 0; b < Banks; b = b + 1) begin : g_list
      wire [    Lanes-1:0] bits = candidate5_q[b*Lanes+:Lanes];
      wire [ListCount-1:0] count5 = first5_q ? {ListCount{1'b0}} : counts_q[b*ListCount+:ListCount];
      wire [ListAddr+ListCount-1:0] count5_wide = {{ListAddr{1'b0}}, count5};
      wire                 unused_count5 = &{1'b0, count5_wide[ListAddr+ListCount-1:ListAddr]};
      reg  [  PopBits-1:0] found;
      integer i;
      always @* begin
        found = {PopBits{1'b0}};
        for (i = 0; i < Lanes; i = i + 1) found = found + {{(PopBits - 1) {1'b0}}, bits[i]};
      end
      assign list_we_o[b] = valid5_q && (|bits);
      assign list_addr_o[b*ListAddr+:ListAddr] = list5_q + count5_wide[ListAddr-1:0];
      assign list_data_o[b*(RowBits+Lanes)+:RowBits+Lanes] = {row5_q, bits};
      always @(posedge clk_i) begin
        if (valid5_q) counts_q[b*ListCount+:ListCount] <= count5 + {{(ListCount - 1) {1'b0}}, |bits};
        found6_q[b*PopBits+:PopBits] <= found;
      end
    end
  endgenerate

  // ---- stages 6, 7: candidates of the query so far ---------------------------------------------

  reg first6_q;
  localparam SumFoundBits = CountBits + PopBits;
  reg [SumFoundBits-1:0] found6;
  reg [CountBits-1:0] found7_q;
  wire unused_found6 = &{1'b0, found6[SumFoundBits-1:CountBits]};
  integer j;
  always @* begin
    found6 = {SumFoundBits{1'b0}};
    for (j = 0; j < Banks; j = j + 1) begin
      found6 = found6 + {{(SumFoundBits - PopBits) {1'b0}}, found6_q[j*PopBits+:PopBits]};
    end
  end
  reg valid6_q;
  always @(posedge clk_i) begin
    valid6_q <= valid5_q;
    first6_q <= first5_q;
    if (valid6_q) found7_q <= (first6_q ? {CountBits{1'b0}} : found7_q) + found6[CountBits-1:0];
  end

  // ---- the largest approximate score of the query so far, in stage 5 + BestStages --------------

  wire                  best_valid;
  wire [ ScoreBits-1:0] best_score;
  wire [ IndexBits-1:0] best_index;
  wire                  best_first, best_beat;
  wire [   RowBits-1:0] best_row0;
  ks_best #(
      .Count    (Banks * Lanes),
      .Width    (ScoreBits),
      .IndexBits(IndexBits)
  ) u_best (
      .clk_i   (clk_i),
      .valid_i (looked4),
      .index_i (index4),
      .number_i(scores4),
      .valid_o (best_valid),
      .number_o(best_score),
      .index_o (best_index)
  );
  ks_delay #(
      .Width (2 + RowBits),
      .Stages(BestStages)
  ) u_best_control (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  ({valid4, first4, row4}),
      .q_o  ({best_beat, best_first, best_row0})
  );
  reg                 top_valid_q;
  reg [ScoreBits-1:0] top_score_q;
  reg [IndexBits-1:0] top_index_q;
  reg [  RowBits-1:0] top_row0_q;
  always @(posedge clk_i) begin
    if (best_beat && (best_first || (best_valid
                      && (!top_valid_q || $signed(best_score) > $signed(top_score_q))))) begin
      top_valid_q <= best_valid;
      top_score_q <= best_score;
      top_index_q <= best_index;
      top_row0_q  <= best_row0;
    end
  end

  // ---- all that is known of a query meets in stage Done ----------------------------------------

  localparam Done = (5 + BestStages > 7) ? 5 + BestStages : 7;

  wire [ Banks*ListCount-1:0] counts;
  wire [       CountBits-1:0] found;
  wire [       IndexBits-1:0] top_index;
  wire [         RowBits-1:0] top_row0;
  wire                        done;
  wire [        InfoBits-1:0] info;
  wire                        exact;
  ks_delay #(
      .Width (Banks * ListCount),
      .Stages(Done - 6)
  ) u_counts (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  (counts_q),
      .q_o  (counts)
  );
  ks_delay #(
      .Width (CountBits),
      .Stages(Done - 7)
  ) u_found (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  (found7_q),
      .q_o  (found)
  );
  ks_delay #(
      .Width (IndexBits + RowBits),
      .Stages(Done - 5 - BestStages)
  ) u_top (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  ({top_index_q, top_row0_q}),
      .q_o  ({top_index, top_row0})
  );
  ks_delay #(
      .Width (1 + InfoBits),
      .Stages(Done - 4)
  ) u_info (
      .clk_i(clk_i),
      .en_i (1'b1),
      .d_i  ({exact4, info4}),
      .q_o  ({exact, info})
  );
  ks_valid_delay #(
      .Stages(Done - 5)
  ) u_done (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .d_i   (valid5_q && last5_q),
      .q_o   (done)
  );

  wire [BankBits-1:0] best_bank = top_index[BankBits-1:0];
  wire [RowBits-1:0] best_row = top_row0 + {{(RowBits - LaneBits) {1'b0}}, top_index[BankBits+:LaneBits]};

  wire [CountBits-1:0] keys = context_keys_i[info[InfoBits-1-:ContextBits]*CountBits+:CountBits];
  wire none = !exact && found == 0;
  assign found_o = exact ? keys : none ? {{(CountBits - 1) {1'b0}}, 1'b1} : found;
  assign done_o  = done;

  wire [$clog2(Slots+1)-1:0] ready_count;
  assign ready_valid_o = ready_count != 0;
  ks_fifo #(
      .Width(InfoBits + 1 + BankBits + RowBits + CountBits + Banks * ListCount),
      .Depth(Slots)
  ) u_ready (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .push_i (done),
      .data_i ({info, none, best_bank, best_row, keys - found_o, counts}),
      .count_o(ready_count),
      .data_o ({ready_context_o, ready_number_o, ready_last_o, ready_none_o, ready_best_bank_o,
                ready_best_row_o, ready_unused_o, ready_counts_o}),
      .pop_i  (ready_pop_i)
  );

endmodule

`default_nettype wire
