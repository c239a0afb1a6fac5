// SPDX-License-Identifier: Apache-2.0
//
// Ternary keys (SPEC 8): +1 where k > tau, -1 where k < -tau, else 0, made by 2 * Dim comparators
// while a row of K loads, and kept in a memory of their own, so that prediction and score read at
// once.
//
// Latency: a row can be read 2 cycles after write_i; its count comes 1 + ceil(log4 Dim) cycles
// after it. Throughput: a row a cycle in, a row a cycle out.
//
//   write_*    a row of K for row addr of the memory: Dim codes of CodeBits bits, element i in bits
//              [i*CodeBits +: CodeBits]; tau: a code >= 0
//   count_*    elements of the row that are not 0
//   read_i     row addr is on key_o in the next cycle, and stays: element i in bits [2*i +: 2],
//              two's complement: {it is -1, it is not 0}

`default_nettype none

module ks_ternary #(
    parameter Dim       = 64,
    parameter CodeBits  = 9,
    parameter Depth     = 256,             // rows: pages * n
    parameter AddrBits  = 8,               // 2^AddrBits >= Depth
    parameter CountBits = $clog2(Dim + 1)  // derived: do not set
) (
    input  wire                    clk_i,
    input  wire                    rst_ni,
    // rows of K
    input  wire                    write_i,
    input  wire [    AddrBits-1:0] write_addr_i,
    input  wire [Dim*CodeBits-1:0] write_k_i,
    input  wire [    CodeBits-2:0] tau_i,
    output wire                    count_valid_o,
    output wire [   CountBits-1:0] count_o,
    // ternary keys
    input  wire                    read_i,
    input  wire [    AddrBits-1:0] read_addr_i,
    output wire [       2*Dim-1:0] key_o
);

  localparam TreeStages = ($clog2(Dim) + 1) / 2;

  // ---- compare ---------------------------------------------------------------------------------

  wire signed [CodeBits-1:0] tau = {1'b0, tau_i};
  wire signed [CodeBits-1:0] minus_tau = -tau;
  reg                        write_q;
  reg  [       AddrBits-1:0] addr_q;
  reg  [          2*Dim-1:0] key_q;
  wire [          2*Dim-1:0] ones;  // 1 where the element is not 0

  genvar i;
  generate
    for (i = 0; i < Dim; i = i + 1) begin : g_element
      wire signed [CodeBits-1:0] k = write_k_i[i*CodeBits+:CodeBits];
      wire                       minus = k < minus_tau;
      always @(posedge clk_i) if (write_i) key_q[2*i+:2] <= {minus, minus || k > tau};
      assign ones[2*i+:2] = {1'b0, key_q[2*i]};
    end
  endgenerate

  always @(posedge clk_i) begin
    write_q <= rst_ni && write_i;
    if (write_i) addr_q <= write_addr_i;
  end

  ks_ram_1r1w #(
      .Width   (2 * Dim),
      .Depth   (Depth),
      .AddrBits(AddrBits)
  ) u_ternary_memory (
      .clk_i  (clk_i),
      .we_i   (write_q),
      .waddr_i(addr_q),
      .wdata_i(key_q),
      .ren_i  (read_i),
      .raddr_i(read_addr_i),
      .rdata_o(key_o)
  );

  // ---- count -----------------------------------------------------------------------------------

  localparam SumBits = 2 + 2 * TreeStages;  // a bit and more above the count
  wire [SumBits-1:0] sum;
  wire               unused_sum = &{1'b0, sum};
  assign count_o = sum[CountBits-1:0];

  ks_adder_tree #(
      .Count (Dim),
      .InBits(2)
  ) u_count (
      .clk_i  (clk_i),
      .en_i   (1'b1),
      .data_i (ones),
      .carry_i({Dim{1'b0}}),
      .sum_o  (sum)
  );

  ks_valid_delay #(
      .Stages(TreeStages)
  ) u_count_valid (
      .clk_i (clk_i),
      .rst_ni(rst_ni),
      .d_i   (write_q),
      .q_o   (count_valid_o)
  );

endmodule

`default_nettype wire
