// SPDX-License-Identifier: Apache-2.0
//
// Mean rows for the virtual key (SPEC 5): running sums of K and V a page, kept while rows load; on
// request mean_i = saturate(rshr(rn * sum_i, 20)), rn = round(2^20 / n_keys), made by the divider's
// multipliers, PartDim elements in two passes of half a sum each.
//
// A sum is kept with 2^(B-1) added to every code, so that it only grows: its upper half takes a
// carry instead of a sign, and both halves are unsigned factors. What that is too much, and the
// rounding, is one number for the whole row (offset).
//
// A mean row belongs to a page as it is loaded; queries hold on to it while they are in the
// pipeline, so there is a row (slot) for each page and a spare one that the next mean goes to. When
// it is made the spare becomes the page's and the page's old one the spare.
//
// Timing: rn takes 22 cycles from count_i; the row takes 2 * Parts cycles of multiply_o, from two
// cycles after make_i is heard; made_o comes three cycles after the last of them.
//
//   count_start_i  a LOAD begins: its page will hold count_i keys
//   row_*          a row of K and V is added to the sums of row_page_i, which restart at
//                  row_first_i
//   make_i         level: all rows are in (row_first_i is low); make the mean of row_page_i as soon
//                  as rn is known and spare_used_i is low; made_o: done, in the cycle in which
//                  make_i may fall
//   multiply_o     product_i = a_o * b_o, element by element, two cycles later; all unsigned
//   *_slot         row number; *_k, *_v rows of codes

`default_nettype none

module ks_mean #(
    parameter Dim       = 64,
    parameter CodeBits  = 9,
    parameter CountBits = 10,  // bits of n_keys
    parameter SumBits   = 18,  // bits of a sum of codes
    parameter Pages     = 2,
    parameter Slots     = 3,   // Pages + 1
    parameter SlotBits  = 2,
    parameter PartDim   = 16,  // m_o
    parameter Parts     = 8,   // ceil(2 Dim / PartDim)
    parameter ABits     = 34,  // >= 22
    parameter BBits     = 10   // >= ceil(SumBits / 2)
) (
    input  wire                             clk_i,
    input  wire                             rst_ni,
    // rows
    input  wire                             count_start_i,
    input  wire [            CountBits-1:0] count_i,
    input  wire                             row_valid_i,
    input  wire                             row_page_i,
    input  wire                             row_first_i,
    input  wire [         Dim*CodeBits-1:0] row_k_i,
    input  wire [         Dim*CodeBits-1:0] row_v_i,
    // making a mean
    input  wire                             make_i,
    output wire [             SlotBits-1:0] spare_slot_o,
    input  wire                             spare_used_i,
    output wire                             made_o,
    output wire [       Pages*SlotBits-1:0] page_slot_o,
    // the divider's multipliers
    output wire                             multiply_o,
    output wire [                ABits-1:0] a_o,
    output wire [        PartDim*BBits-1:0] b_o,
    input  wire [PartDim*(ABits+BBits)-1:0] product_i,
    // readers
    input  wire [             SlotBits-1:0] k_slot_i,
    output wire [         Dim*CodeBits-1:0] k_o,
    input  wire [             SlotBits-1:0] v_slot_i,
    output wire [         Dim*CodeBits-1:0] v_o
);

  localparam Passes = 2 * Parts;
  localparam PassBits = (Parts == 1) ? 2 : $clog2(Passes);
  localparam [31:0] LAST_PASS = Passes - 1;
  localparam LowBits = (SumBits + 1) / 2;  // of a sum, in the first pass; the rest in the second
  localparam ReciprocalFrac = 20;
  localparam QuotientBits = ReciprocalFrac + 2;  // of the dividend 2^21 + n, and more than rn needs
  localparam TotalBits = CodeBits + ReciprocalFrac + 1;  // of rn * sum + 2^19, a sign included

  reg [PassBits-1:0] pass_q;  // half of a part of the mean row that is made

  // ---- running sums, K in the lower half -------------------------------------------------------

  wire [2*Dim*CodeBits-1:0] row = {row_v_i, row_k_i};
  wire [Pages*2*Dim*SumBits-1:0] all_sums;
  wire [2*Dim*SumBits-1:0] next_sums;
  wire [PartDim*LowBits-1:0] halves;  // of the pass
  wire [Passes-1:0] pass_pick;
  wire [Pages-1:0] page_pick;
  genvar i, p, s;
  generate
    for (s = 0; s < Passes; s = s + 1) begin : g_pass
      assign pass_pick[s] = pass_q == s;
    end
    for (p = 0; p < Pages; p = p + 1) begin : g_page
      reg [2*Dim*SumBits-1:0] sums_q;
      assign page_pick[p] = row_page_i == p;
      assign all_sums[p*2*Dim*SumBits+:2*Dim*SumBits] = sums_q;
      always @(posedge clk_i) if (row_valid_i && page_pick[p]) sums_q <= next_sums;
    end
    if (Pages == 1) begin : g_one_page
      wire unused_page = row_page_i;
    end

    for (i = 0; i < PartDim; i = i + 1) begin : g_lane
      wire [Passes*LowBits-1:0] words;
      for (s = 0; s < Parts; s = s + 1) begin : g_sum
        localparam Element = s * PartDim + i;
        if (Element < 2 * Dim) begin : g_element
          wire [CodeBits-1:0] code = row[Element*CodeBits+:CodeBits];
          wire [SumBits:0] raised =
              {{(SumBits - CodeBits + 1) {1'b0}}, !code[CodeBits-1], code[CodeBits-2:0]};
          wire unused_raised = raised[SumBits];
          wire [Pages*SumBits-1:0] sums;
          wire [SumBits-1:0] old;  // of the page; 0 for its first row
          ks_pick #(
              .Width(SumBits),
              .Words(Pages)
          ) u_page (
              .words_i(sums),
              .pick_i (page_pick & {Pages{!row_first_i}}),
              .word_o (old)
          );
          assign next_sums[Element*SumBits+:SumBits] = old + raised[SumBits-1:0];
          for (p = 0; p < Pages; p = p + 1) begin : g_page
            assign sums[p*SumBits+:SumBits] = all_sums[(p*2*Dim+Element)*SumBits+:SumBits];
          end
          wire [SumBits:0] padded = {1'b0, old};
          assign words[2*s*LowBits+:2*LowBits] = padded[2*LowBits-1:0];
          if (2 * LowBits == SumBits) begin : g_even
            wire unused_padded = padded[SumBits];
          end
        end else begin : g_pad
          assign words[2*s*LowBits+:2*LowBits] = {(2 * LowBits) {1'b0}};
        end
      end
      ks_pick #(
          .Width(LowBits),
          .Words(Passes)
      ) u_half (
          .words_i(words),
          .pick_i (pass_pick),
          .word_o (halves[i*LowBits+:LowBits])
      );
    end
  endgenerate

  // ---- rn = floor((2^21 + n) / 2n), a quotient bit a cycle -------------------------------------

  localparam StepBits = $clog2(QuotientBits + 1);
  localparam [31:0] STEPS = QuotientBits;
  reg  [    StepBits-1:0] steps_q;
  reg  [   CountBits-1:0] count_q;
  reg  [QuotientBits-1:0] quotient_q;  // dividend, left at the top; quotient, in at the bottom
  reg  [     CountBits:0] rest_q;  // below the divisor
  wire [   CountBits+1:0] rest = {rest_q, quotient_q[QuotientBits-1]};
  wire [   CountBits+1:0] divisor = {1'b0, count_q, 1'b0};
  wire [   CountBits+1:0] rest_less = rest - divisor;
  wire                    unused_rest = rest_less[CountBits+1];
  wire                    bit_set = rest >= divisor;
  wire                    known = steps_q == 0;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      steps_q <= {StepBits{1'b0}};
    end else if (count_start_i) begin
      steps_q <= STEPS[StepBits-1:0];
    end else if (!known) begin
      steps_q <= steps_q - 1'b1;
    end
    if (count_start_i) begin
      count_q    <= count_i;
      quotient_q <= {1'b1, {(QuotientBits - CountBits - 1) {1'b0}}, count_i};
      rest_q     <= {(CountBits + 1) {1'b0}};
    end else if (!known) begin
      quotient_q <= {quotient_q[QuotientBits-2:0], bit_set};
      rest_q     <= bit_set ? rest_less[CountBits:0] : rest[CountBits:0];
    end
  end

  // 2^19 - rn * n * 2^(B-1), with rn * n = 2^20 + (n - rest) / 2 by the division.
  localparam OffsetBits = TotalBits - (CodeBits - 1);  // the rest are zeros
  localparam [31:0] OFFSET = (1 << (ReciprocalFrac - CodeBits)) - (1 << ReciprocalFrac);
  reg  [OffsetBits-1:0] offset_q;
  wire [ CountBits+1:0] excess = {2'b00, count_q} - {1'b0, rest_q};
  wire                  unused_excess = excess[0];  // n and rest are even together
  wire [ TotalBits-1:0] offset = {offset_q, {(CodeBits - 1) {1'b0}}};

  // ---- the multipliers' operands ---------------------------------------------------------------

  reg  making_q, multiply_q;
  reg  requested_q;  // this request has been started
  wire start = make_i && !requested_q && known && !spare_used_i;

  assign multiply_o = multiply_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      making_q    <= 1'b0;
      multiply_q  <= 1'b0;
      requested_q <= 1'b0;
    end else begin
      if (start) making_q <= 1'b1;
      else if (pass_q == LAST_PASS[PassBits-1:0]) making_q <= 1'b0;
      multiply_q  <= making_q;
      requested_q <= make_i && !made_o && (requested_q || start);
    end
    if (start) pass_q <= {PassBits{1'b0}};
    else if (making_q) pass_q <= pass_q + 1'b1;
    if (known)
      offset_q <= OFFSET[OffsetBits-1:0]
                - {{(OffsetBits - CountBits - 1) {excess[CountBits+1]}}, excess[CountBits+1:1]};
  end

  assign a_o = {{(ABits - QuotientBits + 1) {1'b0}}, quotient_q[QuotientBits-2:0]};
  reg [PartDim*LowBits-1:0] halves_q;
  always @(posedge clk_i) if (making_q) halves_q <= halves;
  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_operand
      wire [BBits:0] b = {{(BBits - LowBits + 1) {1'b0}}, halves_q[i*LowBits+:LowBits]};
      wire           unused_b = b[BBits];
      assign b_o[i*BBits+:BBits] = b[BBits-1:0];
    end
  endgenerate

  // ---- products: offset + low half, then the sum's upper bits + high half ----------------------

  reg                             multiplied_q, product_q;  // product_i is one of the mean row's
  reg                             write_q, write_last_q;
  reg  [            PassBits-1:0] added_q;  // its pass
  reg  [            PassBits-1:0] written_q;
  wire [    PartDim*CodeBits-1:0] means;  // of the part that is written

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      multiplied_q <= 1'b0;
      product_q    <= 1'b0;
      write_q      <= 1'b0;
      write_last_q <= 1'b0;
    end else begin
      multiplied_q <= multiply_q;
      product_q    <= multiplied_q;
      write_q      <= product_q && added_q[0];
      write_last_q <= product_q && added_q == LAST_PASS[PassBits-1:0];
    end
    if (start) added_q <= {PassBits{1'b0}};
    else if (product_q) added_q <= added_q + 1'b1;
    written_q <= added_q;
  end

  reg  [PartDim*TotalBits-1:0] totals_q;  // of the second pass without the LowBits lower bits
  wire [PartDim*TotalBits-1:0] totals;
  always @(posedge clk_i) if (product_q) totals_q <= totals;

  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_mean
      wire [TotalBits+ABits+BBits-1:0] product =
          {{TotalBits{1'b0}}, product_i[i*(ABits+BBits)+:ABits+BBits]};
      wire [TotalBits-1:0] total = totals_q[i*TotalBits+:TotalBits];
      wire [TotalBits-1:0] upper = {{LowBits{total[TotalBits-1]}}, total[TotalBits-1:LowBits]};
      assign totals[i*TotalBits+:TotalBits] =
          product[TotalBits-1:0] + (added_q[0] ? upper : offset);
      wire unused_product = &{1'b0, product, total};

      wire [CodeBits:0] mean = total[ReciprocalFrac-LowBits+:CodeBits+1];
      wire sign = mean[CodeBits];
      assign means[i*CodeBits+:CodeBits] =
          mean[CodeBits-1] == sign ? mean[CodeBits-1:0] : {sign, {(CodeBits - 1) {!sign}}};
    end
  endgenerate

  // ---- slots -----------------------------------------------------------------------------------

  reg  [   Pages*SlotBits-1:0] page_slot_q;
  reg  [         SlotBits-1:0] spare_q;
  wire [         SlotBits-1:0] make_slot;  // the row that the page gives up
  assign page_slot_o  = page_slot_q;
  assign spare_slot_o = spare_q;
  assign made_o       = write_last_q;
  ks_pick #(
      .Width(SlotBits),
      .Words(Pages)
  ) u_make_slot (
      .words_i(page_slot_q),
      .pick_i (page_pick),
      .word_o (make_slot)
  );
  generate
    for (p = 0; p < Pages; p = p + 1) begin : g_page_slot
      localparam [31:0] FIRST = p;
      always @(posedge clk_i) begin
        if (!rst_ni) page_slot_q[p*SlotBits+:SlotBits] <= FIRST[SlotBits-1:0];
        else if (made_o && page_pick[p]) page_slot_q[p*SlotBits+:SlotBits] <= spare_q;
      end
    end
  endgenerate
  localparam [31:0] FIRST_SPARE = Pages;
  always @(posedge clk_i) begin
    if (!rst_ni) spare_q <= FIRST_SPARE[SlotBits-1:0];
    else if (made_o) spare_q <= make_slot;
  end

  // ---- mean rows -------------------------------------------------------------------------------

  localparam KeyBits = Dim * CodeBits;
  wire [Slots*KeyBits-1:0] keys, values;
  wire [Slots-1:0] k_pick, v_pick;
  wire unused_written = written_q[0];
  generate
    for (s = 0; s < Slots; s = s + 1) begin : g_slot
      wire [Parts*PartDim*CodeBits-1:0] mean_row;
      for (p = 0; p < Parts; p = p + 1) begin : g_part
        reg [PartDim*CodeBits-1:0] codes_q;
        always @(posedge clk_i) begin
          if (write_q && spare_q == s && written_q[PassBits-1:1] == p) codes_q <= means;
        end
        assign mean_row[p*PartDim*CodeBits+:PartDim*CodeBits] = codes_q;
      end
      assign keys[s*KeyBits+:KeyBits]   = mean_row[KeyBits-1:0];
      assign values[s*KeyBits+:KeyBits] = mean_row[2*KeyBits-1:KeyBits];
      assign k_pick[s] = k_slot_i == s;
      assign v_pick[s] = v_slot_i == s;
      if (Parts * PartDim > 2 * Dim) begin : g_unused
        wire unused_row = &{1'b0, mean_row[Parts*PartDim*CodeBits-1:2*KeyBits]};
      end
    end
  endgenerate

  ks_pick #(
      .Width(KeyBits),
      .Words(Slots)
  ) u_key (
      .words_i(keys),
      .pick_i (k_pick),
      .word_o (k_o)
  );
  ks_pick #(
      .Width(KeyBits),
      .Words(Slots)
  ) u_value (
      .words_i(values),
      .pick_i (v_pick),
      .word_o (v_o)
  );

endmodule

`default_nettype wire
