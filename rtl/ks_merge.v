// SPDX-License-Identifier: Apache-2.0
//
// Merge of the banks' accumulators (SPEC 3): takes a query when every bank offers it and reads its
// sums in Parts parts of PartDim elements, a part a cycle, because the divider behind takes that
// many. The arithmetic is ks_merge_shared's or ks_merge_float's.
//
// Timing: the banks' exponents of a query come ahead of its sums; its shifts are known a
// cycle after the last bank's. A query is taken in the cycle in which they are and the
// last bank offers its sums; the parts are read in the Parts cycles after it (release_o in the
// last); a merged part appears 1 + ceil(log4 (Banks * Ways)) cycles after it was read, with floats
// Banks cycles. All but the shifts advances with en_i. A query may follow every Parts cycles.
//
//   exp_*, query_valid_i, release_o, part_*, total_i  from and to each bank, see ks_accumulate
//   start_o     the query is taken (one cycle)
//   info_i      what travels with the query, read in the cycle of start_o
//   part_o      merged elements, element i in bits [i*MergedBits +: MergedBits]; total_o sum of
//               weights, unsigned or a float; index_o, last_o the part's place in the row; info_o
//               the query's info
//   overflow_o  a float was saturated

`default_nettype none

module ks_merge #(
    parameter Float           = 0,   // 1: accumulator = float (Ways 1, all numbers of 16 bits)
    parameter Banks           = 4,
    parameter Ways            = 2,
    parameter ExpBits         = 28,
    parameter AccBits         = 30,
    parameter TotalBits       = 22,
    parameter MergedBits      = 34,
    parameter MergedTotalBits = 25,  // unsigned bits of total_o and a sign
    parameter PartDim         = 16,
    parameter Parts           = 4,
    parameter PartBits        = 2,   // max(1, clog2(Parts))
    parameter InfoBits        = 33,
    parameter ShiftBits       = $clog2(AccBits + 1)  // derived: do not set
) (
    input  wire                                  clk_i,
    input  wire                                  rst_ni,
    input  wire                                  en_i,
    // banks
    input  wire [                     Banks-1:0] exp_valid_i,
    input  wire [             Banks*ExpBits-1:0] exp_max_i,
    input  wire [      Banks*Ways*ShiftBits-1:0] exp_down_i,
    input  wire [                Banks*Ways-1:0] exp_filled_i,
    output wire                                  exp_pop_o,
    input  wire [                     Banks-1:0] query_valid_i,
    output wire                                  release_o,
    output wire [                  PartBits-1:0] part_index_o,
    input  wire [Banks*PartDim*Ways*AccBits-1:0] part_i,
    input  wire [      Banks*Ways*TotalBits-1:0] total_i,
    // context
    output wire                                  start_o,
    input  wire [                  InfoBits-1:0] info_i,
    // divider
    output wire                                  valid_o,
    output wire                                  last_o,
    output wire [                  PartBits-1:0] index_o,
    output wire [                  InfoBits-1:0] info_o,
    output wire [        PartDim*MergedBits-1:0] part_o,
    output wire [           MergedTotalBits-1:0] total_o,
    output wire                                  overflow_o
);

  localparam MergeStages = (Float != 0) ? Banks - 1 : ($clog2(Banks * Ways) + 1) / 2;
  localparam [31:0] LAST_PART = Parts - 1;

  // ---- shifts, with floats only which banks had a key -------------------------------------------

  wire start, shifts_valid;
  wire [Banks*Ways*ShiftBits-1:0] shift;
  wire [Banks*Ways-1:0] filled;
  reg [Banks*Ways*ShiftBits-1:0] shift_q;
  reg [Banks*Ways-1:0] filled_q;

  ks_merge_shifts #(
      .Banks    (Banks),
      .Ways     (Ways),
      .ExpBits  (ExpBits),
      .ShiftBits(ShiftBits)
  ) u_shifts (
      .clk_i       (clk_i),
      .rst_ni      (rst_ni),
      .exp_valid_i (exp_valid_i),
      .exp_max_i   (exp_max_i),
      .exp_down_i  (exp_down_i),
      .exp_filled_i(exp_filled_i),
      .pop_o       (exp_pop_o),
      .valid_o     (shifts_valid),
      .shift_o     (shift),
      .filled_o    (filled),
      .pop_i       (start)
  );

  // ---- control ---------------------------------------------------------------------------------

  reg                     busy_q;
  reg  [    PartBits-1:0] part_q;
  reg  [    InfoBits-1:0] info_q;
  wire                    last_part = part_q == LAST_PART[PartBits-1:0];
  wire                    read = en_i && busy_q;
  assign                  start = en_i && shifts_valid && (&query_valid_i) && (!busy_q || last_part);

  assign start_o      = start;
  assign release_o    = read && last_part;
  assign part_index_o = part_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      busy_q <= 1'b0;
      part_q <= {PartBits{1'b0}};
    end else if (start) begin
      busy_q <= 1'b1;
      part_q <= {PartBits{1'b0}};
    end else if (read) begin
      busy_q <= !last_part;
      part_q <= last_part ? {PartBits{1'b0}} : part_q + 1'b1;
    end
    if (start) begin
      shift_q  <= shift;
      filled_q <= filled;
      info_q   <= info_i;
    end
  end

  // ---- parts -----------------------------------------------------------------------------------

  generate
    if (Float != 0) begin : g_float
      wire overflow;
      wire unused_shift = &{1'b0, shift_q};
      ks_merge_float #(
          .Banks  (Banks),
          .PartDim(PartDim)
      ) u_sums (
          .clk_i     (clk_i),
          .en_i      (en_i),
          .read_i    (read),
          .filled_i  (filled_q),
          .part_i    (part_i),
          .total_i   (total_i),
          .part_o    (part_o),
          .total_o   (total_o),
          .overflow_o(overflow)
      );
      assign overflow_o = en_i && valid_o && overflow;
    end else begin : g_shared
      ks_merge_shared #(
          .Banks          (Banks),
          .Ways           (Ways),
          .ShiftBits      (ShiftBits),
          .AccBits        (AccBits),
          .TotalBits      (TotalBits),
          .MergedBits     (MergedBits),
          .MergedTotalBits(MergedTotalBits),
          .PartDim        (PartDim)
      ) u_sums (
          .clk_i          (clk_i),
          .en_i           (en_i),
          .read_i         (read),
          .shift_i        (shift_q),
          .filled_i       (filled_q),
          .part_i         (part_i),
          .total_i        (total_i),
          .part_o         (part_o),
          .total_o        (total_o)
      );
      assign overflow_o = 1'b0;
    end
  endgenerate

  // ---- the part's place and the query's info go along ------------------------------------------

  localparam TagBits = 1 + PartBits + InfoBits;
  wire [TagBits-1:0] tag;
  reg  [ MergeStages:0] valid_q;
  integer s;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      valid_q <= {(MergeStages + 1) {1'b0}};
    end else if (en_i) begin
      valid_q[0] <= busy_q;
      for (s = 1; s <= MergeStages; s = s + 1) valid_q[s] <= valid_q[s-1];
    end
  end
  ks_delay #(
      .Width (TagBits),
      .Stages(1 + MergeStages)
  ) u_tag (
      .clk_i(clk_i),
      .en_i (en_i),
      .d_i  ({last_part, part_q, info_q}),
      .q_o  (tag)
  );
  assign valid_o = valid_q[MergeStages];
  assign {last_o, index_o, info_o} = tag;

endmodule

`default_nettype wire
