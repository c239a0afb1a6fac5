// SPDX-License-Identifier: Apache-2.0
//
// Two entries between neighbours of the merge tree. A source that always has an entry refills it:
// it takes one whenever the second place is free, so it is never empty and gives an entry every
// cycle, and no signal runs from pop_i to take_o.
//
// Latency: an entry taken can be popped in the next cycle. Throughput: an entry a cycle.
//
//   data_i     what the source shows; take_o: it is taken in this cycle
//   restart_i  data_i is the first entry of a new sequence: it is taken, whatever was here is
//              dropped
//   head_o     the oldest entry; pop_i removes it. Meaningless until the first restart_i; nothing
//              is taken until then

`default_nettype none

module ks_merge_queue #(
    parameter Width = 8  // bits of an entry
) (
    input  wire             clk_i,
    input  wire             rst_ni,
    input  wire             restart_i,
    input  wire [Width-1:0] data_i,
    output wire             take_o,
    output wire [Width-1:0] head_o,
    input  wire             pop_i
);

  reg full_q;  // two entries, else one
  reg [Width-1:0] head_q, next_q;

  assign take_o = restart_i || !full_q;
  assign head_o = head_q;

  always @(posedge clk_i) begin
    if (!rst_ni) full_q <= 1'b1;
    else full_q <= !restart_i && !pop_i;
    if (restart_i || pop_i) head_q <= take_o ? data_i : next_q;
    if (!full_q) next_q <= data_i;
  end

endmodule

`default_nettype wire
