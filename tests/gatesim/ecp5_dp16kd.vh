  // SPDX-License-Identifier: Apache-2.0
  //
  // What DP16KD does, for which Yosys has only the ports: 18,432 bits behind two ports of 1, 2, 4, 9 or 18 bits, or
  // one that writes and one that reads 36 (A the lower, B the upper half). Byte b has its ninth bit at 9 b + 8,
  // which ports of up to 4 bits do not see. Without output registers, always selected; anything else is refused.
  //
  // A row that is read in the cycle that writes it shows X where the ports are different ones.
  generate
    if (REGMODE_A != "NOREG" || REGMODE_B != "NOREG" || CSDECODE_A != "0b000" || CSDECODE_B != "0b000")
      illegal_memory_mode u_bad ();
  endgenerate

  reg [18431:0] bits;
  localparam [20479:0] START = {
    INITVAL_3F, INITVAL_3E, INITVAL_3D, INITVAL_3C, INITVAL_3B, INITVAL_3A, INITVAL_39, INITVAL_38,
    INITVAL_37, INITVAL_36, INITVAL_35, INITVAL_34, INITVAL_33, INITVAL_32, INITVAL_31, INITVAL_30,
    INITVAL_2F, INITVAL_2E, INITVAL_2D, INITVAL_2C, INITVAL_2B, INITVAL_2A, INITVAL_29, INITVAL_28,
    INITVAL_27, INITVAL_26, INITVAL_25, INITVAL_24, INITVAL_23, INITVAL_22, INITVAL_21, INITVAL_20,
    INITVAL_1F, INITVAL_1E, INITVAL_1D, INITVAL_1C, INITVAL_1B, INITVAL_1A, INITVAL_19, INITVAL_18,
    INITVAL_17, INITVAL_16, INITVAL_15, INITVAL_14, INITVAL_13, INITVAL_12, INITVAL_11, INITVAL_10,
    INITVAL_0F, INITVAL_0E, INITVAL_0D, INITVAL_0C, INITVAL_0B, INITVAL_0A, INITVAL_09, INITVAL_08,
    INITVAL_07, INITVAL_06, INITVAL_05, INITVAL_04, INITVAL_03, INITVAL_02, INITVAL_01, INITVAL_00
  };
  integer word;
  initial for (word = 0; word < 1024; word = word + 1) bits[18*word+:18] = START[20*word+:18];

  wire [13:0] ada = {
    ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0
  };
  wire [13:0] adb = {
    ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0
  };
  wire [17:0] dia = {
    DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5, DIA4, DIA3,
    DIA2, DIA1, DIA0
  };
  wire [17:0] dib = {
    DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4, DIB3,
    DIB2, DIB1, DIB0
  };
  reg [17:0] doa, dob;
  assign {DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4,
          DOA3, DOA2, DOA1, DOA0} = doa;
  assign {DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4,
          DOB3, DOB2, DOB1, DOB0} = dob;

  // The lowest bit of what a port of `width` sees at an address, and the bits it sees there.
  function [14:0] lowest(input integer width, input [13:0] address);
    case (width)
      36: lowest = 36 * address[13:5];
      18: lowest = 18 * address[13:4];
      9: lowest = 9 * address[13:3];
      4: lowest = 9 * address[13:3] + {address[2], 2'd0};
      2: lowest = 9 * address[13:3] + {address[2:1], 1'd0};
      default: lowest = 9 * address[13:3] + address[2:0];
    endcase
  endfunction

  function [35:0] seen(input integer width);
    seen = {36{1'b1}} >> (36 - width);
  endfunction

  // The bytes that a write changes: enables stand in the lowest address bits where those are not needed.
  function [35:0] written(input integer width, input [13:0] address);
    case (width)
      36: written = {{9{address[3]}}, {9{address[2]}}, {9{address[1]}}, {9{address[0]}}};
      18: written = {18'd0, {9{address[1]}}, {9{address[0]}}};
      default: written = seen(width);
    endcase
  endfunction

  wire clock_a = CLKA ^ (CLKAMUX == "INV");
  wire clock_b = CLKB ^ (CLKBMUX == "INV");
  wire write_a = CEA && WEA;
  wire write_b = CEB && WEB;
  wire [14:0] at_a = lowest(DATA_WIDTH_A, ada);
  wire [14:0] at_b = lowest(DATA_WIDTH_B, adb);
  wire [35:0] mask_a = written(DATA_WIDTH_A, ada);
  wire [35:0] mask_b = written(DATA_WIDTH_B, adb);
  wire [35:0] in_a = {dib, dia};
  wire [35:0] in_b = {18'd0, dib};

  // What a port sees: as it was, as it writes it, and X where the other port writes.
  wire [35:0] other_a = at_b > at_a ? mask_b << (at_b - at_a) : mask_b >> (at_a - at_b);
  wire [35:0] other_b = at_a > at_b ? mask_a << (at_a - at_b) : mask_a >> (at_b - at_a);
  wire [35:0] old_a = bits[at_a+:36] ^ ({36{write_b}} & other_a & {36{1'bx}});
  wire [35:0] old_b = bits[at_b+:36] ^ ({36{write_a}} & other_b & {36{1'bx}});
  wire [35:0] new_a = write_a && WRITEMODE_A == "WRITETHROUGH" ? in_a & mask_a | old_a & ~mask_a : old_a;
  wire [35:0] new_b = write_b && WRITEMODE_B == "WRITETHROUGH" ? in_b & mask_b | old_b & ~mask_b : old_b;

  integer i;
  always @(posedge clock_a) begin
    for (i = 0; i < 36; i = i + 1) if (write_a && mask_a[i]) bits[at_a+i] <= in_a[i];
    if (DATA_WIDTH_B != 36) begin
      if (RSTA === 1'b1) doa <= 18'd0;
      else if (CEA && !(write_a && WRITEMODE_A == "NORMAL")) doa <= new_a & seen(DATA_WIDTH_A);
    end
  end

  integer j;
  always @(posedge clock_b) begin
    for (j = 0; j < 36; j = j + 1) if (write_b && mask_b[j]) bits[at_b+j] <= in_b[j];
    if (RSTB === 1'b1) begin
      dob <= 18'd0;
      if (DATA_WIDTH_B == 36) doa <= 18'd0;
    end else if (CEB && !(write_b && WRITEMODE_B == "NORMAL")) begin
      if (DATA_WIDTH_B == 36) {dob, doa} <= new_b;
      else dob <= new_b & seen(DATA_WIDTH_B);
    end
  end
