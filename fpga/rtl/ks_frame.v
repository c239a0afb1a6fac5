// SPDX-License-Identifier: Apache-2.0
//
// Frames on a serial line (fpga/README.md has the format): takes a frame, judges it, acts on it and
// answers it. One frame has one answer; the next may come after it.
//
//   frame   'K', type, number, payload as long as the type says, checksum high byte first
//   answer  'k', code, number of the frame, payload as the code says, checksum
//
// Nothing hangs: a frame that stops short is answered after GapCycles of silence. After a frame that
// is wrong in any way the line is waited for to be silent as long, and only then answered, so that a
// frame always begins after silence or after an answer. What comes during an answer is lost.
//
// A number that repeats the last frame's marks the frame as sent again because its answer was lost:
// it is answered again and not acted on again. A row of output stays until a frame with another
// number comes.
//
//   rx_*     bytes as received; error: one that is none
//   tx_*     bytes to be sent
//   shift_o  byte_o belongs to the payload for slot s; commit_o: what was shifted into it is good;
//            full_i: it still holds what came before. Slots: 0 register, 1 command, 2 k, 3 v, 4 s, 5 q.
//            A register's slot is {address, value}; full: no register may be written now
//   rdata_i  what the register at that address holds
//   o_*      output stream; o_data_i {row, last, number, tag}, each from a byte's border on
//   reset_o  one cycle: reset the design and the slots
//   bad_o    the last frame was wrong

`default_nettype none

module ks_frame #(
    parameter RowBytes    = 72,     // of a row of K, V, Q
    parameter SortedBytes = 0,      // of a beat of S; 0: the design has no such stream
    parameter OutBytes    = 77,     // of o_data_i
    parameter GapCycles   = 240000  // silence that ends a frame, >= 1
) (
    input  wire                  clk_i,
    input  wire                  rst_ni,
    // line
    input  wire                  rx_valid_i,
    input  wire [           7:0] rx_data_i,
    input  wire                  rx_error_i,
    output wire                  tx_valid_o,
    input  wire                  tx_ready_i,
    output wire [           7:0] tx_data_o,
    // slots
    output wire [           5:0] shift_o,
    output wire [           7:0] byte_o,
    output wire [           5:0] commit_o,
    input  wire [           5:0] full_i,
    // registers
    input  wire [          31:0] rdata_i,
    // output rows
    input  wire                  o_valid_i,
    output wire                  o_ready_o,
    input  wire [8*OutBytes-1:0] o_data_i,
    // board
    output wire                  reset_o,
    output wire                  bad_o
);

  // ---- the format ---------------------------------------------------------------------------------

  localparam [7:0] FRAME_MARK = 8'h4b;
  localparam [7:0] ANSWER_MARK = 8'h6b;

  localparam [7:0] WRITE = 8'd1;
  localparam [7:0] READ = 8'd2;
  localparam [7:0] COMMAND = 8'd3;
  localparam [7:0] ROW_K = 8'd4;
  localparam [7:0] ROW_V = 8'd5;
  localparam [7:0] ROW_S = 8'd6;
  localparam [7:0] ROW_Q = 8'd7;
  localparam [7:0] POLL = 8'd8;
  localparam [7:0] RESET = 8'd9;

  localparam [7:0] DONE = 8'h00;
  localparam [7:0] VALUE = 8'h01;
  localparam [7:0] ROW = 8'h02;
  localparam [7:0] FULL = 8'h03;
  localparam [7:0] EMPTY = 8'h04;
  localparam [7:0] BAD_MARK = 8'h80;
  localparam [7:0] BAD_TYPE = 8'h81;
  localparam [7:0] BAD_CHECK = 8'h82;
  localparam [7:0] BAD_GAP = 8'h83;
  localparam [7:0] BAD_LINE = 8'h84;

  localparam LongIn = (SortedBytes > RowBytes) ? SortedBytes : RowBytes;
  localparam Longest = (LongIn > OutBytes) ? LongIn : OutBytes;
  localparam LeftBits = $clog2((Longest > 8 ? Longest : 8) + 1);
  localparam GapBits = $clog2(GapCycles + 1);
  localparam [31:0] ROW_BYTES = RowBytes;
  localparam [31:0] SORTED_BYTES = SortedBytes;
  localparam [31:0] OUT_BYTES = OutBytes;
  localparam [31:0] GAP = GapCycles;

  // ---- state ----------------------------------------------------------------------------------------

  localparam [3:0] MARK = 4'd0;  // receiving: its bytes in turn
  localparam [3:0] TYPE = 4'd1;
  localparam [3:0] NUMBER = 4'd2;
  localparam [3:0] PAYLOAD = 4'd3;
  localparam [3:0] CHECK = 4'd4;
  localparam [3:0] RELEASE = 4'd5;  // the frame is good: lets go of a row that was shown
  localparam [3:0] ACT = 4'd6;
  localparam [3:0] SILENCE = 4'd7;  // the frame is bad
  localparam [3:0] HEAD = 4'd8;  // answering: its parts in turn
  localparam [3:0] BODY = 4'd9;
  localparam [3:0] TAIL = 4'd10;

  reg [3:0] state_q;
  reg [7:0] type_q, number_q, code_q;
  reg [15:0] crc_q;
  reg [LeftBits-1:0] left_q;  // bytes of the part under way: to come, or sent
  reg [GapBits-1:0] gap_q;  // cycles until the line counts as silent
  reg full_q;  // the slot was full when the payload began
  reg known_q;  // last_q is the number of the last frame that was acted on
  reg [7:0] last_q;
  reg shown_q;  // the row at the output has been sent
  reg bad_q;
  reg [31:0] value_q;

  wire receiving = state_q == TYPE || state_q == NUMBER || state_q == PAYLOAD || state_q == CHECK;
  wire silent = gap_q == 0;
  wire afresh = !known_q || number_q != last_q;
  wire sent = tx_valid_o && tx_ready_i;

  // ---- types: payload and slot ------------------------------------------------------------------

  reg legal;  // of the byte that comes
  always @* begin
    legal = rx_data_i >= WRITE && rx_data_i <= RESET;
    if (rx_data_i == ROW_S && SortedBytes == 0) legal = 1'b0;
  end

  reg [31:0] payload;
  reg [ 5:0] slot;
  always @* begin
    payload = 32'd0;
    slot = 6'd0;
    case (type_q)
      WRITE: begin
        payload = 32'd6;
        slot = 6'd1 << 0;
      end
      READ: begin
        payload = 32'd2;
        slot = 6'd1 << 0;
      end
      COMMAND: begin
        payload = 32'd8;
        slot = 6'd1 << 1;
      end
      ROW_K: begin
        payload = ROW_BYTES;
        slot = 6'd1 << 2;
      end
      ROW_V: begin
        payload = ROW_BYTES;
        slot = 6'd1 << 3;
      end
      ROW_S: begin
        payload = SORTED_BYTES;
        slot = 6'd1 << 4;
      end
      ROW_Q: begin
        payload = ROW_BYTES;
        slot = 6'd1 << 5;
      end
      default: ;
    endcase
  end
  wire unused_payload = &{1'b0, payload[31:LeftBits]};

  // ---- answers: code and payload ----------------------------------------------------------------

  reg [7:0] code;  // of a good frame
  always @* begin
    code = DONE;
    if (type_q == READ) code = VALUE;
    else if (type_q == POLL) code = o_valid_i ? ROW : EMPTY;
    else if (|slot && afresh && full_q) code = FULL;
  end

  wire [31:0] body = (code_q == VALUE) ? 32'd4 : (code_q == ROW) ? OUT_BYTES : 32'd0;
  wire unused_body = &{1'b0, body[31:LeftBits]};

  wire [7:0] body_byte = (code_q == ROW) ? o_data_i[8*left_q+:8] : value_q[8*left_q[1:0]+:8];
  reg [7:0] tx_data;
  always @* begin
    case (state_q)
      HEAD: tx_data = (left_q == 0) ? ANSWER_MARK : left_q[0] ? code_q : number_q;
      BODY: tx_data = body_byte;
      default: tx_data = left_q[0] ? crc_q[7:0] : crc_q[15:8];
    endcase
  end

  // ---- checksum: of the bytes that come, then of those that go ----------------------------------

  wire [15:0] crc;
  ks_crc16 u_crc16 (
      .crc_i (crc_q),
      .data_i(receiving ? rx_data_i : tx_data),
      .crc_o (crc)
  );

  // ---- out --------------------------------------------------------------------------------------

  wire act = state_q == ACT;
  wire keep = act && afresh && !full_q && type_q != READ;

  assign shift_o    = (state_q == PAYLOAD && rx_valid_i && !full_q) ? slot : 6'd0;
  assign byte_o     = rx_data_i;
  assign commit_o   = keep ? slot : 6'd0;
  assign o_ready_o  = state_q == RELEASE && afresh && shown_q;
  assign reset_o    = act && type_q == RESET;
  assign bad_o      = bad_q;
  assign tx_valid_o = state_q == HEAD || state_q == BODY || state_q == TAIL;
  assign tx_data_o  = tx_data;

  // ---- the next state ---------------------------------------------------------------------------

  reg [3:0] state_d;
  reg [7:0] code_d;
  reg part;  // a part of several bytes begins
  always @* begin
    state_d = state_q;
    code_d = code_q;
    part = 1'b0;
    case (state_q)
      MARK:
      if (rx_valid_i) begin
        code_d  = BAD_MARK;
        state_d = (rx_data_i == FRAME_MARK) ? TYPE : SILENCE;
      end
      TYPE:
      if (rx_valid_i) begin
        code_d  = BAD_TYPE;
        state_d = legal ? NUMBER : SILENCE;
      end
      NUMBER:
      if (rx_valid_i) begin
        state_d = (payload == 0) ? CHECK : PAYLOAD;
        part = 1'b1;
      end
      PAYLOAD:
      if (rx_valid_i && left_q + 1'b1 == payload[LeftBits-1:0]) begin
        state_d = CHECK;
        part = 1'b1;
      end
      CHECK:
      if (rx_valid_i && left_q[0]) begin
        code_d  = BAD_CHECK;
        state_d = (crc == 0) ? RELEASE : SILENCE;
      end
      RELEASE: state_d = ACT;
      ACT: begin
        code_d = code;
        state_d = HEAD;
        part = 1'b1;
      end
      SILENCE:
      if (silent) begin
        state_d = HEAD;
        part = 1'b1;
      end
      HEAD:
      if (sent && left_q[1]) begin
        state_d = (body == 0) ? TAIL : BODY;
        part = 1'b1;
      end
      BODY:
      if (sent && left_q + 1'b1 == body[LeftBits-1:0]) begin
        state_d = TAIL;
        part = 1'b1;
      end
      default: if (sent && left_q[0]) state_d = MARK;
    endcase
    if (receiving && silent) begin
      code_d = BAD_GAP;
      state_d = HEAD;
      part = 1'b1;
    end
    if (rx_error_i && (receiving || state_q == MARK)) begin
      code_d  = BAD_LINE;
      state_d = SILENCE;
    end
  end

  always @(posedge clk_i) begin
    if (rx_valid_i || rx_error_i) gap_q <= GAP[GapBits-1:0];
    else if (!silent) gap_q <= gap_q - 1'b1;

    // A number that has not come yet is 0 in the answer.
    if (state_q == MARK) number_q <= 8'd0;
    else if (state_q == NUMBER && rx_valid_i) number_q <= rx_data_i;
    if (state_q == TYPE && rx_valid_i) type_q <= rx_data_i;
    if (state_q == NUMBER) full_q <= |(slot & full_i) && type_q != READ;
    if (act) value_q <= rdata_i;
    code_q <= code_d;

    if (part) left_q <= {LeftBits{1'b0}};
    else if (rx_valid_i && receiving || sent) left_q <= left_q + 1'b1;

    // The marks are outside the checksum.
    if (state_q == MARK || (sent && state_q == HEAD && left_q == 0)) crc_q <= 16'hffff;
    else if (rx_valid_i && receiving || sent && state_q != TAIL) crc_q <= crc;

    if (!rst_ni) begin
      state_q <= MARK;
      known_q <= 1'b0;
      shown_q <= 1'b0;
      bad_q   <= 1'b0;
    end else begin
      state_q <= state_d;
      if (act && code != FULL) known_q <= 1'b1;
      if (state_q == RELEASE && afresh) shown_q <= 1'b0;
      else if (act && code == ROW) shown_q <= 1'b1;
      else if (reset_o) shown_q <= 1'b0;
      if (part && state_d == HEAD) bad_q <= code_d[7];
    end
    if (act && code != FULL) last_q <= number_q;
  end

endmodule

`default_nettype wire
