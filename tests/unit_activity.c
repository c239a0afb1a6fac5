/* SPDX-License-Identifier: Apache-2.0
 *
 * Toggles and shares counted from a VCD written by hand: what counts, which index a bit has, and that the
 * text may come in pieces of any length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../tb/activity.h"

/* Six samples: the first, then five cycles. */
static const char vcd[] =
    "$version by hand $end\n"
    "$scope module bench $end\n"
    " $var wire 1 ! outside $end\n"
    " $scope module dut $end\n"
    "  $var wire 1 \" clk_i $end\n"
    "  $var wire 1 ! bit_q $end\n"
    "  $scope module g_bank[1] $end\n"
    "   $var reg 1 ! alias_i $end\n"
    "   $var reg 3 !! up [0:2] $end\n"
    "   $var reg 4 a row_q[7] [4:1] $end\n"
    "  $upscope $end\n"
    " $upscope $end\n"
    " $scope module dut_other $end\n"
    "  $var wire 1 b other $end\n"
    " $upscope $end\n"
    "$upscope $end\n"
    "$enddefinitions $end\n"
    "#0\n$dumpvars\n0\"\n1!\nbx !!\nb0101 a\n1b\n$end\n"
    "#10\n0!\nb101 !!\n"
    "#20\n1!\nb11 !!\n"
    "#30\n0!\nbz1 !!\n"
    "#40\n"
    "#50\n1!\nb1010 a\n0b\n";

static const char counted[] =
    "dut.clk_i 0 2 0.5 1\n"
    "dut.bit_q 0 0.8 0.4 0.8\n"
    "dut.g_bank[1].alias_i 0 0.8 0.4 0.8\n"
    "dut.g_bank[1].up 0 0.2 0.2 0.2\n"
    "dut.g_bank[1].up 1 0.2 0.2 0.2\n"
    "dut.g_bank[1].up 2 0 1 0.2\n"
    "dut.g_bank[1].row_q[7] 4 0.2 0.2 0.2\n"
    "dut.g_bank[1].row_q[7] 3 0.2 0.8 0.2\n"
    "dut.g_bank[1].row_q[7] 2 0.2 0.2 0.2\n"
    "dut.g_bank[1].row_q[7] 1 0.2 0.8 0.2\n";

static char *printed(const struct ks_activity *activity) {
  char *text;
  size_t size;
  FILE *stream = open_memstream(&text, &size);
  ks_activity_print(activity, stream);
  fclose(stream);
  return text;
}

static struct ks_activity *read_in_pieces(size_t piece) {
  struct ks_activity *activity = ks_activity_new("bench.dut");
  for (size_t at = 0; at < strlen(vcd); at += piece) {
    size_t left = strlen(vcd) - at;
    ks_activity_read(activity, vcd + at, left < piece ? left : piece);
  }
  ks_activity_end(activity);
  return activity;
}

static void counts_by_hand(void **state) {
  (void)state;
  for (size_t piece = 1; piece <= sizeof vcd; piece++) {
    struct ks_activity *activity = read_in_pieces(piece);
    char *text = printed(activity);
    assert_int_equal(ks_activity_cycles(activity), 5);
    assert_string_equal(text, counted);
    free(text);
    ks_activity_free(activity);
  }
}

/* Two runs of the same are the same rates over twice the cycles. */
static void adds_runs(void **state) {
  (void)state;
  struct ks_activity *sum = read_in_pieces(7), *more = read_in_pieces(7);
  ks_activity_add(sum, more);
  char *text = printed(sum);
  assert_int_equal(ks_activity_cycles(sum), 10);
  assert_string_equal(text, counted);
  free(text);
  ks_activity_free(more);
  ks_activity_free(sum);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(counts_by_hand), cmocka_unit_test(adds_runs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
