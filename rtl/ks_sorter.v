// SPDX-License-Identifier: Apache-2.0
//
// Systolic insertion sorter: of a list of numbers, one a cycle, keeps the beat_top_i largest, the
// earliest on ties, and says which it drops. At the end of a list what has not been dropped is what
// it keeps, so nothing need be read out of its cells, and the next list may follow at once.
//
// The cells stand in a row, the largest number in front. The head is a stage of its own; the others
// stand StageCells to a stage (ks_sorter_stage). Paths lead from a stage to the next one only;
// within a stage the item is seen by all its cells. A smaller beat_top_i leaves unused the cells
// right behind the head, which an item passes as if they were not there.
//
//     item ──> [head] ──> rule ──> [c c c c] ──> [c c c c] ──> .. ──> dropped
//
// beat_positive_i: numbers <= 0 are dropped, but the largest of the list is always kept. This is
// the rule behind the head, which holds the largest of all that came: what leaves it and is <= 0 is
// dead.
//
// Latency: 1 + ceil((Cells - 1) / StageCells) cycles. Throughput: a beat a cycle.
//
//   beat_*     a beat of a list, with an item or without; first: of its list; top, positive: the
//              same in all beats of a list, 1 <= top <= Cells; mark: travels along
//   item_*     number: NumberBits bits, two's complement; tag: what it is called
//   done_*     the beat has passed all cells
//   dropped_*  this item falls out with it

`default_nettype none

module ks_sorter #(
    parameter Cells      = 32,  // >= 1
    parameter StageCells = 4,   // cells that see an item in the same cycle, >= 1
    parameter NumberBits = 16,
    parameter TagBits    = 7,
    parameter MarkBits   = 1,
    parameter TopBits    = $clog2(Cells + 1)  // derived: do not set
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    input  wire                  beat_i,
    input  wire                  beat_first_i,
    input  wire [   TopBits-1:0] beat_top_i,
    input  wire                  beat_positive_i,
    input  wire [  MarkBits-1:0] beat_mark_i,
    input  wire                  item_i,
    input  wire [NumberBits-1:0] item_number_i,
    input  wire [   TagBits-1:0] item_tag_i,
    output wire                  done_o,
    output wire                  done_first_o,
    output wire [  MarkBits-1:0] done_mark_o,
    output wire                  dropped_o,
    output wire [   TagBits-1:0] dropped_tag_o
);

  localparam Stages = (Cells - 1 + StageCells - 1) / StageCells;  // behind the head
  localparam FrontCells = Cells - 1 - (Stages - 1) * StageCells;  // in the first of them

  wire                  head_beat, head_first, head_item, head_live, head_pushed;
  wire [   TopBits-1:0] head_top;
  wire [  MarkBits-1:0] head_mark;
  wire [NumberBits-1:0] head_number;
  wire [   TagBits-1:0] head_tag;

  ks_sorter_stage #(
      .Cells     (1),
      .Behind    (0),
      .NumberBits(NumberBits),
      .TagBits   (TagBits),
      .TopBits   (TopBits),
      .MarkBits  (MarkBits)
  ) u_head (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .beat_i       (beat_i),
      .beat_first_i (beat_first_i),
      .beat_top_i   (beat_top_i),
      .beat_mark_i  (beat_mark_i),
      .item_i       (item_i),
      .item_live_i  (1'b1),
      .item_pushed_i(1'b0),
      .item_number_i(item_number_i),
      .item_tag_i   (item_tag_i),
      .beat_o       (head_beat),
      .beat_first_o (head_first),
      .beat_top_o   (head_top),
      .beat_mark_o  (head_mark),
      .item_o       (head_item),
      .item_live_o  (head_live),
      .item_pushed_o(head_pushed),
      .item_number_o(head_number),
      .item_tag_o   (head_tag)
  );

  // ---- behind the head -------------------------------------------------------------------------

  reg positive_q;
  always @(posedge clk_i) if (beat_i) positive_q <= beat_positive_i;
  wire positive = !head_number[NumberBits-1] && head_number != 0;

  genvar s;
  generate
    for (s = 0; s < Stages; s = s + 1) begin : g_stage
      localparam StageBehind = 1 + (Stages - 1 - s) * StageCells;
      localparam Here = (s == 0) ? FrontCells : StageCells;
      wire                  in_beat, in_first, in_item, in_live, in_pushed;
      wire [   TopBits-1:0] in_top;
      wire [  MarkBits-1:0] in_mark;
      wire [NumberBits-1:0] in_number;
      wire [   TagBits-1:0] in_tag;
      wire                  beat, first, item, live, pushed;
      wire [   TopBits-1:0] top;
      wire [  MarkBits-1:0] mark;
      wire [NumberBits-1:0] number;
      wire [   TagBits-1:0] tag;

      if (s == 0) begin : g_first
        assign {in_beat, in_first, in_item, in_pushed} =
            {head_beat, head_first, head_item, head_pushed};
        assign in_live = head_live && (positive || !positive_q);
        assign {in_top, in_mark, in_number, in_tag} = {head_top, head_mark, head_number, head_tag};
      end else begin : g_next
        assign {in_beat, in_first, in_item, in_pushed} =
            {g_stage[s-1].beat, g_stage[s-1].first, g_stage[s-1].item, g_stage[s-1].pushed};
        assign in_live = g_stage[s-1].live;
        assign {in_top, in_mark, in_number, in_tag} =
            {g_stage[s-1].top, g_stage[s-1].mark, g_stage[s-1].number, g_stage[s-1].tag};
      end

      ks_sorter_stage #(
          .Cells     (Here),
          .Behind    (StageBehind),
          .NumberBits(NumberBits),
          .TagBits   (TagBits),
          .TopBits   (TopBits),
          .MarkBits  (MarkBits)
      ) u_stage (
          .clk_i        (clk_i),
          .rst_ni       (rst_ni),
          .beat_i       (in_beat),
          .beat_first_i (in_first),
          .beat_top_i   (in_top),
          .beat_mark_i  (in_mark),
          .item_i       (in_item),
          .item_live_i  (in_live),
          .item_pushed_i(in_pushed),
          .item_number_i(in_number),
          .item_tag_i   (in_tag),
          .beat_o       (beat),
          .beat_first_o (first),
          .beat_top_o   (top),
          .beat_mark_o  (mark),
          .item_o       (item),
          .item_live_o  (live),
          .item_pushed_o(pushed),
          .item_number_o(number),
          .item_tag_o   (tag)
      );
    end

    if (Stages == 0) begin : g_head_only
      wire unused = &{1'b0, head_live, head_pushed, head_top, positive, positive_q};
      assign {done_o, done_first_o, done_mark_o} = {head_beat, head_first, head_mark};
      assign dropped_o     = head_item;
      assign dropped_tag_o = head_tag;
    end else begin : g_end
      wire unused = &{1'b0, g_stage[Stages-1].live, g_stage[Stages-1].pushed, g_stage[Stages-1].top,
                      g_stage[Stages-1].number};
      assign {done_o, done_first_o, done_mark_o} =
          {g_stage[Stages-1].beat, g_stage[Stages-1].first, g_stage[Stages-1].mark};
      assign dropped_o     = g_stage[Stages-1].item;
      assign dropped_tag_o = g_stage[Stages-1].tag;
    end
  endgenerate

endmodule

`default_nettype wire
