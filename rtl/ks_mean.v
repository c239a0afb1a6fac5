// SPDX-License-Identifier: Apache-2.0
//
// Mean rows for the virtual key (SPEC 5): running sums of K and V a page, kept while rows load; on
// request mean_i = saturate(rshr(rn * sum_i, 20)), rn = round(2^20 / n_keys), made by the divider's
// multipliers, PartDim elements a cycle.
//
// A mean row belongs to a page as it is loaded; queries hold on to it while they are in the
// pipeline, so there is a row (slot) for each page and a spare one that the next mean goes to. When
// it is made the spare becomes the page's and the page's old one the spare.
//
// Timing: rn takes 22 cycles from count_i; the row takes Parts cycles of multiply_o, and can be
// read two cycles after the last of them.
//
//   count_start_i  a LOAD begins: its page will hold count_i keys
//   row_*          a row of K and V is added to the sums of row_page_i, which restart at
//                  row_first_i
//   make_i         level: all rows are in; make the mean of make_page_i as soon as rn is known and
//                  spare_used_i is low; made_o: done, in the cycle in which make_i may fall
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
    parameter BBits     = 19   // >= SumBits
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
    input  wire                             make_page_i,
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

  localparam PartBits = (Parts == 1) ? 1 : $clog2(Parts);
  localparam [31:0] LAST_PART = Parts - 1;
  localparam ReciprocalFrac = 20;
  localparam QuotientBits = ReciprocalFrac + 2;  // of the dividend 2^21 + n, and more than rn needs
  localparam ProductBits = SumBits + QuotientBits;

  reg [PartBits-1:0] part_q;  // part of the mean row that is made
  wire [31:0] part_wide = {{(32 - PartBits) {1'b0}}, part_q};
  localparam SumIndexBits = (Pages * Parts == 1) ? 1 : $clog2(Pages * Parts);
  wire [31:0] sum_index = (Pages == 2 && make_page_i) ? part_wide + Parts : part_wide;
  wire unused_sum_index = &{1'b0, sum_index[31:SumIndexBits]};

  // ---- running sums, K in the lower half -------------------------------------------------------

  wire [2*Dim*CodeBits-1:0] row = {row_v_i, row_k_i};
  wire [PartDim*SumBits-1:0] part_sums;  // of the part that is made
  genvar i, p, s;
  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_lane
      wire [Pages*Parts*SumBits-1:0] sums;
      for (s = 0; s < Parts; s = s + 1) begin : g_sum
        localparam Element = s * PartDim + i;
        if (Element < 2 * Dim) begin : g_element
          wire [SumBits-1:0] code =
              {{(SumBits - CodeBits + 1) {row[Element*CodeBits+CodeBits-1]}}, row[Element*CodeBits+:CodeBits-1]};
          reg  [Pages*SumBits-1:0] sum_q;
          wire [SumBits-1:0] old = (Pages == 2 && row_page_i) ? sum_q[(Pages-1)*SumBits+:SumBits] : sum_q[0+:SumBits];
          wire [SumBits-1:0] sum = (row_first_i ? {SumBits{1'b0}} : old) + code;
          for (p = 0; p < Pages; p = p + 1) begin : g_page
            always @(posedge clk_i) if (row_valid_i && row_page_i == p) sum_q[p*SumBits+:SumBits] <= sum;
            assign sums[(p*Parts+s)*SumBits+:SumBits] = sum_q[p*SumBits+:SumBits];
          end
        end else begin : g_pad
          for (p = 0; p < Pages; p = p + 1) begin : g_page
            assign sums[(p*Parts+s)*SumBits+:SumBits] = {SumBits{1'b0}};
          end
        end
      end
      ks_choose #(
          .Width    (SumBits),
          .Words    (Pages * Parts),
          .IndexBits(SumIndexBits)
      ) u_choose (
          .words_i(sums),
          .index_i(sum_index[SumIndexBits-1:0]),
          .word_o (part_sums[i*SumBits+:SumBits])
      );
    end
  endgenerate

  // ---- rn = floor((2^21 + n) / 2n), a quotient bit a cycle -------------------------------------

  localparam StepBits = $clog2(QuotientBits + 1);
  localparam [31:0] STEPS = QuotientBits;
  reg  [    StepBits-1:0] steps_q;
  reg  [   CountBits-1:0] count_q;
  reg  [QuotientBits-1:0] quotient_q;  // the dividend leaves at the top, the quotient enters at the bottom
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
      quotient_q <= {1'b1, {(QuotientBits - 1) {1'b0}}} + {{(QuotientBits - CountBits) {1'b0}}, count_i};
      rest_q     <= {(CountBits + 1) {1'b0}};
    end else if (!known) begin
      quotient_q <= {quotient_q[QuotientBits-2:0], bit_set};
      rest_q     <= bit_set ? rest_less[CountBits:0] : rest[CountBits:0];
    end
  end

  // ---- parts of the mean through the multipliers -----------------------------------------------

  reg                 making_q, write_q, write_last_q;
  reg  [PartBits-1:0] write_part_q;
  reg  [SlotBits-1:0] spare_q;
  reg                 requested_q;  // this request has been started
  wire                start = make_i && !requested_q && known && !spare_used_i;
  wire                last_part = part_q == LAST_PART[PartBits-1:0];

  assign multiply_o   = making_q;
  assign spare_slot_o = spare_q;
  assign made_o       = write_last_q;

  always @(posedge clk_i) begin
    if (!rst_ni) begin
      making_q     <= 1'b0;
      write_q      <= 1'b0;
      write_last_q <= 1'b0;
      requested_q  <= 1'b0;
    end else begin
      if (start) making_q <= 1'b1;
      else if (last_part) making_q <= 1'b0;
      write_q      <= making_q;
      write_last_q <= making_q && last_part;
      requested_q  <= make_i && !made_o && (requested_q || start);
    end
    if (start) part_q <= {PartBits{1'b0}};
    else if (making_q) part_q <= part_q + 1'b1;
    write_part_q <= part_q;
  end

  assign a_o = {{(ABits - QuotientBits) {1'b0}}, quotient_q};

  wire [PartDim*CodeBits-1:0] means;  // of the part that is written
  generate
    for (i = 0; i < PartDim; i = i + 1) begin : g_mean
      assign b_o[i*BBits+:BBits] =
          {{(BBits - SumBits + 1) {part_sums[i*SumBits+SumBits-1]}}, part_sums[i*SumBits+:SumBits-1]};
      wire unused_product = &{1'b0, product_i[i*(ABits+BBits)+ProductBits+:ABits+BBits-ProductBits]};
      reg [ProductBits-1:0] product_q;
      always @(posedge clk_i) if (making_q) product_q <= product_i[i*(ABits+BBits)+:ProductBits];
      wire [ProductBits-1:0] mean;
      ks_rshr #(
          .Width    (ProductBits),
          .ShiftBits(5)
      ) u_round (
          .x_i    (product_q),
          .shift_i(ReciprocalFrac[4:0]),
          .y_o    (mean)
      );
      wire sign = mean[ProductBits-1];
      wire fits = &mean[ProductBits-1:CodeBits-1] || !(|mean[ProductBits-1:CodeBits-1]);
      assign means[i*CodeBits+:CodeBits] = fits ? mean[CodeBits-1:0] : {sign, {(CodeBits - 1) {!sign}}};
    end
  endgenerate

  // ---- mean rows -------------------------------------------------------------------------------

  reg  [   Pages*SlotBits-1:0] page_slot_q;
  wire [          SlotBits-1:0] make_slot;  // the row that the page gives up
  assign page_slot_o = page_slot_q;
  generate
    if (Pages == 1) begin : g_slot_one
      assign make_slot = page_slot_q;
    end else begin : g_slot_two
      assign make_slot = make_page_i ? page_slot_q[SlotBits+:SlotBits] : page_slot_q[0+:SlotBits];
    end
    for (p = 0; p < Pages; p = p + 1) begin : g_page_slot
      localparam [31:0] FIRST = p;
      always @(posedge clk_i) begin
        if (!rst_ni) page_slot_q[p*SlotBits+:SlotBits] <= FIRST[SlotBits-1:0];
        else if (made_o && make_page_i == p) page_slot_q[p*SlotBits+:SlotBits] <= spare_q;
      end
    end
  endgenerate
  localparam [31:0] FIRST_SPARE = Pages;
  always @(posedge clk_i) begin
    if (!rst_ni) spare_q <= FIRST_SPARE[SlotBits-1:0];
    else if (made_o) spare_q <= make_slot;
  end

  // A row is Parts parts, each in a little memory of its own over the slots; K and V have their readers.
  localparam KeyBits = Dim * CodeBits;
  wire [Parts*PartDim*CodeBits-1:0] read_k, read_v;
  wire unused_read = &{1'b0, read_k, read_v};
  generate
    for (p = 0; p < Parts; p = p + 1) begin : g_part
      localparam [31:0] PART = p;
      reg [PartDim*CodeBits-1:0] mem_q[0:Slots-1];
      always @(posedge clk_i) begin
        if (write_q && write_part_q == PART[PartBits-1:0]) mem_q[spare_q] <= means;
      end
      assign read_k[p*PartDim*CodeBits+:PartDim*CodeBits] = mem_q[k_slot_i];
      assign read_v[p*PartDim*CodeBits+:PartDim*CodeBits] = mem_q[v_slot_i];
    end
  endgenerate
  assign k_o = read_k[KeyBits-1:0];
  assign v_o = read_v[2*KeyBits-1:KeyBits];

endmodule

`default_nettype wire
