// SPDX-License-Identifier: Apache-2.0
//
// Commands (SPEC 9): takes one from the stream, judges it, and hands it on as soon as nothing is in
// its way. An illegal command is dropped with a code (enum ks_refusal of the C model; the order of
// the checks is the same) and the next one is judged as if it had not been there.
//
//   LOAD waits for the LOAD before it; with base 0 also for the queries that still read the page.
//   ATTEND waits for the rows of the ATTEND before it, for a LOAD of its page, and for a free
//                 context.
//
// With Rows > 0 there are LISA's instructions too, in the low half of a word
// (docs/instructions.md): a PREDICT is the ATTEND of a group of queries, the others only wait for
// instruct_ready_i.
//
// The registers are sampled with the command. What an ATTEND needs goes into one of Contexts
// contexts, and its queries carry the context's number down the pipeline; the context is free again
// when the last of them has left the banks (retire_*). What an engine alone knows passes as it is:
// its registers, its word in a context, its refusals.
//
//   cmd_data_i  opcode [3:0], page [7:4], flags [15:8], tag [31:16], base [47:32], count [63:48]
//   settings_*  the engine's registers; settings_o as sampled, at_hand_o the low bits of the
//               command at hand. From them the engine makes, in the same cycle, refusal_i (0: none;
//               of a command that breaks no common rule) and attend_word_i for the context
//   attend_*    an ATTEND or a PREDICT starts
//   context_*   one field a context, context c in bits [c * width +: width]

`default_nettype none

module ks_command #(
    parameter Keys         = 512,  // n
    parameter CountBits    = 10,   // bits of 0..n
    parameter Pages        = 2,
    parameter Contexts     = 4,    // a power of two, >= 2
    parameter ContextBits  = 2,
    parameter Appends      = 1,    // 1: a LOAD may append to its page
    parameter Flags        = 1,    // flags that an ATTEND may have, a bit each
    parameter Rows         = 0,    // queries of a group, <= 16; 0: no instructions
    parameter SettingsBits = 11,
    parameter WordBits     = 41,
    parameter SlotBits     = 2
) (
    input  wire                             clk_i,
    input  wire                             rst_ni,
    // stream
    input  wire                             cmd_valid_i,
    output wire                             cmd_ready_o,
    input  wire [                     63:0] cmd_data_i,
    output wire                             pending_o,
    output wire                             refused_o,
    output wire [                      7:0] refusal_o,
    // registers
    input  wire [                     15:0] exp_mul_i,
    input  wire [                      5:0] exp_shift_i,
    input  wire [         SettingsBits-1:0] settings_i,
    output wire [         SettingsBits-1:0] settings_o,
    output wire [                     15:0] at_hand_o,
    input  wire [                      7:0] refusal_i,
    // LOAD
    output wire                             load_start_o,
    output wire                             load_page_o,
    output wire                             load_afresh_o,
    output wire [            CountBits-1:0] load_count_o,
    output wire [            CountBits-1:0] load_keys_o,
    input  wire                             load_busy_i,
    input  wire                             load_busy_page_i,
    // pages
    input  wire [       Pages*SlotBits-1:0] page_slot_i,
    // ATTEND
    output wire                             attend_start_o,
    output wire [                     15:0] attend_count_o,
    output wire [          ContextBits-1:0] attend_context_o,
    input  wire [             WordBits-1:0] attend_word_i,
    input  wire                             attend_busy_i,
    // SCORE, SOFTMAX, WSUM
    output wire                             instruct_o,
    input  wire                             instruct_ready_i,
    // contexts
    input  wire                             retire_i,
    input  wire [          ContextBits-1:0] retire_context_i,
    output wire [             Contexts-1:0] context_page_o,
    output wire [             Contexts-1:0] context_exact_o,
    output wire [          Contexts*16-1:0] context_tag_o,
    output wire [          Contexts*16-1:0] context_exp_mul_o,
    output wire [           Contexts*6-1:0] context_exp_shift_o,
    output wire [   Contexts*CountBits-1:0] context_keys_o,
    output wire [    Contexts*WordBits-1:0] context_word_o,
    output wire [    Contexts*SlotBits-1:0] context_slot_o,
    input  wire [             SlotBits-1:0] spare_slot_i,
    output wire                             spare_used_o
);

  localparam [7:0] REFUSED_OPCODE = 1;
  localparam [7:0] REFUSED_PAGE = 2;
  localparam [7:0] REFUSED_COUNT = 3;
  localparam [7:0] REFUSED_FLAGS = 4;
  localparam [7:0] REFUSED_BASE = 5;
  localparam [7:0] REFUSED_ROOM = 6;
  localparam [7:0] REFUSED_EMPTY = 7;
  localparam [7:0] REFUSED_SCALE = 8;
  localparam [31:0] ROOM = Keys;
  localparam [31:0] PAGES = Pages;
  localparam [31:0] FLAGS = Flags;
  localparam [31:0] ROWS = Rows;

  // ---- the command at hand ---------------------------------------------------------------------

  reg         valid_q;
  reg  [63:0] cmd_q;
  reg  [15:0] exp_mul_q;  // the registers as they stood when the command was taken
  reg  [ 5:0] exp_shift_q;
  reg  [SettingsBits-1:0] settings_q;
  wire [ 3:0] opcode = cmd_q[3:0];
  wire [ 3:0] page_number = cmd_q[7:4];
  wire [ 7:0] flags = cmd_q[15:8];
  wire [15:0] tag = cmd_q[31:16];
  wire [15:0] base = cmd_q[47:32];
  wire [15:0] count = cmd_q[63:48];
  wire        page = page_number[0];
  wire [15:0] queries = is_predict ? {12'd0, cmd_q[15:12]} + 16'd1 : count;
  wire        is_load = opcode == 4'd1;
  wire        is_predict = Rows != 0 && opcode == 4'd8;
  wire        is_instruction = Rows != 0 && (opcode == 4'd9 || opcode == 4'd10 || opcode == 4'd11);
  wire        is_queries = opcode == 4'd2 || is_predict;

  wire        go;
  assign cmd_ready_o = rst_ni && (!valid_q || go);
  assign pending_o   = valid_q;
  always @(posedge clk_i) begin
    if (!rst_ni) valid_q <= 1'b0;
    else if (cmd_ready_o) valid_q <= cmd_valid_i;
    if (cmd_ready_o) begin
      cmd_q       <= cmd_data_i;
      exp_mul_q   <= exp_mul_i;
      exp_shift_q <= exp_shift_i;
      settings_q  <= settings_i;
    end
  end
  assign settings_o = settings_q;
  assign at_hand_o  = cmd_q[15:0];

  // ---- pages -----------------------------------------------------------------------------------

  reg  [Pages*CountBits-1:0] keys_q;
  wire [      CountBits-1:0] keys;
  wire [       SlotBits-1:0] slot;
  wire [               16:0] keys_after = {1'b0, base} + {1'b0, count};

  generate
    if (Pages == 1) begin : g_one_page
      assign keys = keys_q;
      assign slot = page_slot_i;
    end else begin : g_two_pages
      assign keys = page ? keys_q[CountBits+:CountBits] : keys_q[0+:CountBits];
      assign slot = page ? page_slot_i[SlotBits+:SlotBits] : page_slot_i[0+:SlotBits];
    end
  endgenerate

  genvar p;
  generate
    for (p = 0; p < Pages; p = p + 1) begin : g_keys
      always @(posedge clk_i) begin
        if (!rst_ni) keys_q[p*CountBits+:CountBits] <= {CountBits{1'b0}};
        else if (load_start_o && page == p) begin
          keys_q[p*CountBits+:CountBits] <= keys_after[CountBits-1:0];
        end
      end
    end
  endgenerate

  // ---- legal? ----------------------------------------------------------------------------------

  reg  [7:0] refusal;
  wire       legal = refusal == 8'd0;
  wire       base_bad = base != 16'd0
                     && (Appends == 0 || base != {{(16 - CountBits) {1'b0}}, keys});
  wire       scale_bad = exp_shift_q < 6'd8 || exp_shift_q > 6'd47;
  wire       flags_bad = !is_load && !is_predict && (flags & ~FLAGS[7:0]) != 8'd0;
  wire       count_bad = is_predict ? queries > ROWS[15:0] : count == 16'd0;
  always @* begin
    refusal = refusal_i;
    if (!is_load && !is_queries && !is_instruction) refusal = REFUSED_OPCODE;
    else if (is_instruction) refusal = refusal_i;
    else if (page_number >= PAGES[3:0]) refusal = REFUSED_PAGE;
    else if (count_bad) refusal = REFUSED_COUNT;
    else if (flags_bad) refusal = REFUSED_FLAGS;
    else if (is_load && base_bad) refusal = REFUSED_BASE;
    else if (is_load && keys_after > ROOM[16:0]) refusal = REFUSED_ROOM;
    else if (is_queries && keys == 0) refusal = REFUSED_EMPTY;
    else if (is_queries && scale_bad) refusal = REFUSED_SCALE;
  end

  // ---- in nothing's way? -----------------------------------------------------------------------

  reg  [   Contexts-1:0] active_q;
  reg  [ContextBits-1:0] next_q;
  reg  [   Contexts-1:0] page_q;
  wire                   page_read = page ? |(active_q & page_q) : |(active_q & ~page_q);
  wire                   load_go = !load_busy_i && (base != 16'd0 || !page_read);
  wire attend_go = !attend_busy_i && !active_q[next_q]
                   && !(load_busy_i && load_busy_page_i == page);
  wire unhindered = is_load ? load_go : is_instruction ? instruct_ready_i : attend_go;
  assign go = valid_q && (!legal || unhindered);

  assign refused_o        = valid_q && !legal;
  assign refusal_o        = refusal;
  assign load_start_o     = go && legal && is_load;
  assign load_page_o      = page;
  assign load_afresh_o    = base == 16'd0;
  assign load_count_o     = count[CountBits-1:0];
  assign load_keys_o      = keys_after[CountBits-1:0];
  assign attend_start_o   = go && legal && is_queries;
  assign attend_count_o   = queries;
  assign attend_context_o = next_q;
  assign instruct_o       = go && legal && is_instruction;

  // ---- contexts --------------------------------------------------------------------------------

  reg  [              Contexts-1:0] exact_q;
  reg  [           Contexts*16-1:0] tag_q, mul_q;
  reg  [            Contexts*6-1:0] shift_q;
  reg  [    Contexts*CountBits-1:0] keys_at_q;
  reg  [     Contexts*WordBits-1:0] word_q;
  reg  [     Contexts*SlotBits-1:0] slot_q;
  wire [              Contexts-1:0] slot_spare;

  genvar c;
  generate
    for (c = 0; c < Contexts; c = c + 1) begin : g_context
      assign slot_spare[c] = slot_q[c*SlotBits+:SlotBits] == spare_slot_i;
      always @(posedge clk_i) begin
        if (!rst_ni) active_q[c] <= 1'b0;
        else if (attend_start_o && next_q == c) active_q[c] <= 1'b1;
        else if (retire_i && retire_context_i == c) active_q[c] <= 1'b0;
        if (attend_start_o && next_q == c) begin
          page_q[c]                         <= page;
          exact_q[c]                        <= flags[0];
          tag_q[c*16+:16]                   <= tag;
          mul_q[c*16+:16]                   <= exp_mul_q;
          shift_q[c*6+:6]                   <= exp_shift_q;
          keys_at_q[c*CountBits+:CountBits] <= keys;
          word_q[c*WordBits+:WordBits]      <= attend_word_i;
          slot_q[c*SlotBits+:SlotBits]      <= slot;
        end
      end
    end
  endgenerate
  always @(posedge clk_i) begin
    if (!rst_ni) next_q <= {ContextBits{1'b0}};
    else if (attend_start_o) next_q <= next_q + 1'b1;
  end

  assign context_page_o      = page_q;
  assign context_exact_o     = exact_q;
  assign context_tag_o       = tag_q;
  assign context_exp_mul_o   = mul_q;
  assign context_exp_shift_o = shift_q;
  assign context_keys_o      = keys_at_q;
  assign context_word_o      = word_q;
  assign context_slot_o      = slot_q;
  assign spare_used_o        = |(active_q & slot_spare);

endmodule

`default_nettype wire
