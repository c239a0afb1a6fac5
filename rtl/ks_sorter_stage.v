// SPDX-License-Identifier: Apache-2.0
//
// One stage of ks_sorter: Cells neighbouring cells of a list that falls from the sorter's head to
// its end. An item that beats a cell takes its place, the cells behind it move by one, and what the
// last of them held goes on to the next stage; an item that beats none goes on itself.
//
// What has been in a cell beats all that has gone on past it, which is smaller, or equal and later:
// the cells of the next stage hold nothing else. So an item that was pushed out of its cell is put
// in there without a look, and ties come out right although no tag is compared.
//
// Latency: 1 cycle. Throughput: a beat a cycle.
//
//   beat_*    a beat; first: of its list, which makes all cells empty; top: the sorter keeps so
//             many items; mark: travels along
//   item_*    the beat carries an item. live: it may take a cell (a dead one only passes through);
//             pushed: out of the cell in front; number: two's complement; tag: what it is called

`default_nettype none

module ks_sorter_stage #(
    parameter Cells      = 4,   // >= 1
    parameter Behind     = 1,   // items that the sorter keeps before it uses a cell of this stage
    parameter NumberBits = 16,
    parameter TagBits    = 7,
    parameter TopBits    = 6,   // bits of Behind + Cells and more
    parameter MarkBits   = 1
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    // from the stage in front
    input  wire                  beat_i,
    input  wire                  beat_first_i,
    input  wire [   TopBits-1:0] beat_top_i,
    input  wire [  MarkBits-1:0] beat_mark_i,
    input  wire                  item_i,
    input  wire                  item_live_i,
    input  wire                  item_pushed_i,
    input  wire [NumberBits-1:0] item_number_i,
    input  wire [   TagBits-1:0] item_tag_i,
    // to the stage behind
    output wire                  beat_o,
    output wire                  beat_first_o,
    output wire [   TopBits-1:0] beat_top_o,
    output wire [  MarkBits-1:0] beat_mark_o,
    output wire                  item_o,
    output wire                  item_live_o,
    output wire                  item_pushed_o,
    output wire [NumberBits-1:0] item_number_o,
    output wire [   TagBits-1:0] item_tag_o
);

  localparam EntryBits = NumberBits + TagBits;

  wire [EntryBits-1:0] item = {item_number_i, item_tag_i};

  // ---- cells: empty ones are the last ----------------------------------------------------------

  wire [Cells-1:0] full, beaten;
  genvar c;
  generate
    for (c = 0; c < Cells; c = c + 1) begin : g_cell
      localparam [31:0] BEHIND = Behind + Cells - 1 - c;
      reg                  full_q;
      reg  [EntryBits-1:0] entry_q;
      wire                 larger = $signed(item_number_i) > $signed(entry_q[TagBits+:NumberBits]);
      // Of the cell in front: beaten too, so that what it held comes here.
      wire                 front_beaten, front_full;
      wire [EntryBits-1:0] front_entry;

      assign full[c]   = full_q && !beat_first_i;
      assign beaten[c] = beat_i && item_i && item_live_i && beat_top_i > BEHIND[TopBits-1:0]
                       && (item_pushed_i || !full[c] || larger);
      if (c == 0) begin : g_first
        assign front_beaten = 1'b0;
        assign front_full   = 1'b0;
        assign front_entry  = item;
      end else begin : g_next
        assign front_beaten = beaten[c-1];
        assign front_full   = full[c-1];
        assign front_entry  = g_cell[c-1].entry_q;
      end
      always @(posedge clk_i) begin
        if (beat_i) full_q <= beaten[c] ? !front_beaten || front_full : full[c];
        if (beaten[c]) entry_q <= front_beaten ? front_entry : item;
      end
    end
  endgenerate

  // ---- what goes on ----------------------------------------------------------------------------

  reg                  beat_q, beat_first_q, item_q, item_live_q, item_pushed_q;
  reg  [  TopBits-1:0] beat_top_q;
  reg  [ MarkBits-1:0] beat_mark_q;
  reg  [EntryBits-1:0] entry_q;
  wire                 push = beaten[Cells-1];

  always @(posedge clk_i) begin
    beat_q <= rst_ni && beat_i;
    if (beat_i) begin
      beat_first_q  <= beat_first_i;
      beat_top_q    <= beat_top_i;
      beat_mark_q   <= beat_mark_i;
      item_q        <= push ? full[Cells-1] : item_i;
      item_live_q   <= item_live_i;
      item_pushed_q <= push || item_pushed_i;
    end
    if (beat_i && item_i) entry_q <= push ? g_cell[Cells-1].entry_q : item;
  end

  assign beat_o        = beat_q;
  assign beat_first_o  = beat_first_q;
  assign beat_top_o    = beat_top_q;
  assign beat_mark_o   = beat_mark_q;
  assign item_o        = item_q;
  assign item_live_o   = item_live_q;
  assign item_pushed_o = item_pushed_q;
  assign {item_number_o, item_tag_o} = entry_q;

endmodule

`default_nettype wire
