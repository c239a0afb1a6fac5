// SPDX-License-Identifier: Apache-2.0
//
// Small queue in registers. An entry pushed in one cycle can be popped in the next.
// There is no full flag: whoever pushes holds credits for the Depth entries.
//
//   push_i   takes data_i
//   count_o  entries; data_o is the oldest if there is one; pop_i removes it

`default_nettype none

module ks_fifo #(
    parameter Width = 8,  // bits of an entry
    parameter Depth = 4,  // entries, >= 2
    parameter CountBits = $clog2(Depth + 1)  // derived: do not set
) (
    input  wire                 clk_i,
    input  wire                 rst_ni,
    input  wire                 push_i,
    input  wire [    Width-1:0] data_i,
    output wire [CountBits-1:0] count_o,
    output wire [    Width-1:0] data_o,
    input  wire                 pop_i
);

  localparam PtrBits = $clog2(Depth);
  localparam [31:0] LAST = Depth - 1;
`ifndef SYNTHESIS
  localparam [31:0] FULL = Depth;
`endif

  reg [Width-1:0] mem_q[0:Depth-1];
  reg [PtrBits-1:0] head_q, tail_q;
  reg [CountBits-1:0] count_q;

  assign count_o = count_q;
  assign data_o  = mem_q[head_q];

  always @(posedge clk_i) begin
    if (push_i) mem_q[tail_q] <= data_i;
    if (!rst_ni) begin
      head_q  <= {PtrBits{1'b0}};
      tail_q  <= {PtrBits{1'b0}};
      count_q <= {CountBits{1'b0}};
    end else begin
      if (push_i) tail_q <= (tail_q == LAST[PtrBits-1:0]) ? {PtrBits{1'b0}} : tail_q + 1'b1;
      if (pop_i) head_q <= (head_q == LAST[PtrBits-1:0]) ? {PtrBits{1'b0}} : head_q + 1'b1;
      if (push_i && !pop_i) count_q <= count_q + 1'b1;
      if (pop_i && !push_i) count_q <= count_q - 1'b1;
    end
  end

`ifndef SYNTHESIS
  always @(posedge clk_i) begin
    if (rst_ni && push_i && count_q == FULL[CountBits-1:0]) begin
      $display("%m: pushed while full");
      $stop;
    end
    if (rst_ni && pop_i && count_q == 0) begin
      $display("%m: popped while empty");
      $stop;
    end
  end
`endif

endmodule

`default_nettype wire
