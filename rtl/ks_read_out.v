// SPDX-License-Identifier: Apache-2.0
//
// Reads out a query's candidates (SPEC 7, 8) in ascending order of rows, one a cycle without a gap,
// however far apart they are: the words that hold one are found ahead of the word that is read out.
// An exact query's candidates are rows 0 .. keys_i-1; a query without a candidate has one, row
// first_row_i.
//
// Latency: 2 cycles from load_i to key_valid_o if nothing is before: 1 find a word | 2 find a bit.
// Throughput: a candidate a cycle; the last one of a query and the first of the next in consecutive
// cycles.
//
//   load_i   only with room_o: a query's candidates, bit j is row j; count_i their number; info_i
//            travels along. room_o: at most two candidates are left, which have left the registers
//            that load_i writes, and the cycle before was not a load_i. So how the candidates lie
//            in words shows in no cycle
//   left_o   some candidate is not taken
//   key_*    valid/ready stream of candidates: row, last of its query, and of the query: number of
//            its candidates (1 if there was none), none, info

`default_nettype none

module ks_read_out #(
    parameter Keys      = 320,  // n
    parameter RowBits   = 9,    // bits of 0..Keys-1
    parameter CountBits = 9,    // bits of 0..Keys
    parameter InfoBits  = 19
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    // query
    output wire                 room_o,
    input  wire                 load_i,
    input  wire [     Keys-1:0] candidates_i,
    input  wire [CountBits-1:0] count_i,
    input  wire                 exact_i,
    input  wire [CountBits-1:0] keys_i,
    input  wire [  RowBits-1:0] first_row_i,
    input  wire [ InfoBits-1:0] info_i,
    output wire                 left_o,
    // candidates
    output wire                 key_valid_o,
    input  wire                 key_ready_i,
    output wire [  RowBits-1:0] key_row_o,
    output wire                 key_last_o,
    output wire                 key_none_o,
    output wire [CountBits-1:0] key_count_o,
    output wire [ InfoBits-1:0] key_info_o
);

  // A row is {word, bit}; there are about as many words as bits in a word.
  localparam BitBits = (Keys <= 2) ? 1 : ($clog2(Keys) + 1) / 2;
  localparam Bits = 1 << BitBits;
  localparam Words = (Keys + Bits - 1) / Bits;
  localparam WordBits = (Words == 1) ? 1 : $clog2(Words);
  localparam PlaceBits = WordBits + BitBits;  // >= RowBits

  // ---- candidates not taken --------------------------------------------------------------------

  localparam LeftBits = CountBits + 1;  // a query's candidates and two of the one before
  localparam [LeftBits-1:0] MOST = 2;
  reg                  fresh_q;
  reg  [ LeftBits-1:0] left_q;
  wire                 taken = key_valid_o && key_ready_i;
  wire                 none = !exact_i && count_i == 0;
  wire [CountBits-1:0] count = exact_i ? keys_i : none ? {{(CountBits - 1) {1'b0}}, 1'b1} : count_i;

  assign room_o = !fresh_q && left_q <= MOST;
  assign left_o = left_q != 0;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      fresh_q <= 1'b0;
      left_q  <= {LeftBits{1'b0}};
    end else begin
      fresh_q <= load_i;
      left_q  <= left_q - {{(LeftBits - 1) {1'b0}}, taken}
               + (load_i ? {1'b0, count} : {LeftBits{1'b0}});
    end
  end

  // ---- a query's words, those that hold a candidate marked -------------------------------------

  // In exact mode all words are full but the last one, which is last_word_q; without a candidate
  // the only word is last_word_q.
  localparam InfosBits = 1 + CountBits + InfoBits;
  wire [           Words*Bits-1:0] padded;
  wire [                Words-1:0] marks;
  wire [                 Bits-1:0] last_bit;
  wire [    PlaceBits+CountBits:0] keys_wide = {{(PlaceBits + 1) {1'b0}}, keys_i};
  wire [    PlaceBits+RowBits-1:0] first_wide = {{PlaceBits{1'b0}}, first_row_i};
  wire                             unused_wide = &{1'b0, keys_wide, first_wide};
  wire [              PlaceBits:0] keys_place = keys_wide[PlaceBits:0];
  wire [            PlaceBits-1:0] first_place = first_wide[PlaceBits-1:0];
  wire [              BitBits-1:0] last_index = none ? first_place[BitBits-1:0]
                                              : keys_place[BitBits-1:0] - 1'b1;
  genvar w, b;
  generate
    assign padded[Keys-1:0] = candidates_i;
    if (Words * Bits > Keys) begin : g_pad
      assign padded[Words*Bits-1:Keys] = {(Words * Bits - Keys) {1'b0}};
    end
    for (w = 0; w < Words; w = w + 1) begin : g_mark
      localparam [31:0] WORD = w;
      localparam [31:0] START = w * Bits;
      assign marks[w] = exact_i ? keys_place > START[PlaceBits:0]
                      : none ? first_place[BitBits+:WordBits] == WORD[WordBits-1:0]
                      : |padded[w*Bits+:Bits];
    end
    for (b = 0; b < Bits; b = b + 1) begin : g_last_bit
      localparam [31:0] BIT = b;
      assign last_bit[b] = last_index == BIT[BitBits-1:0];
    end
  endgenerate

  wire                  move;  // the lowest marked word goes to the queue
  reg  [Words*Bits-1:0] words_q;
  reg  [     Words-1:0] marked_q;
  reg                   exact_q;
  reg  [      Bits-1:0] last_word_q;
  reg  [ InfosBits-1:0] infos_q;
  wire                  none_q = infos_q[InfosBits-1];
  wire [     Words-1:0] lowest = marked_q & (~marked_q + 1'b1);
  wire                  marked = |marked_q;
  wire                  lowest_last = marked_q == lowest;

  always @(posedge clk_i) begin
    if (!rst_ni) marked_q <= {Words{1'b0}};
    else if (load_i) marked_q <= marks;
    else if (move) marked_q <= marked_q & ~lowest;
    if (load_i) begin
      words_q     <= padded;
      exact_q     <= exact_i;
      last_word_q <= none ? last_bit : last_bit | (last_bit - 1'b1);
      infos_q     <= {none, count, info_i};
    end
  end

  reg [WordBits-1:0] lowest_index;
  reg [    Bits-1:0] lowest_word;
  integer k;
  always @* begin
    lowest_index = {WordBits{1'b0}};
    lowest_word  = {Bits{1'b0}};
    for (k = 0; k < Words; k = k + 1) begin
      if (lowest[k]) begin
        lowest_index = lowest_index | k[WordBits-1:0];
        lowest_word  = lowest_word | words_q[k*Bits+:Bits];
      end
    end
    if (exact_q) lowest_word = lowest_last ? last_word_q : {Bits{1'b1}};
    else if (none_q) lowest_word = last_word_q;
  end

  // ---- queue of two words: the head's bits are read out ----------------------------------------

  localparam EntryBits = 1 + WordBits + InfosBits;
  wire [EntryBits-1:0] lowest_entry = {lowest_last, lowest_index, infos_q};
  reg                  head_valid_q, next_valid_q;
  reg  [     Bits-1:0] head_word_q, next_word_q;
  reg  [EntryBits-1:0] head_entry_q, next_entry_q;

  wire [     Bits-1:0] bit_mask = head_word_q & (~head_word_q + 1'b1);
  wire                 bit_last = head_word_q == bit_mask;
  wire                 shift = !head_valid_q || (taken && bit_last);
  reg  [  BitBits-1:0] bit_index;
  integer j;
  always @* begin
    bit_index = {BitBits{1'b0}};
    for (j = 0; j < Bits; j = j + 1) if (bit_mask[j]) bit_index = bit_index | j[BitBits-1:0];
  end

  assign move = marked && (shift || !next_valid_q);
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      head_valid_q <= 1'b0;
      next_valid_q <= 1'b0;
    end else if (shift) begin
      head_valid_q <= next_valid_q || move;
      next_valid_q <= next_valid_q && move;
    end else if (move) begin
      next_valid_q <= 1'b1;
    end
    if (shift) begin
      head_word_q  <= next_valid_q ? next_word_q : lowest_word;
      head_entry_q <= next_valid_q ? next_entry_q : lowest_entry;
    end else if (taken) begin
      head_word_q <= head_word_q & ~bit_mask;
    end
    if (move) begin
      next_word_q  <= lowest_word;
      next_entry_q <= lowest_entry;
    end
  end

  wire                 head_last;
  wire [ WordBits-1:0] head_index;
  wire [PlaceBits-1:0] head_place = {head_index, bit_index};
  wire                 unused_place = &{1'b0, head_place};
  assign {head_last, head_index, key_none_o, key_count_o, key_info_o} = head_entry_q;
  assign key_valid_o = head_valid_q;
  assign key_row_o   = head_place[RowBits-1:0];
  assign key_last_o  = head_last && bit_last;

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && load_i && marked && !(move && lowest_last)) begin
      $display("%m: a word is overwritten");
      $stop;
    end
  end
`endif

endmodule

`default_nettype wire
