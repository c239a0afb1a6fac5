// SPDX-License-Identifier: Apache-2.0
//
// The accumulate half of a bank (SPEC 3): takes weighted keys in the order of the bank, reads their
// value rows and hands both to the arithmetic, ks_rows_shared or ks_rows_float. Here are the value
// memory and the flow: which key is where, when a query is complete, when everything stands still.
//
// Throughput: a key a cycle. Latency: 4 cycles from a key to its sum. When a query is complete its
// sums are copied into hold registers for the merge and the next query's first key may follow in
// the next cycle. If the hold registers still keep the query before, everything here freezes until
// the merge has read them; the bank's other half goes on. A query's exponents are known two cycles
// before its sums and go ahead of them, through a queue.
//
// A bank without a key for a query gets one entry with null_i and last_i: its ways stay empty.
//
//   key_*          valid/ready stream of entries: address of the value row, weight m * 2^(e - E),
//                  flags
//   mean_*         key_mean_i: the value row is not the memory's but mean row key_slot_i, which is
//                  asked for on mean_slot_o the cycle after the pop and shown on mean_value_i in
//                  the same cycle
//   exp_*          head of the queue of exponents, valid where exp_valid_o is high: largest of the
//                  accumulators, how far below it each one is (at most 2^ShiftBits - 1), which have
//                  had a key (with floats only this), the accumulator of the last key first;
//                  exp_pop_i takes it
//   query_valid_o  the sums of a query are offered to the merge, in the same order
//   release_i      the merge reads the last part of the query in this cycle
//   part_i         part of the row on part_o: elements part_i * PartDim .. + PartDim - 1 of each
//                  accumulator, number w of element i in bits [(i*Ways + w)*AccBits +: AccBits];
//                  total_o holds the sums of weights
//   overflow_o     a float was saturated; one cycle late

`default_nettype none

module ks_accumulate #(
    parameter Float     = 0,   // 1: accumulator = float: ExpFrac 5, Ways 1, sums of 16 bits
    parameter Dim       = 64,  // elements of a row
    parameter CodeBits  = 9,   // bits of a value code
    parameter ExpFrac   = 5,   // E
    parameter ExpBits   = 28,  // bits of e
    parameter GuardBits = 9,   // G
    parameter AccBits   = 30,  // bits of an accumulator element
    parameter TotalBits = 22,  // bits of an accumulator's sum of weights
    parameter Ways      = 2,   // 1, 2 or 4
    parameter RowBits   = 8,   // bits of a row address
    parameter Rows      = 256, // rows of the value memory
    parameter PartDim   = 16,  // elements of a part
    parameter Parts     = 4,   // ceil(Dim / PartDim)
    parameter PartBits  = 2,   // max(1, clog2(Parts))
    parameter SlotBits  = 2,   // bits of a mean row's number
    parameter ShiftBits = $clog2(AccBits + 1)  // derived: do not set
) (
    input  wire                            clk_i,
    input  wire                            rst_ni,
    // value memory, write port
    input  wire                            we_i,
    input  wire [             RowBits-1:0] waddr_i,
    input  wire [        Dim*CodeBits-1:0] wdata_i,
    // weighted keys
    input  wire                            key_valid_i,
    output wire                            key_ready_o,
    input  wire                            key_null_i,
    input  wire                            key_last_i,
    input  wire                            key_mean_i,
    input  wire [             RowBits-1:0] key_row_i,
    input  wire [               ExpFrac:0] key_m_i,
    input  wire [             ExpBits-1:0] key_e_i,
    input  wire [            SlotBits-1:0] key_slot_i,
    output wire [            SlotBits-1:0] mean_slot_o,
    input  wire [        Dim*CodeBits-1:0] mean_value_i,
    // merge
    output wire                            exp_valid_o,
    output wire [             ExpBits-1:0] exp_max_o,
    output wire [      Ways*ShiftBits-1:0] exp_down_o,
    output wire [                Ways-1:0] exp_filled_o,
    input  wire                            exp_pop_i,
    output wire                            query_valid_o,
    input  wire                            release_i,
    input  wire [            PartBits-1:0] part_i,
    output wire [PartDim*Ways*AccBits-1:0] part_o,
    output wire [      Ways*TotalBits-1:0] total_o,
    output wire                            overflow_o
);

  // ---- flow: freeze while a complete query finds the hold registers taken ----------------------

  reg  done_q, held_q;
  wire hold_free = !held_q || release_i;
  wire copy = done_q && hold_free;
  wire en = !done_q || hold_free;

  assign key_ready_o = en;

  // ---- stage 0: pop; the value memory reads ----------------------------------------------------

  wire pop = key_valid_i && en;
  wire [Dim*CodeBits-1:0] memory_value;

  ks_ram_1r1w #(
      .Width   (Dim * CodeBits),
      .Depth   (Rows),
      .AddrBits(RowBits)
  ) u_value_memory (
      .clk_i  (clk_i),
      .we_i   (we_i),
      .waddr_i(waddr_i),
      .wdata_i(wdata_i),
      .ren_i  (pop && !key_null_i && !key_mean_i),
      .raddr_i(key_row_i),
      .rdata_o(memory_value)
  );

  reg                valid1_q, key1_q, last1_q, mean1_q;
  reg [SlotBits-1:0] slot1_q;

  assign mean_slot_o = slot1_q;

  always @(posedge clk_i) begin
    if (!rst_ni) valid1_q <= 1'b0;
    else if (en) valid1_q <= pop;
    if (en) begin
      key1_q  <= pop && !key_null_i;
      last1_q <= pop && key_last_i;
      mean1_q <= key_mean_i;
      slot1_q <= key_slot_i;
    end
  end

  // ---- stage 1: value row; which accumulators have had a key, the youngest first ---------------

  wire [Dim*CodeBits-1:0] value = mean1_q ? mean_value_i : memory_value;

  reg             first1_q;  // the next entry here is a query's first
  reg  [Ways-1:0] filled_q;
  wire [Ways-1:0] filled1 = first1_q ? {Ways{1'b0}} : filled_q;
  wire            fresh1 = !filled1[Ways-1];
  wire [  Ways:0] filled_next = {filled1, 1'b1};
  wire            unused_next = filled_next[Ways];

  always @(posedge clk_i) begin
    if (!rst_ni) first1_q <= 1'b1;
    else if (en && valid1_q) first1_q <= last1_q;
    if (en && valid1_q) filled_q <= key1_q ? filled_next[Ways-1:0] : filled1;
  end

  // ---- stages 2, 3 and the complete query ------------------------------------------------------

  reg key2_q, last2_q, fresh2_q, key3_q, last3_q, fresh3_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      {key2_q, last2_q, key3_q, last3_q} <= 4'd0;
      done_q <= 1'b0;
      held_q <= 1'b0;
    end else begin
      if (en) begin
        key2_q  <= valid1_q && key1_q;
        last2_q <= valid1_q && last1_q;
        key3_q  <= key2_q;
        last3_q <= last2_q;
        done_q  <= last3_q;
      end
      if (copy) held_q <= 1'b1;
      else if (release_i) held_q <= 1'b0;
    end
    if (en) begin
      fresh2_q <= fresh1;
      fresh3_q <= fresh2_q;
    end
  end

  assign query_valid_o = (held_q && !release_i) || done_q;

  // ---- exponents: of a query in stage 3, a complete one and a held one at most -----------------

  localparam Queries = 3;
  localparam TermBits = (Float != 0) ? Ways : ExpBits + Ways * ShiftBits + Ways;
  wire [          TermBits-1:0] term, term2;
  wire [$clog2(Queries+1)-1:0] terms;
  assign exp_valid_o = terms != 0;
  ks_fifo #(
      .Width(TermBits),
      .Depth(Queries)
  ) u_terms (
      .clk_i  (clk_i),
      .rst_ni (rst_ni),
      .push_i (en && last2_q),
      .data_i (term2),
      .count_o(terms),
      .data_o (term),
      .pop_i  (exp_pop_i)
  );

  // ---- the rows --------------------------------------------------------------------------------

  wire [Dim*Ways*AccBits-1:0] row;
  generate
    if (Float != 0) begin : g_float
      ks_rows_float #(
          .Dim     (Dim),
          .CodeBits(CodeBits),
          .ExpBits (ExpBits)
      ) u_rows (
          .clk_i     (clk_i),
          .rst_ni    (rst_ni),
          .en_i      (en),
          .key0_i    (pop && !key_null_i),
          .m0_i      (key_m_i),
          .e0_i      (key_e_i),
          .key1_i    (key1_q),
          .value1_i  (value),
          .key2_i    (key2_q),
          .key3_i    (key3_q),
          .fresh3_i  (fresh3_q),
          .copy_i    (copy),
          .row_o     (row),
          .total_o   (total_o),
          .overflow_o(overflow_o)
      );
      assign term2        = filled_q;
      assign exp_filled_o = term;
      assign exp_max_o    = {ExpBits{1'b0}};
      assign exp_down_o   = {Ways * ShiftBits{1'b0}};
    end else begin : g_shared
      wire unused_fresh = fresh3_q;
      wire [ExpBits-1:0] exp_max2;
      wire [Ways*ShiftBits-1:0] down2;
      assign term2 = {exp_max2, down2, filled_q};
      assign {exp_max_o, exp_down_o, exp_filled_o} = term;
      ks_rows_shared #(
          .Dim      (Dim),
          .CodeBits (CodeBits),
          .ExpFrac  (ExpFrac),
          .ExpBits  (ExpBits),
          .GuardBits(GuardBits),
          .AccBits  (AccBits),
          .TotalBits(TotalBits),
          .Ways     (Ways),
          .ShiftBits(ShiftBits)
      ) u_rows (
          .clk_i     (clk_i),
          .en_i      (en),
          .m0_i      (key_m_i),
          .e0_i      (key_e_i),
          .key1_i    (key1_q),
          .first1_i  (first1_q),
          .fresh1_i  (fresh1),
          .value1_i  (value),
          .key2_i    (key2_q),
          .key3_i    (key3_q),
          .copy_i    (copy),
          .exp_max2_o(exp_max2),
          .down2_o   (down2),
          .row_o     (row),
          .total_o   (total_o)
      );
      assign overflow_o = 1'b0;
    end
  endgenerate

  // Element p * PartDim + i of the row is choice p of element i of the part.
  genvar i, p;
  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_element
      wire [Parts*Ways*AccBits-1:0] choices;
      for (p = 0; p < Parts; p = p + 1) begin : g_choice
        if (p * PartDim + i < Dim) begin : g_lane_of
          assign choices[p*Ways*AccBits+:Ways*AccBits] =
              row[(p*PartDim+i)*Ways*AccBits+:Ways*AccBits];
        end else begin : g_pad
          assign choices[p*Ways*AccBits+:Ways*AccBits] = {Ways * AccBits{1'b0}};
        end
      end
      ks_choose #(
          .Width    (Ways * AccBits),
          .Words    (Parts),
          .IndexBits(PartBits)
      ) u_choose (
          .words_i(choices),
          .index_i(part_i),
          .word_o (part_o[i*Ways*AccBits+:Ways*AccBits])
      );
    end
  endgenerate

endmodule

`default_nettype wire
