// SPDX-License-Identifier: Apache-2.0
//
// Hash of a row by sign-flipped Hadamard transforms (SPEC 6, hash = hadamard; ELSA 3.2 with a
// multiplier-free projection): batch b gives the signs of H (signs_b .* x) over the row padded with
// zeros to HashDim; the first HashBits bits of the batches are kept. Keys and queries share the
// unit; a query goes first.
//
// Latency: hash_o is shown Batches + ceil(log8 HashDim) cycles, with several batches one more,
// after the first cycle of a row in the unit.
// Throughput: a row every Batches cycles.
//
//   query_*, key_*  valid/ready: the row is held until the cycle with ready, its last in the unit
//   hash_o          bit r set where element r of the transform is >= 0; *_valid_o says whose it is

`default_nettype none

module ks_hash_hadamard #(
    parameter Dim      = 64,
    parameter CodeBits = 9,
    parameter HashDim  = 64,                        // Dim rounded up to a power of two
    parameter HashBits = 64,                        // k
    parameter Batches  = 1,                         // ceil(HashBits / HashDim)
    parameter [Batches*HashDim-1:0] Negative = 0    // bit b * HashDim + i set: signs_b[i] = -1
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    input  wire                    query_valid_i,
    output wire                    query_ready_o,
    input  wire [Dim*CodeBits-1:0] query_i,
    input  wire                    key_valid_i,
    output wire                    key_ready_o,
    input  wire [Dim*CodeBits-1:0] key_i,
    output wire                    query_valid_o,
    output wire                    key_valid_o,
    output wire [    HashBits-1:0] hash_o
);

  localparam Levels = $clog2(HashDim);
  localparam Stages = (Levels + 2) / 3;

  // The signs are constants if there is one batch of them. Then they need no negation: of two
  // numbers with signs s, t the sum and the difference are s (a + s t b) and s (a - s t b), so that
  // s goes on to the next level and s t is which of the two is the sum. What is left at the end is
  // the sign of element 0, which must be +.
  localparam Folded = (Batches == 1) ? 1 : 0;
  localparam InBits = CodeBits + 1 - Folded;  // else with the sign flipped

  localparam BatchBits = (Batches == 1) ? 1 : $clog2(Batches);

  // ---- which row, which batch ------------------------------------------------------------------

  wire                    turn_valid;
  wire [Dim*CodeBits-1:0] turn_row;
  wire [   BatchBits-1:0] turn_batch;

  ks_hash_turn #(
      .RowWidth(Dim * CodeBits),
      .Cycles  (Batches),
      .Delay   (Stages + 1 + (Batches > 1 ? 1 : 0))
  ) u_turn (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .query_valid_i(query_valid_i),
      .query_ready_o(query_ready_o),
      .query_i      (query_i),
      .key_valid_i  (key_valid_i),
      .key_ready_o  (key_ready_o),
      .key_i        (key_i),
      .row_valid_o  (turn_valid),
      .row_o        (turn_row),
      .cycle_o      (turn_batch),
      .query_valid_o(query_valid_o),
      .key_valid_o  (key_valid_o)
  );

  // Whose row it is takes a while to spread to all bits of a row.
  reg [Dim*CodeBits-1:0] row_q;
  reg [   BatchBits-1:0] batch_q;
  always @(posedge clk_i) begin
    batch_q <= turn_batch;
    if (turn_valid) row_q <= turn_row;
  end
  wire [HashDim-1:0] negative =
      (Folded != 0) ? {HashDim{1'b0}} : Negative[batch_q*HashDim+:HashDim];

  // ---- sign flips, then butterflies, a register after every third level ------------------------

  // filled[s]: there is a row at the input of register stage s.
  wire [Stages:0] filled;
  ks_valid_delay #(
      .Stages(1)
  ) u_filled (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .d_i   (turn_valid),
      .q_o   (filled[0])
  );
  genvar i, l;
  generate
    for (l = 0; l < Stages; l = l + 1) begin : g_filled
      ks_valid_delay #(
          .Stages(1)
      ) u_filled (
          .clk_i (clk_i),
          .rst_ni(rst_ni),
          .d_i   (filled[l]),
          .q_o   (filled[l+1])
      );
    end

    if (Folded != 0 && Negative[0]) begin : g_illegal
      illegal_first_sign u_bad ();
    end

    for (i = 0; i < HashDim; i = i + 1) begin : g_flip
      wire [InBits-1:0] y;
      if (i >= Dim) begin : g_zero
        wire unused_negative = negative[i];
        assign y = {InBits{1'b0}};
      end else if (Folded != 0) begin : g_element
        wire unused_negative = negative[i];
        assign y = row_q[i*CodeBits+:CodeBits];
      end else begin : g_element
        wire [InBits-1:0] x = {row_q[i*CodeBits+CodeBits-1], row_q[i*CodeBits+:CodeBits]};
        assign y = negative[i] ? -x : x;
      end
    end

    // Element i of level l is the sum or the difference of the elements i and i ^ 2^l of the level
    // below, and a bit wider.
    for (l = 0; l < Levels; l = l + 1) begin : g_level
      localparam Bits = InBits + l + 1;
      for (i = 0; i < HashDim; i = i + 1) begin : g_element
        localparam Low = i - ((i >> l) % 2) * (1 << l);
        localparam LowBlock = Low - Low % (1 << l);  // a block of 2^l has the sign of its first
        localparam HighBlock = LowBlock + (1 << l);
        localparam Flip = (Folded != 0 && Negative[LowBlock] != Negative[HighBlock]) ? 1 : 0;
        localparam Sum = ((i == Low) ? 1 : 0) != Flip;
        wire [Bits-2:0] low, high;
        wire [Bits-1:0] y;
        wire [Bits-1:0] a = {low[Bits-2], low};
        wire [Bits-1:0] b = {high[Bits-2], high};
        wire [Bits-1:0] sum = Sum ? a + b : a - b;
        if (l == 0) begin : g_first
          assign low  = g_flip[Low].y;
          assign high = g_flip[Low+(1<<l)].y;
        end else begin : g_next
          assign low  = g_level[l-1].g_element[Low].y;
          assign high = g_level[l-1].g_element[Low+(1<<l)].y;
        end
        if (l % 3 == 2 || l == Levels - 1) begin : g_register
          reg [Bits-1:0] y_q;
          always @(posedge clk_i) if (filled[l/3]) y_q <= sum;
          assign y = y_q;
        end else begin : g_wire
          assign y = sum;
        end
      end
    end
  endgenerate

  wire [HashDim-1:0] bits;
  generate
    for (i = 0; i < HashDim; i = i + 1) begin : g_bit
      if (Levels == 0) begin : g_none
        assign bits[i] = !g_flip[i].y[InBits-1];
      end else begin : g_some
        assign bits[i] = !g_level[Levels-1].g_element[i].y[InBits+Levels-1];
      end
    end
  endgenerate

  // ---- batches are gathered --------------------------------------------------------------------

  generate
    if (Batches == 1) begin : g_gather_one
      wire unused_valid = filled[Stages];
      assign hash_o = bits[HashBits-1:0];
    end else begin : g_gather
      // The batch that came last is at the top; the first one's bits have moved down to bit 0.
      reg [Batches*HashDim-1:0] gathered_q;
      always @(posedge clk_i) begin
        if (filled[Stages]) gathered_q <= {bits, gathered_q[Batches*HashDim-1:HashDim]};
      end
      assign hash_o = gathered_q[HashBits-1:0];
    end
    if (Batches * HashDim > HashBits) begin : g_dropped
      if (Batches == 1) begin : g_one
        wire unused_bits = &{1'b0, bits[HashDim-1:HashBits]};
      end else begin : g_more
        wire unused_bits = &{1'b0, g_gather.gathered_q[Batches*HashDim-1:HashBits]};
      end
    end
  endgenerate

endmodule

`default_nettype wire
