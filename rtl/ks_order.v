// SPDX-License-Identifier: Apache-2.0
//
// Which of LISA's instructions are in order (SPEC 8, docs/instructions.md). Between the four lie
// three kinds of lists, two buffers of each. A list is full from the instruction that writes it to
// the one that reads it; an instruction is in order iff the list that it reads is full and the
// older of its kind, and the one that it writes, of the same buffer, is not full. This follows from
// the words alone, never from time.
//
// A group is open from its PREDICT to its WSUM. The groups of an ATTEND are not told here.
//
//   at_hand_*     the instruction at hand, a command's low bits: opcode [3:0], page [7:4], buffer
//                 [10], last [11], queries - 1 [15:12]; judged in the same cycle
//   in_order_o    it is; first_o: a PREDICT would begin a program; less_one_o: queries - 1 of the
//                 group that a SCORE, SOFTMAX or WSUM is about
//   predict_i, attend_i, instruct_i  the word at hand is accepted as a PREDICT, an ATTEND, one of
//                  the others
//   open_o        some group is open; page_open_o: one that reads the page of the word at hand

`default_nettype none

module ks_order (
    input  wire        clk_i,
    input  wire        rst_ni,
    input  wire [15:0] at_hand_i,
    output wire        in_order_o,
    output wire        first_o,
    output wire [ 3:0] less_one_o,
    input  wire        predict_i,
    input  wire        attend_i,
    input  wire        instruct_i,
    output wire        open_o,
    output wire        page_open_o
);

  // List 2 * kind + buffer; kinds are candidates, scores, weights. Steps are PREDICT, SCORE,
  // SOFTMAX, WSUM: step s writes kind s and reads kind s - 1.
  reg  [ 5:0] full_q, page_q;
  reg  [ 2:0] oldest_q;     // buffer of the older list of a kind, if one is full
  reg  [23:0] less_one_q;
  reg         fresh_q;      // the next PREDICT begins a program

  wire [ 1:0] step = at_hand_i[1:0];
  wire        page = at_hand_i[4];
  wire        buffer = at_hand_i[10];
  wire        last = at_hand_i[11];
  wire        unused_at_hand = &{1'b0, at_hand_i[3:2], at_hand_i[7:5], at_hand_i[9:8]};
  wire        reads = step != 2'd0;
  wire        writes = step != 2'd3;
  wire [ 1:0] kind_read = step - 2'd1;
  wire [ 2:0] from = {kind_read, buffer};
  wire [ 2:0] to = {step, buffer};
  wire [ 7:0] full = {2'b00, full_q};  // so that no index is out of range
  wire [ 7:0] pages = {2'b00, page_q};
  wire [ 3:0] oldest = {1'b0, oldest_q};
  wire [31:0] less_one = {8'd0, less_one_q};

  assign in_order_o  = (!reads || (full[from] && oldest[kind_read] == buffer))
                       && (!writes || !full[to]);
  assign first_o     = fresh_q;
  assign less_one_o  = less_one[from*4+:4];
  assign open_o      = |full_q;
  assign page_open_o = |(full_q & (page ? page_q : ~page_q));

  wire move = predict_i || instruct_i;
  genvar i;
  generate
    for (i = 0; i < 6; i = i + 1) begin : g_list
      always @(posedge clk_i) begin
        if (!rst_ni) full_q[i] <= 1'b0;
        else if (move && writes && to == i) full_q[i] <= 1'b1;
        else if (move && reads && from == i) full_q[i] <= 1'b0;
        if (move && to == i) begin
          page_q[i]          <= reads ? pages[from] : page;
          less_one_q[i*4+:4] <= reads ? less_one_o : at_hand_i[15:12];
        end
      end
    end
    for (i = 0; i < 3; i = i + 1) begin : g_kind
      always @(posedge clk_i) begin
        if (move && reads && kind_read == i) oldest_q[i] <= !buffer;
        else if (move && step == i && full_q[2*i+:2] == 2'b00) oldest_q[i] <= buffer;
      end
    end
  endgenerate
  always @(posedge clk_i) begin
    if (!rst_ni) fresh_q <= 1'b1;
    else if (attend_i) fresh_q <= 1'b1;
    else if (predict_i) fresh_q <= last;
  end

endmodule

`default_nettype wire
