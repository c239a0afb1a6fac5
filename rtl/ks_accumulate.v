// SPDX-License-Identifier: Apache-2.0
//
// The accumulate half of a bank (SPEC 3): takes weighted keys in the order of the bank, reads their
// value rows and hands both to the arithmetic, ks_rows_shared or ks_rows_float. Here are the value
// memory and the flow: which key is where, when a query is complete, when everything stands still.
//
// Throughput: a key a cycle. Latency: 4 cycles from a key to its sum with one way, else 5. When a
// query is complete its sums are copied into hold registers for the merge and the next query's
// first key may follow in the next cycle. If the hold registers still keep the query before,
// everything here freezes until the merge has read them; the bank's other half goes on.
//
// A bank without a key for a query gets one entry with null_i and last_i: its ways stay empty.
//
//   key_*          valid/ready stream of entries: address of the value row, weight m * 2^(e - E),
//                  flags
//   mean_*         key_mean_i: the value row is not the memory's but mean row key_slot_i, which is
//                  asked for on mean_slot_o the cycle after the pop and shown on mean_value_i in
//                  the same cycle
//   query_valid_o  a complete query is offered to the merge, with which ways have had a key, the
//                  exponent of each, and the largest exponent of these ways (meaningless if there
//                  is none; 0 with floats)
//   release_i      the merge reads the last part of the query in this cycle
//   part_i         part of the row on part_o: elements part_i * PartDim .. + PartDim - 1 of each
//                  way; element i of way w in bits [(i*Ways + w)*AccBits +: AccBits]; total_o holds
//                  the sums of weights
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
    parameter SlotBits  = 2    // bits of a mean row's number
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
    output wire                            query_valid_o,
    output wire [                Ways-1:0] query_filled_o,
    output wire [        Ways*ExpBits-1:0] query_exp_o,
    output wire [             ExpBits-1:0] query_exp_max_o,
    input  wire                            release_i,
    input  wire [            PartBits-1:0] part_i,
    output wire [PartDim*Ways*AccBits-1:0] part_o,
    output wire [      Ways*TotalBits-1:0] total_o,
    output wire                            overflow_o
);

  localparam WayBits = (Ways == 1) ? 1 : $clog2(Ways);
  localparam [31:0] LAST_WAY = Ways - 1;

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

  reg [WayBits-1:0] next_way_q;  // way of the next key
  reg               wrapped_q;   // every way has had a key of this query

  reg                valid1_q, key1_q, last1_q, mean1_q, fresh1_q;
  reg [ WayBits-1:0] way1_q;
  reg [SlotBits-1:0] slot1_q;

  assign mean_slot_o = slot1_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      valid1_q   <= 1'b0;
      next_way_q <= {WayBits{1'b0}};
      wrapped_q  <= 1'b0;
    end else if (en) begin
      valid1_q <= pop;
      if (pop) begin
        if (key_last_i) begin
          next_way_q <= {WayBits{1'b0}};
          wrapped_q  <= 1'b0;
        end else if (next_way_q == LAST_WAY[WayBits-1:0]) begin
          next_way_q <= {WayBits{1'b0}};
          wrapped_q  <= 1'b1;
        end else begin
          next_way_q <= next_way_q + 1'b1;
        end
      end
    end
    if (en) begin
      key1_q   <= pop && !key_null_i;
      last1_q  <= pop && key_last_i;
      mean1_q  <= key_mean_i;
      fresh1_q <= !wrapped_q;
      way1_q   <= next_way_q;
      slot1_q  <= key_slot_i;
    end
  end

  // ---- stage 1: value row; ways that are filled ------------------------------------------------

  wire [Dim*CodeBits-1:0] value = mean1_q ? mean_value_i : memory_value;

  reg [   Ways-1:0] filled_q;  // of the query whose key was last in this stage
  reg               start1_q;  // the next entry here is a query's first
  reg               key2_q, last2_q, fresh2_q;
  reg [WayBits-1:0] way2_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      start1_q <= 1'b1;
      key2_q   <= 1'b0;
      last2_q  <= 1'b0;
    end else if (en) begin
      if (valid1_q) start1_q <= last1_q;
      key2_q  <= valid1_q && key1_q;
      last2_q <= valid1_q && last1_q;
    end
    if (en) begin
      if (valid1_q) begin
        if (start1_q) filled_q <= {Ways{1'b0}};
        if (key1_q) filled_q[way1_q] <= 1'b1;
      end
      fresh2_q <= fresh1_q;
      way2_q   <= way1_q;
    end
  end

  // ---- stage 2; stage 3 (and 4): accumulate ----------------------------------------------------

  reg               key3_q, last3_q, fresh3_q;
  reg [WayBits-1:0] way3_q;
  wire              done_d;  // the query's last key is in the lanes' last stage

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      key3_q  <= 1'b0;
      last3_q <= 1'b0;
    end else if (en) begin
      key3_q  <= key2_q;
      last3_q <= last2_q;
    end
    if (en) begin
      fresh3_q <= fresh2_q;
      way3_q   <= way2_q;
    end
  end

  generate
    if (Ways == 1) begin : g_done_one
      assign done_d = last3_q;
    end else begin : g_done_ways
      reg last4_q;
      always @(posedge clk_i) begin
        if (!rst_ni) last4_q <= 1'b0;
        else if (en) last4_q <= last3_q;
      end
      assign done_d = last4_q;
    end
  endgenerate

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      done_q <= 1'b0;
      held_q <= 1'b0;
    end else begin
      if (en) done_q <= done_d;
      if (copy) held_q <= 1'b1;
      else if (release_i) held_q <= 1'b0;
    end
  end

  wire waiting = held_q && !release_i;
  assign query_valid_o = waiting || done_q;
  ks_snapshot #(
      .Width (Ways),
      .Stages((Ways == 1) ? 2 : 3)
  ) u_filled (
      .clk_i (clk_i),
      .en_i  (en),
      .copy_i(copy),
      .held_i(waiting),
      .d_i   (filled_q),
      .q_o   (query_filled_o)
  );

  // ---- the rows --------------------------------------------------------------------------------

  wire [Dim*Ways*AccBits-1:0] row;
  generate
    if (Float != 0) begin : g_float
      wire unused_ways = &{1'b0, way3_q};
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
      assign query_exp_o     = {Ways * ExpBits{1'b0}};
      assign query_exp_max_o = {ExpBits{1'b0}};
    end else begin : g_shared
      ks_rows_shared #(
          .Dim      (Dim),
          .CodeBits (CodeBits),
          .ExpFrac  (ExpFrac),
          .ExpBits  (ExpBits),
          .GuardBits(GuardBits),
          .AccBits  (AccBits),
          .TotalBits(TotalBits),
          .Ways     (Ways),
          .WayBits  (WayBits)
      ) u_rows (
          .clk_i    (clk_i),
          .en_i     (en),
          .m0_i     (key_m_i),
          .e0_i     (key_e_i),
          .key1_i   (key1_q),
          .way1_i   (way1_q),
          .fresh1_i (fresh1_q),
          .filled1_i(filled_q),
          .value1_i (value),
          .key3_i   (key3_q),
          .way3_i   (way3_q),
          .fresh3_i (fresh3_q),
          .copy_i   (copy),
          .held_i   (waiting),
          .exp_o    (query_exp_o),
          .exp_max_o(query_exp_max_o),
          .row_o    (row),
          .total_o  (total_o)
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
