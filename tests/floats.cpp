/* SPDX-License-Identifier: Apache-2.0
 *
 * The float modules of rtl/ (floats.v) against the C model, operation by operation: results and overflow.
 * Every pair of significands and signs at every distance that matters, around both ends of the exponents;
 * every product of a significand and a code of 9 bits; sums of random keys; every quotient. floats.sh builds
 * it.
 */
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <vector>

extern "C" {
#include "../cmodel/divide.h"
#include "../cmodel/random.h"
}
#include "Vfloats.h"

namespace {

using Float = ks_minifloat;

/* Around both ends and in the middle, and zero. */
const int fields[] = {0, 1, 2, 3, 5, 6, 7, 8, 13, 511, 1015, 1018, 1020, 1021, 1022, 1023};

Float make(int negative, int field, int fraction) {
  return static_cast<Float>(field ? negative << 15 | field << 5 | fraction : 0);
}

Float any(uint64_t *random, int low, int high) {
  int negative = static_cast<int>(random_between(random, 0, 1));
  int field = static_cast<int>(random_between(random, low, high));
  return make(negative, field, static_cast<int>(random_between(random, 0, 31)));
}

class Bench {
 public:
  Vfloats dut;
  uint64_t compared = 0;

  void clock() {
    dut.clk_i = 1;
    dut.eval();
    dut.clk_i = 0;
    dut.eval();
  }

  void expect(const char *what, uint64_t a, uint64_t b, int64_t have, int64_t want) {
    compared++;
    if (have == want) return;
    std::fprintf(stderr, "ERROR: %s of 0x%" PRIx64 ", 0x%" PRIx64 ": %" PRId64 "; the model has %" PRId64
                         "\n", what, a, b, have, want);
    std::exit(1);
  }
};

/* ---- the adder ---- */

void check_sum(Bench &bench, Float a, Float b) {
  bool overflow = false;
  Float sum = ks_minifloat_add(a, b, &overflow);
  bench.dut.a_i = a;
  bench.dut.b_i = b;
  bench.dut.eval();
  bench.expect("sum", a, b, bench.dut.sum_o, sum);
  bench.expect("overflow of the sum", a, b, bench.dut.sum_overflow_o, overflow);
}

void check_adder(Bench &bench) {
  for (int field : fields)
    for (int apart = 0; apart <= 12 && field + apart <= 1023; apart++)
      for (int pair = 0; pair < 1 << 12; pair++) {
        Float a = make(pair & 1, field + apart, pair >> 2 & 31), b = make(pair >> 1 & 1, field, pair >> 7);
        check_sum(bench, a, b);
        check_sum(bench, b, a);
      }
  uint64_t random = 1;
  for (int i = 0; i < 1 << 20; i++) check_sum(bench, any(&random, 0, 1023), any(&random, 0, 1023));
}

/* ---- weights ---- */

void check_weight(Bench &bench, int64_t e, int m) {
  bool overflow = false;
  Float weight = ks_minifloat_weight(m, e, &overflow);
  bench.dut.field_i = static_cast<uint32_t>(e + 511) & ((1u << 29) - 1);
  bench.dut.fraction_i = static_cast<uint8_t>(m & 31);
  bench.dut.eval();
  bench.expect("weight", static_cast<uint64_t>(e), static_cast<uint64_t>(m), bench.dut.weight_o, weight);
  bench.expect("overflow of the weight", static_cast<uint64_t>(e), static_cast<uint64_t>(m),
               bench.dut.weight_overflow_o, overflow);
}

void check_weights(Bench &bench) {
  for (int m = 32; m < 64; m++) {
    for (int64_t e = -1600; e <= 1600; e++) check_weight(bench, e, m);
    for (int bit = 11; bit < 28; bit++)
      for (int64_t near = -600; near <= 600; near++) {
        check_weight(bench, (INT64_C(1) << bit) - 600 + near, m);
        check_weight(bench, 600 - (INT64_C(1) << bit) + near, m);
      }
  }
}

/* ---- the chain of five numbers: a sum four cycles later ---- */

struct Chain {
  Float number[5], sum;
  bool overflow;
};

Chain any_chain(uint64_t *random) {
  Chain chain = {};
  int field = fields[random_between(random, 0, 15)];
  int high = field < 1014 ? field + 9 : 1023;
  for (Float &number : chain.number) number = any(random, field, high);
  if (random_between(random, 0, 3) == 0) chain.number[random_between(random, 0, 4)] = 0;
  chain.sum = chain.number[0];
  for (int i = 1; i < 5; i++) chain.sum = ks_minifloat_add(chain.sum, chain.number[i], &chain.overflow);
  return chain;
}

void check_chain(Bench &bench) {
  uint64_t random = 2;
  std::vector<Chain> chains;
  for (size_t t = 0; t < 200000; t++) {
    chains.push_back(any_chain(&random));
    const Float *number = chains[t].number;
    bench.dut.numbers_i[0] = static_cast<uint32_t>(number[1]) << 16 | number[0];
    bench.dut.numbers_i[1] = static_cast<uint32_t>(number[3]) << 16 | number[2];
    bench.dut.numbers_i[2] = number[4];
    if (t >= 4) {
      bench.dut.eval();
      bench.expect("chain", t - 4, 0, bench.dut.chain_o, chains[t - 4].sum);
      bench.expect("overflow of the chain", t - 4, 0, bench.dut.chain_overflow_o, chains[t - 4].overflow);
    }
    bench.clock();
  }
}

/* ---- the lanes: multiply, round, add, hold, a stage a cycle ---- */

struct Key {
  Float weight;
  int32_t value;
  bool fresh;
};

struct Expected {
  Float acc;
  bool product_overflow, sum_overflow;
};

std::vector<Expected> run_model(const std::vector<Key> &keys) {
  std::vector<Expected> all;
  Float acc = 0;
  for (const Key &key : keys) {
    Expected expected = {};
    Float product = ks_minifloat_multiply(key.weight, key.value, &expected.product_overflow);
    acc = ks_minifloat_add(key.fresh ? 0 : acc, product, &expected.sum_overflow);
    expected.acc = acc;
    all.push_back(expected);
  }
  return all;
}

void check_lane(Bench &bench, const std::vector<Key> &keys, bool wide) {
  const std::vector<Expected> model = run_model(keys);
  for (size_t t = 0; t < keys.size(); t++) {
    bench.dut.lane_weight_i = keys[t].weight;
    bench.dut.lane_value_i = static_cast<uint32_t>(keys[t].value) & 0x1ffff;
    bench.dut.lane_fresh_i = t >= 2 && keys[t - 2].fresh;
    bench.dut.eval();
    if (t >= 4) {
      bool overflow = model[t - 1].product_overflow || model[t - 2].sum_overflow;
      bench.expect("lane", keys[t - 4].weight, static_cast<uint64_t>(keys[t - 4].value),
                   wide ? bench.dut.lane17_o : bench.dut.lane9_o, model[t - 4].acc);
      bench.expect("overflow in the lane", t, 0,
                   wide ? bench.dut.lane17_overflow_o : bench.dut.lane9_overflow_o, overflow);
    }
    bench.clock();
  }
}

void check_lanes(Bench &bench) {
  std::vector<Key> products, sums;
  for (int field : fields)
    for (int fraction = 0; fraction < 32; fraction++)
      for (int value = -256; value < 256; value++)
        products.push_back({make(0, field, fraction), value, true});
  check_lane(bench, products, false);

  uint64_t random = 3;
  for (int i = 0; i < 1 << 20; i++) {
    int field = fields[i >> 12 & 15], low = field > 10 ? field - 10 : 0;
    Float weight = static_cast<Float>(any(&random, low, field) & 0x7fff);
    bool fresh = i == 0 || random_between(&random, 0, 63) == 0;
    sums.push_back({weight, static_cast<int32_t>(random_between(&random, -256, 255)), fresh});
  }
  check_lane(bench, sums, false);
  for (Key &key : sums) key.value = static_cast<int32_t>(random_between(&random, -65536, 65535));
  check_lane(bench, sums, true);
}

/* ---- the dividers: floats_divider's parameters; an output row's code six cycles later ---- */

constexpr size_t DIVIDERS = 4;
/* R, I, F, OF */
const int divider_keys[DIVIDERS][4] = {{5, 5, 3, 3}, {5, 8, 8, 16}, {12, 1, 0, 0}, {8, 5, 3, 6}};

struct Divider {
  ks_config config;
  ks_sizes sizes;
  ks_table table;
};

Divider make_divider(const int keys[4]) {
  Divider divider;
  ks_config_default(&divider.config);
  divider.config.d = divider.config.divide_multipliers = divider.config.ways = 1;
  divider.config.accumulator = KS_ACCUMULATOR_FLOAT;
  divider.config.recip_frac = keys[0];
  divider.config.int_bits = keys[1];
  divider.config.frac_bits = keys[2];
  divider.config.out_frac = keys[3];
  ks_sizes_derive(&divider.config, &divider.sizes);
  divider.table = ks_table_reciprocal(&divider.config);
  return divider;
}

/* The tables are read in the same cycle. */
void look_up(Bench &bench, const Divider dividers[]) {
  bench.dut.eval();
  uint64_t values = 0;
  for (size_t i = 0; i < DIVIDERS; i++)
    values |= static_cast<uint64_t>(dividers[i].table.value[bench.dut.index_o >> 5 * i & 31]) << 15 * i;
  bench.dut.value_i = values;
  bench.dut.eval();
}

int32_t code_of(const Bench &bench, size_t divider) {
  uint32_t bits = 0;
  for (size_t b = 0; b < 25; b++) {
    size_t at = 25 * divider + b;
    bits |= (bench.dut.out_o[at / 32] >> at % 32 & 1) << b;
  }
  return static_cast<int32_t>(bits << 7) >> 7;
}

struct Quotient {
  Float element, sum;
};

/* Outputs appear six cycles after the operands, saturations five, zero sums at once. */
void check_quotients(Bench &bench, const Divider &divider, size_t which,
                     const std::vector<Quotient> &quotients, size_t t) {
  ks_float_row row = {};
  int32_t out;
  bool saturated = false, zero = false;
  if (t >= 6) {
    const Quotient &q = quotients[t - 6];
    row.acc[0] = q.element, row.sum = q.sum;
    ks_divide_float(&divider.config, &divider.sizes, &divider.table, &row, &out, &saturated, &zero);
    bench.expect("quotient", q.element, q.sum, code_of(bench, which), out);
  }
  if (t >= 5) {
    const Quotient &q = quotients[t - 5];
    saturated = false;
    row.acc[0] = q.element, row.sum = q.sum;
    ks_divide_float(&divider.config, &divider.sizes, &divider.table, &row, &out, &saturated, &zero);
    bench.expect("saturated quotient", q.element, q.sum, bench.dut.saturated_o >> which & 1, saturated);
  }
  bench.expect("sum of zero", quotients[t].element, quotients[t].sum, bench.dut.sum_zero_o >> which & 1,
               quotients[t].sum == 0);
}

/* Every pair of significands and signs, at every distance up to where all is zero or saturated, beyond too. */
std::vector<Quotient> all_quotients() {
  static const int far[] = {-1022, -500, -64, -33, 33, 64, 500, 1022};
  std::vector<Quotient> quotients;
  for (int i = -32; i <= 32 + 8; i++)
    for (int pair = 0; pair < 2048; pair++) {
      int by = i <= 32 ? i : far[i - 33], field = by < 0 ? 1 - by : 1;
      quotients.push_back({make(pair >> 10, field + by, pair & 31), make(0, field, pair >> 5 & 31)});
    }
  for (int fraction = 0; fraction < 32; fraction++) {
    quotients.push_back({make(0, 511, fraction), 0});
    quotients.push_back({0, make(0, 511, fraction)});
  }
  return quotients;
}

void check_dividers(Bench &bench) {
  Divider dividers[DIVIDERS];
  for (size_t i = 0; i < DIVIDERS; i++) dividers[i] = make_divider(divider_keys[i]);
  const std::vector<Quotient> quotients = all_quotients();
  for (size_t t = 0; t < quotients.size(); t++) {
    bench.dut.element_i = quotients[t].element;
    bench.dut.total_i = quotients[t].sum;
    look_up(bench, dividers);
    for (size_t i = 0; i < DIVIDERS; i++) check_quotients(bench, dividers[i], i, quotients, t);
    bench.clock();
  }
  for (Divider &divider : dividers) ks_table_free(&divider.table);
}

}  // namespace

int main() {
  static Bench bench;
  bench.dut.rst_ni = 0;
  for (int i = 0; i < 8; i++) bench.clock();
  bench.dut.rst_ni = 1;
  check_adder(bench);
  check_weights(bench);
  check_chain(bench);
  check_lanes(bench);
  check_dividers(bench);
  std::printf("%" PRIu64 " results and flags equal\n", bench.compared);
  return 0;
}
