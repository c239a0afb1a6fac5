// SPDX-License-Identifier: Apache-2.0
//
// Hash of a row by sign-flipped Hadamard transforms (SPEC 6, hash = hadamard; ELSA 3.2 with a multiplier-free
// projection): batch b gives the signs of H (signs_b .* x) over the row padded with zeros to HashDim; the
// first HashBits bits of the batches are kept. Keys and queries share the unit; a query goes first.
//
// Latency: hash_o is shown Batches + ceil(log4 HashDim) cycles after the first cycle of a row in the unit.
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
  localparam Stages = (Levels + 1) / 2;
  localparam Bits = CodeBits + Levels + 1;  // a sign flip and Levels additions

  localparam BatchBits = (Batches == 1) ? 1 : $clog2(Batches);

  // ---- which row, which batch ------------------------------------------------------------------

  wire                    valid;
  wire [Dim*CodeBits-1:0] row;
  wire [   BatchBits-1:0] batch;
  wire [     HashDim-1:0] negative = Negative[batch*HashDim+:HashDim];

  ks_hash_turn #(
      .RowWidth(Dim * CodeBits),
      .Cycles  (Batches),
      .Delay   (Stages + 1)
  ) u_turn (
      .clk_i        (clk_i),
      .rst_ni       (rst_ni),
      .query_valid_i(query_valid_i),
      .query_ready_o(query_ready_o),
      .query_i      (query_i),
      .key_valid_i  (key_valid_i),
      .key_ready_o  (key_ready_o),
      .key_i        (key_i),
      .row_valid_o  (valid),
      .row_o        (row),
      .cycle_o      (batch),
      .query_valid_o(query_valid_o),
      .key_valid_o  (key_valid_o)
  );

  // ---- sign flips, then butterflies, a register after every second level -----------------------

  // filled[s]: there is a row at the input of register stage s.
  wire [Stages:0] filled;
  assign filled[0] = valid;
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

    for (i = 0; i < HashDim; i = i + 1) begin : g_flip
      wire [Bits-1:0] y;
      if (i < Dim) begin : g_element
        wire [Bits-1:0] x = {{(Bits - CodeBits + 1) {row[i*CodeBits+CodeBits-1]}}, row[i*CodeBits+:CodeBits-1]};
        assign y = negative[i] ? -x : x;
      end else begin : g_zero
        wire unused_negative = negative[i];
        assign y = {Bits{1'b0}};
      end
    end

    // Element i of level l is the sum or the difference of the elements i and i ^ 2^l of the level below.
    for (l = 0; l < Levels; l = l + 1) begin : g_level
      for (i = 0; i < HashDim; i = i + 1) begin : g_element
        localparam Low = i - ((i >> l) % 2) * (1 << l);
        wire [Bits-1:0] low, high, y;
        if (l == 0) begin : g_first
          assign low  = g_flip[Low].y;
          assign high = g_flip[Low+(1<<l)].y;
        end else begin : g_next
          assign low  = g_level[l-1].g_element[Low].y;
          assign high = g_level[l-1].g_element[Low+(1<<l)].y;
        end
        if (l % 2 == 1 || l == Levels - 1) begin : g_register
          reg [Bits-1:0] y_q;
          always @(posedge clk_i) if (filled[l/2]) y_q <= (i == Low) ? low + high : low - high;
          assign y = y_q;
        end else begin : g_wire
          assign y = (i == Low) ? low + high : low - high;
        end
      end
    end
  endgenerate

  wire [HashDim-1:0] bits;
  generate
    for (i = 0; i < HashDim; i = i + 1) begin : g_bit
      if (Levels == 0) begin : g_none
        assign bits[i] = !g_flip[i].y[Bits-1];
      end else begin : g_some
        assign bits[i] = !g_level[Levels-1].g_element[i].y[Bits-1];
      end
    end
  endgenerate

  // ---- batches are gathered --------------------------------------------------------------------

  wire batch_valid = filled[Stages];

  // The batch that came last is at the top; the first one's bits have moved down to bit 0.
  reg [Batches*HashDim-1:0] gathered_q;
  generate
    if (Batches == 1) begin : g_gather_one
      always @(posedge clk_i) if (batch_valid) gathered_q <= bits;
    end else begin : g_gather
      always @(posedge clk_i) begin
        if (batch_valid) gathered_q <= {bits, gathered_q[Batches*HashDim-1:HashDim]};
      end
    end
    if (Batches * HashDim > HashBits) begin : g_dropped
      wire unused_bits = &{1'b0, gathered_q[Batches*HashDim-1:HashBits]};
    end
  endgenerate
  assign hash_o = gathered_q[HashBits-1:0];

endmodule

`default_nettype wire
