// SPDX-License-Identifier: Apache-2.0
//
// Between the selector and the banks: keeps the rows of the queries under way, and starts a
// finished query in all banks at once. Two queries can be in the banks, so that a bank may run
// ahead of the others by one; what the banks need of them stands in two sets of registers, used in
// turn (set = parity of the query).
//
// Timing: a query of the ready queue that starts in cycle t can be issued by the banks from t + 1
// on; it starts in the cycle after that in which the last bank issues the last key of the query
// before the one before it (with lqf in that cycle), or later. A slot is free two cycles after that one.
//
//   take_i    a query row enters the hash unit for the last cycle: it is kept, in slot after slot
//   go_o      there is a slot for one more
//   ready_*   the selector's queue of finished queries, see ks_select
//   room_i    the bank can be given a query; behind_i[b*2 +: 2] queries it has not
//             finished
//   set_*     the two sets; set_row_o the query row of each, valid two cycles after the set's other
//             fields

`default_nettype none

module ks_launch #(
    parameter RowWidth    = 576,
    parameter Banks       = 4,
    parameter Slots       = 8,
    parameter ContextBits = 2,
    parameter BankBits    = 2,
    parameter RowBits     = 8,
    parameter CountBits   = 10,
    parameter ListCount   = 5,
    parameter Contexts    = 4,
    parameter EndBits     = 18,   // bits of a position, {.., row, bank} at the bottom
    parameter SetBits     = 2 + ContextBits + 16 + 1 + 2 * (BankBits + RowBits) + CountBits + Banks * ListCount
) (
    input  wire                          clk_i,
    input  wire                          rst_ni,
    // rows
    input  wire                          take_i,
    input  wire [          RowWidth-1:0] take_row_i,
    output wire                          go_o,
    output wire                          waiting_o,
    // finished queries
    input  wire                          ready_valid_i,
    output wire                          ready_pop_o,
    input  wire [       ContextBits-1:0] ready_context_i,
    input  wire [                  15:0] ready_number_i,
    input  wire                          ready_none_i,
    input  wire [          BankBits-1:0] ready_best_bank_i,
    input  wire [           RowBits-1:0] ready_best_row_i,
    input  wire [         CountBits-1:0] ready_unused_i,
    input  wire [   Banks*ListCount-1:0] ready_counts_i,
    input  wire [          Contexts-1:0] context_exact_i,
    input  wire [          Contexts-1:0] context_page_i,
    input  wire [  Contexts*EndBits-1:0] context_end_i,
    // banks
    input  wire [             Banks-1:0] room_i,
    input  wire [           2*Banks-1:0] behind_i,
    output wire                          launch_o,
    output wire [                   1:0] set_exact_o,
    output wire [                   1:0] set_page_o,
    output wire [                   1:0] set_none_o,
    output wire [     2*ContextBits-1:0] set_context_o,
    output wire [                2*16-1:0] set_number_o,
    output wire [        2*BankBits-1:0] set_end_bank_o,
    output wire [         2*RowBits-1:0] set_end_row_o,
    output wire [        2*BankBits-1:0] set_best_bank_o,
    output wire [         2*RowBits-1:0] set_best_row_o,
    output wire [       2*CountBits-1:0] set_unused_o,
    output wire [ 2*Banks*ListCount-1:0] set_counts_o,
    output wire [        2*RowWidth-1:0] set_row_o
);

  localparam SlotBits = (Slots == 1) ? 1 : $clog2(Slots);
  localparam UsedBits = $clog2(Slots + 3);
  localparam [31:0] LAST_SLOT = Slots - 1;
  localparam [31:0] SLOTS = Slots;

  // ---- slots: queries that wait for their launch, and those that the slowest bank has not finished 

  reg [UsedBits-1:0] waiting_q;
  reg [         1:0] behind;
  integer b;
  always @* begin
    behind = 2'd0;
    for (b = 0; b < Banks; b = b + 1) if (behind_i[2*b+:2] > behind) behind = behind_i[2*b+:2];
  end
  // In a register, so that it may decide late what else happens in its cycle: a slot that is taken
  // counts at once, one that becomes free a cycle later.
  reg                 go_q;
  wire [UsedBits-1:0] used = waiting_q + {{(UsedBits - 2) {1'b0}}, behind};
  always @(posedge clk_i) begin
    if (!rst_ni) go_q <= 1'b1;
    else go_q <= used < (take_i ? LAST_SLOT[UsedBits-1:0] : SLOTS[UsedBits-1:0]);
  end
  assign go_o      = go_q;
  assign waiting_o = waiting_q != 0;

  wire launch = ready_valid_i && (&room_i);
  assign launch_o    = launch;
  assign ready_pop_o = launch;
  always @(posedge clk_i) begin
    if (!rst_ni) waiting_q <= {UsedBits{1'b0}};
    else if (take_i && !launch) waiting_q <= waiting_q + 1'b1;
    else if (!take_i && launch) waiting_q <= waiting_q - 1'b1;
  end

  // ---- rows ------------------------------------------------------------------------------------

  // A launch's row is read in the cycle after it, so that the set's row changes no sooner than the
  // last key of the query whose it was is multiplied.
  reg read_q;
  reg [SlotBits-1:0] take_slot_q, launch_slot_q;
  wire [RowWidth-1:0] row;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      read_q        <= 1'b0;
      take_slot_q   <= {SlotBits{1'b0}};
      launch_slot_q <= {SlotBits{1'b0}};
    end else begin
      read_q <= launch;
      if (take_i) take_slot_q <= (take_slot_q == LAST_SLOT[SlotBits-1:0]) ? {SlotBits{1'b0}} : take_slot_q + 1'b1;
      if (read_q) launch_slot_q <= (launch_slot_q == LAST_SLOT[SlotBits-1:0]) ? {SlotBits{1'b0}} : launch_slot_q + 1'b1;
    end
  end
  ks_ram_1r1w #(
      .Width   (RowWidth),
      .Depth   (Slots),
      .AddrBits(SlotBits)
  ) u_query_memory (
      .clk_i  (clk_i),
      .we_i   (take_i),
      .waddr_i(take_slot_q),
      .wdata_i(take_row_i),
      .ren_i  (read_q),
      .raddr_i(launch_slot_q),
      .rdata_o(row)
  );

  // ---- the two sets ----------------------------------------------------------------------------

  reg  set_q;  // set of the next launch
  reg  row_load_q, read_set_q, row_set_q;
  wire [EndBits-1:0] finish = context_end_i[ready_context_i*EndBits+:EndBits];
  wire unused_finish = &{1'b0, finish};
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      set_q      <= 1'b0;
      row_load_q <= 1'b0;
    end else begin
      if (launch) set_q <= !set_q;
      row_load_q <= read_q;
    end
    read_set_q <= set_q;
    row_set_q  <= read_set_q;
  end

  genvar s;
  generate
    for (s = 0; s < 2; s = s + 1) begin : g_set
      reg [RowWidth-1:0] row_q;
      reg [ SetBits-1:0] fields_q;
      always @(posedge clk_i) begin
        if (row_load_q && row_set_q == s) row_q <= row;
        if (launch && set_q == s) begin
          fields_q <= {context_exact_i[ready_context_i], context_page_i[ready_context_i], ready_none_i,
                       ready_context_i, ready_number_i, finish[BankBits+RowBits-1:0],
                       ready_best_bank_i, ready_best_row_i, ready_unused_i, ready_counts_i};
        end
      end
      assign set_row_o[s*RowWidth+:RowWidth] = row_q;
      assign {set_exact_o[s], set_page_o[s], set_none_o[s],
              set_context_o[s*ContextBits+:ContextBits], set_number_o[s*16+:16],
              set_end_row_o[s*RowBits+:RowBits], set_end_bank_o[s*BankBits+:BankBits],
              set_best_bank_o[s*BankBits+:BankBits], set_best_row_o[s*RowBits+:RowBits],
              set_unused_o[s*CountBits+:CountBits],
              set_counts_o[s*Banks*ListCount+:Banks*ListCount]} = fields_q;
    end
  endgenerate

endmodule

`default_nettype wire
