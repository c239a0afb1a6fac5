// SPDX-License-Identifier: Apache-2.0
//
// What the design is doing: every cycle is charged once, to the first of these that holds (SPEC 9)
//   load    a LOAD is under way
//   attend  a bank has a query that it has not finished issuing
//   select  a query is between the hash unit and the banks
//   drain   a command waits to start, or output rows are owed
//   idle    none of them
//
//   charge_o  one-hot {idle, drain, select, attend, load}, load in bit 0; busy_o: not idle

`default_nettype none

module ks_status #(
    parameter OwedBits = 19  // bits of the output rows owed: 16 and those of the number of contexts
) (
    input  wire        clk_i,
    input  wire        rst_ni,
    input  wire        pending_i,        // a command waits
    input  wire        attend_start_i,   // an ATTEND starts ..
    input  wire [15:0] attend_count_i,   // .. of so many rows
    input  wire        row_out_i,        // an output row leaves
    input  wire        load_i,
    input  wire        attend_i,
    input  wire        select_i,
    output wire [ 4:0] charge_o,
    output wire        busy_o
);

  reg                start_q;  // rows not yet counted as owed
  reg [        15:0] count_q;
  reg [OwedBits-1:0] owed_q;
  wire [OwedBits-1:0] more = start_q ? {{(OwedBits - 16) {1'b0}}, count_q} : {OwedBits{1'b0}};
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      start_q <= 1'b0;
      owed_q  <= {OwedBits{1'b0}};
    end else begin
      start_q <= attend_start_i;
      owed_q  <= owed_q + more - {{(OwedBits - 1) {1'b0}}, row_out_i};
    end
    count_q <= attend_count_i;
  end

  wire drain = pending_i || start_q || owed_q != 0;
  assign charge_o = load_i ? 5'b00001
                  : attend_i ? 5'b00010
                  : select_i ? 5'b00100
                  : drain ? 5'b01000
                  : 5'b10000;
  assign busy_o   = !charge_o[4];

endmodule

`default_nettype wire
