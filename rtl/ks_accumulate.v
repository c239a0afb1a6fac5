// SPDX-License-Identifier: Apache-2.0
//
// The accumulate half of a bank (SPEC 3, accumulator = shared): takes weighted keys in the order of the
// bank, reads their value rows and adds them, with one exponent a way for the whole row. Lane Dim adds
// the weights themselves: it is a lane whose value is always the code 1.
//
// Throughput: a key a cycle. Latency: 4 cycles from a key to its sum with one way, else 5. When a query is
// complete its sums are copied into hold registers for the merge and the next query's first key may follow
// in the next cycle. If the hold registers still keep the query before, everything here freezes until the
// merge has read them; the bank's other half goes on.
//
// A bank without a key for a query gets one entry with null_i and last_i: its ways stay empty.
//
//   key_*          valid/ready stream of entries: address of the value row, weight m * 2^(e - E), flags
//   mean_*         key_mean_i: the value row is not the memory's but mean row key_slot_i, which is asked for
//                  on mean_slot_o the cycle after the pop and shown on mean_value_i in the same cycle
//   query_valid_o  a complete query is offered to the merge, with the exponent, and whether it has one, of
//                  each way, and the largest exponent of the bank's ways (meaningless if none has one)
//   release_i      the merge reads the last part of the query in this cycle
//   part_i         part of the row on part_o: elements part_i * PartDim .. + PartDim - 1 of each way; element
//                  i of way w in bits [(i*Ways + w)*AccBits +: AccBits]; total_o holds the sums of weights

`default_nettype none

module ks_accumulate #(
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
    output wire [      Ways*TotalBits-1:0] total_o
);

  localparam WayBits = (Ways == 1) ? 1 : $clog2(Ways);
  localparam ShiftBits = $clog2(AccBits + 1);
  localparam [ExpBits-1:0] SHIFT_MAX = (1 << ShiftBits) - 1;
  localparam [31:0] LAST_WAY = Ways - 1;
  localparam SnapshotBits = Ways + Ways * ExpBits + ExpBits;

  // ---- flow: freeze while a complete query finds the hold registers taken ------------------------------

  reg  done_q, held_q;
  wire hold_free = !held_q || release_i;
  wire copy = done_q && hold_free;
  wire en = !done_q || hold_free;

  assign key_ready_o = en;

  // ---- stage 0: pop; the value memory reads ---------------------------------------------------------------

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

  reg               valid1_q, key1_q, last1_q, mean1_q, fresh1_q;
  reg [WayBits-1:0] way1_q;
  reg [  ExpFrac:0] m1_q;
  reg [ExpBits-1:0] e1_q;
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
      m1_q     <= key_m_i;
      e1_q     <= key_e_i;
      slot1_q  <= key_slot_i;
    end
  end

  // ---- stage 1: multiply; exponents ------------------------------------------------------------------------

  wire [Dim*CodeBits-1:0] value = mean1_q ? mean_value_i : memory_value;

  reg  [   Ways-1:0] filled_q;  // of the query whose key was last in this stage
  reg  [Ways*ExpBits-1:0] exp_q;
  reg                start1_q;  // the next entry here is a query's first

  wire signed [ExpBits-1:0] e1 = e1_q;
  wire signed [ExpBits-1:0] exp1 = exp_q[way1_q*ExpBits+:ExpBits];
  wire                      larger = e1 > exp1;
  wire        [  ExpBits:0] up = {e1[ExpBits-1], e1} - {exp1[ExpBits-1], exp1};
  wire        [  ExpBits:0] down = {exp1[ExpBits-1], exp1} - {e1[ExpBits-1], e1};
  wire [ShiftBits-1:0] up_shift = (up[ExpBits-1:0] > SHIFT_MAX) ? SHIFT_MAX[ShiftBits-1:0] : up[ShiftBits-1:0];
  wire [ShiftBits-1:0] down_shift =
      (down[ExpBits-1:0] > SHIFT_MAX) ? SHIFT_MAX[ShiftBits-1:0] : down[ShiftBits-1:0];
  wire unused_sign = up[ExpBits] ^ down[ExpBits];

  reg                key2_q, last2_q, fresh2_q;
  reg [ WayBits-1:0] way2_q;
  reg [ShiftBits-1:0] align2_q, scale2_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      start1_q <= 1'b1;
      last2_q  <= 1'b0;
    end else if (en) begin
      if (valid1_q) start1_q <= last1_q;
      last2_q <= valid1_q && last1_q;
    end
    if (en) begin
      if (valid1_q) begin
        if (start1_q) filled_q <= {Ways{1'b0}};
        if (key1_q) begin
          filled_q[way1_q] <= 1'b1;
          if (fresh1_q || larger) exp_q[way1_q*ExpBits+:ExpBits] <= e1_q;
        end
      end
      key2_q   <= valid1_q && key1_q;
      fresh2_q <= fresh1_q;
      way2_q   <= way1_q;
      align2_q <= (fresh1_q || larger) ? {ShiftBits{1'b0}} : down_shift;
      scale2_q <= larger ? up_shift : {ShiftBits{1'b0}};
    end
  end

  // ---- stage 2: align; stage 3 (and 4): accumulate ------------------------------------------------------------

  reg                 key3_q, last3_q, fresh3_q;
  reg [  WayBits-1:0] way3_q;
  reg [ShiftBits-1:0] scale3_q;
  wire                done_d;  // the query's last key is in the lanes' last stage

  always @(posedge clk_i) begin
    if (en) begin
      key3_q   <= key2_q;
      fresh3_q <= fresh2_q;
      way3_q   <= way2_q;
      scale3_q <= scale2_q;
    end
    if (!rst_ni) last3_q <= 1'b0;
    else if (en) last3_q <= last2_q;
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

  // ---- the exponents of a complete query follow its sums --------------------------------------------------------

  // The largest exponent of the ways that have one.
  reg [ExpBits-1:0] exp_max;
  reg               exp_any;
  integer w;
  always @* begin
    exp_max = exp_q[ExpBits-1:0];
    exp_any = filled_q[0];
    for (w = 1; w < Ways; w = w + 1) begin
      if (filled_q[w] && (!exp_any || $signed(exp_q[w*ExpBits+:ExpBits]) > $signed(exp_max))) begin
        exp_max = exp_q[w*ExpBits+:ExpBits];
        exp_any = 1'b1;
      end
    end
  end

  wire [SnapshotBits-1:0] snapshot;  // with the accumulators' output
  reg  [SnapshotBits-1:0] hold_snapshot_q;
  ks_delay #(
      .Width (SnapshotBits),
      .Stages((Ways == 1) ? 2 : 3)
  ) u_snapshot (
      .clk_i(clk_i),
      .en_i (en),
      .d_i  ({filled_q, exp_q, exp_max}),
      .q_o  (snapshot)
  );
  always @(posedge clk_i) if (copy) hold_snapshot_q <= snapshot;

  wire waiting = held_q && !release_i;
  assign query_valid_o = waiting || done_q;
  assign {query_filled_o, query_exp_o, query_exp_max_o} = waiting ? hold_snapshot_q : snapshot;

  // ---- lanes ---------------------------------------------------------------------------------------------------

  genvar i, p;
  generate
    // Element p * PartDim + i of the row is choice p of element i of the part.
    for (i = 0; i < PartDim; i = i + 1) begin : g_element
      wire [Parts*Ways*AccBits-1:0] choices;
      for (p = 0; p < Parts; p = p + 1) begin : g_choice
        if (p * PartDim + i < Dim) begin : g_lane_of
          assign choices[p*Ways*AccBits+:Ways*AccBits] = g_lane[p*PartDim+i].held;
        end else begin : g_pad
          assign choices[p*Ways*AccBits+:Ways*AccBits] = {Ways * AccBits{1'b0}};
        end
      end
      assign part_o[i*Ways*AccBits+:Ways*AccBits] = choices[part_i*(Ways*AccBits)+:Ways*AccBits];
    end

    for (i = 0; i < Dim; i = i + 1) begin : g_lane
      wire [Ways*AccBits-1:0] held;
      ks_lane #(
          .ValueBits (CodeBits),
          .WeightBits(ExpFrac + 1),
          .GuardBits (GuardBits),
          .AccBits   (AccBits),
          .Ways      (Ways),
          .WayBits   (WayBits),
          .ShiftBits (ShiftBits)
      ) u_lane (
          .clk_i        (clk_i),
          .en_i         (en),
          .multiply_i   (key1_q),
          .value_i      (value[i*CodeBits+:CodeBits]),
          .weight_i     (m1_q),
          .align_shift_i(align2_q),
          .valid_i      (key3_q),
          .way_i        (way3_q),
          .fresh_i      (fresh3_q),
          .scale_shift_i(scale3_q),
          .copy_i       (copy),
          .hold_o       (held)
      );
    end
  endgenerate

  ks_lane #(
      .ValueBits (2),
      .WeightBits(ExpFrac + 1),
      .GuardBits (GuardBits),
      .AccBits   (TotalBits),
      .Ways      (Ways),
      .WayBits   (WayBits),
      .ShiftBits (ShiftBits)
  ) u_total (
      .clk_i        (clk_i),
      .en_i         (en),
      .multiply_i   (key1_q),
      .value_i      (2'b01),
      .weight_i     (m1_q),
      .align_shift_i(align2_q),
      .valid_i      (key3_q),
      .way_i        (way3_q),
      .fresh_i      (fresh3_q),
      .scale_shift_i(scale3_q),
      .copy_i       (copy),
      .hold_o       (total_o)
  );

endmodule

`default_nettype wire
