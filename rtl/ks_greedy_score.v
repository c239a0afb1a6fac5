// SPDX-License-Identifier: Apache-2.0
//
// Greedy scores of A3 (SPEC 7), two updates a cycle: row max_row_i gets max_sum_i, then row
// min_row_i, which may be the same one, gets -1 - min_sum_i. A row's positive products are summed
// in one memory and its negative ones in another, each with one write port; a key is a candidate if
// the first sum is the larger. A bit a row and memory says whether the row has a sum in this query,
// so that a query begins with all scores zero without a cycle for it.
//
// Latency: 3 cycles with en_i from a query's last step to built_o: 0 read the sums | 1 add, write |
// 2 compare, set or clear the candidate's bit. Throughput: a step a cycle with en_i; a query may
// follow the other without a gap. Everything holds while en_i is low.
// Two memories of Keys x SumBits bits, two adders and four comparators of SumBits bits, 3 * Keys
// bits.
//
//   step_i     a step (only with en_i); first_i, last_i of its query, see ks_greedy_total
//   building_o the last step of a query is in stages 1 or 2
//   built_o    candidates_o and count_o are those of a query whose last step was 3 cycles with en_i
//              ago

`default_nettype none

module ks_greedy_score #(
    parameter Keys      = 320,  // n
    parameter SumBits   = 23,   // unsigned bits that hold every sum of a row
    parameter TermBits  = 17,   // bits of a product's magnitude
    parameter RowBits   = 9,    // bits of 0..Keys-1
    parameter CountBits = 9     // bits of 0..Keys
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    input  wire                 en_i,
    // steps
    input  wire                 step_i,
    input  wire                 first_i,
    input  wire                 last_i,
    input  wire                 max_add_i,
    input  wire [  RowBits-1:0] max_row_i,
    input  wire [ TermBits-1:0] max_sum_i,
    input  wire                 min_add_i,
    input  wire [  RowBits-1:0] min_row_i,
    input  wire [ TermBits-1:0] min_sum_i,
    // candidates
    output wire                 building_o,
    output wire                 built_o,
    output wire [     Keys-1:0] candidates_o,
    output wire [CountBits-1:0] count_o
);

  localparam [SumBits-1:0] ZERO = 0;

  // ---- 0: read; has the row a sum? -------------------------------------------------------------

  reg  [Keys-1:0] has_up_q, has_down_q;  // of the query whose steps are in stage 1, up to stage 2
  wire            new0 = step_i && first_i;
  reg             first1_q, last1_q, valid1_q;
  reg             max_add1_q, min_add1_q;
  reg [ RowBits-1:0] max_row1_q, min_row1_q;
  reg [TermBits-1:0] max_sum1_q, min_sum1_q;
  reg max_has_up1_q, max_has_down1_q, min_has_up1_q, min_has_down1_q;

  always @(posedge clk_i) begin
    if (!rst_ni) valid1_q <= 1'b0;
    else if (en_i) valid1_q <= step_i;
    if (en_i) begin
      first1_q        <= first_i;
      last1_q         <= last_i;
      max_add1_q      <= max_add_i;
      max_row1_q      <= max_row_i;
      max_sum1_q      <= max_sum_i;
      min_add1_q      <= min_add_i;
      min_row1_q      <= min_row_i;
      min_sum1_q      <= min_sum_i;
      max_has_up1_q   <= !first_i && has_up_q[max_row_i];
      max_has_down1_q <= !first_i && has_down_q[max_row_i];
      min_has_up1_q   <= !first_i && has_up_q[min_row_i];
      min_has_down1_q <= !first_i && has_down_q[min_row_i];
    end
  end

  wire max1 = valid1_q && max_add1_q;
  wire min1 = valid1_q && min_add1_q;
  always @(posedge clk_i) begin
    if (en_i && new0) begin
      has_up_q   <= {Keys{1'b0}};
      has_down_q <= {Keys{1'b0}};
    end else if (en_i) begin
      if (max1) has_up_q[max_row1_q] <= 1'b1;
      if (min1) has_down_q[min_row1_q] <= 1'b1;
    end
  end

  // ---- 1: the sums before and after this step; write -------------------------------------------

  // The step before wrote its sums in the cycle in which this step's were read: they come from
  // stage 2.
  reg                max2_q, min2_q, first2_q, last2_q, valid2_q;
  reg  [RowBits-1:0] max_row2_q, min_row2_q;
  reg  [SumBits-1:0] max_up2_q, max_up_old2_q, max_down2_q;  // of the max step's row
  reg  [SumBits-1:0] min_up2_q, min_down2_q, min_down_old2_q;  // of the min step's row

  wire [SumBits-1:0] max_up_read, min_up_read, max_down_read, min_down_read;
  wire               up_wrote2 = max2_q && !first1_q;
  wire               down_wrote2 = min2_q && !first1_q;
  wire               same1 = max_row1_q == min_row1_q;

  wire [SumBits-1:0] max_up_old = (up_wrote2 && max_row2_q == max_row1_q) ? max_up2_q
                                : max_has_up1_q ? max_up_read : ZERO;
  wire [SumBits-1:0] min_up_old = (up_wrote2 && max_row2_q == min_row1_q) ? max_up2_q
                                : min_has_up1_q ? min_up_read : ZERO;
  wire [SumBits-1:0] max_down_old = (down_wrote2 && min_row2_q == max_row1_q) ? min_down2_q
                                  : max_has_down1_q ? max_down_read : ZERO;
  wire [SumBits-1:0] min_down_old = (down_wrote2 && min_row2_q == min_row1_q) ? min_down2_q
                                  : min_has_down1_q ? min_down_read : ZERO;
  wire [SumBits-1:0] max_up = max_up_old + {{(SumBits - TermBits) {1'b0}}, max_sum1_q};
  wire [SumBits-1:0] min_down = min_down_old + {{(SumBits - TermBits) {1'b0}}, min_sum1_q} + 1'b1;

  always @(posedge clk_i) begin
    if (!rst_ni) valid2_q <= 1'b0;
    else if (en_i) valid2_q <= valid1_q;
    if (en_i) begin
      first2_q        <= first1_q;
      last2_q         <= last1_q;
      max2_q          <= max1;
      min2_q          <= min1;
      max_row2_q      <= max_row1_q;
      min_row2_q      <= min_row1_q;
      max_up_old2_q   <= max_up_old;
      max_up2_q       <= max_up;
      max_down2_q     <= max_down_old;
      min_up2_q       <= (max1 && same1) ? max_up : min_up_old;
      min_down_old2_q <= min_down_old;
      min_down2_q     <= min_down;
    end
  end

  ks_ram_2r1w #(
      .Width   (SumBits),
      .Depth   (Keys),
      .AddrBits(RowBits)
  ) u_up (
      .clk_i    (clk_i),
      .we_i     (en_i && max1),
      .waddr_i  (max_row1_q),
      .wdata_i  (max_up),
      .ren_a_i  (step_i),
      .raddr_a_i(max_row_i),
      .rdata_a_o(max_up_read),
      .ren_b_i  (step_i),
      .raddr_b_i(min_row_i),
      .rdata_b_o(min_up_read)
  );

  ks_ram_2r1w #(
      .Width   (SumBits),
      .Depth   (Keys),
      .AddrBits(RowBits)
  ) u_down (
      .clk_i    (clk_i),
      .we_i     (en_i && min1),
      .waddr_i  (min_row1_q),
      .wdata_i  (min_down),
      .ren_a_i  (step_i),
      .raddr_a_i(max_row_i),
      .rdata_a_o(max_down_read),
      .ren_b_i  (step_i),
      .raddr_b_i(min_row_i),
      .rdata_b_o(min_down_read)
  );

  // ---- 2: a max step can only win a candidate, a min step only lose one ------------------------

  wire won = max2_q && max_up2_q > max_down2_q && !(max_up_old2_q > max_down2_q);
  wire lost = min2_q && min_up2_q > min_down_old2_q && !(min_up2_q > min_down2_q);

  reg                 built_q;
  reg [     Keys-1:0] candidates_q;
  reg [CountBits-1:0] count_q;
  wire [CountBits-1:0] count_old = first2_q ? {CountBits{1'b0}} : count_q;

  assign building_o   = (valid1_q && last1_q) || (valid2_q && last2_q);
  assign built_o      = built_q;
  assign candidates_o = candidates_q;
  assign count_o      = count_q;

  always @(posedge clk_i) begin
    if (!rst_ni) built_q <= 1'b0;
    else if (en_i) built_q <= valid2_q && last2_q;
    if (en_i && valid2_q) begin
      if (first2_q) candidates_q <= {Keys{1'b0}};
      if (won) candidates_q[max_row2_q] <= 1'b1;
      if (lost) candidates_q[min_row2_q] <= 1'b0;
      if (won && !lost) count_q <= count_old + 1'b1;
      else if (lost && !won) count_q <= count_old - 1'b1;
      else count_q <= count_old;
    end
  end

endmodule

`default_nettype wire
