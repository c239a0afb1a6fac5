/* SPDX-License-Identifier: Apache-2.0 */
#include "fixed.h"
#include "kronecker.h"
#include "minifloat.h"
#include "norm.h"

/* Stages between two registers of a tree or of the butterflies: what fits a cycle beside a 9 x 9
 * multiplier. */
#define LEVELS_A_STAGE 2

static int max_of(int a, int b) {
  return a > b ? a : b;
}

static int divide_up(int a, int b) {
  return (a + b - 1) / b;
}

/* Address bits; a memory of one row still has an address wire. */
static int address_bits(int rows) {
  return max_of(1, ks_log2_up((uint64_t)rows));
}

static void derive_numbers(const struct ks_config *c, struct ks_sizes *s) {
  s->code_bits = 1 + c->int_bits + c->frac_bits;
  s->out_frac = c->out_frac == KS_AUTO ? c->frac_bits : c->out_frac;
  s->out_bits = 1 + c->int_bits + s->out_frac;
  s->guard_bits = c->guard_bits == KS_AUTO ? ks_log2_up((uint64_t)c->n) : c->guard_bits;
  s->count_bits = ks_bits_of((uint64_t)c->n);

  uint64_t largest_square = (uint64_t)c->d << (2 * (s->code_bits - 1));
  s->square_bits = ks_bits_of(largest_square);
  s->score_bits = s->square_bits + 1;

  /* y = s * exp_mul >> exp_shift with exp_mul < 2^16, exp_shift >= 8; e = y >> E. The virtual key's exponent
   * may exceed the largest by the bits of the number of keys. */
  s->exp_bits = max_of(s->score_bits + 8 - c->exp_frac, 6) + 1;
  s->weight_bits = c->exp_frac + 1;
  s->product_bits = s->weight_bits + s->code_bits;
  bool is_float = c->accumulator == KS_ACCUMULATOR_FLOAT;
  s->recip_index_bits = is_float ? KS_MINIFLOAT_FRAC : c->recip_frac;
  s->recip_bits = c->recip_frac + 2 + is_float; /* of floats 2^W is in the table too */
  s->sum_bits = s->code_bits + ks_log2_up((uint64_t)c->n);
}

/* Bits of a sum of `keys` numbers of at most `most` in magnitude, and its sign. A rounding shift in between makes
 * no magnitude larger. */
static int sum_bits(uint64_t most, int keys) {
  return ks_bits_of(most * (uint64_t)keys) + 1;
}

/* m < 2^(E + 1), |v| <= 2^(B - 1), times 2^G and the keys an accumulator, or all, can get (SPEC 3). A lane's value
 * has two bits at least, also where it is always 1. */
static void derive_accumulators(const struct ks_config *c, struct ks_sizes *s) {
  if (c->accumulator == KS_ACCUMULATOR_FLOAT) {
    s->acc_bits = s->merged_bits = s->total_bits = s->merged_total_bits = KS_MINIFLOAT_BITS;
    return;
  }
  int virtual_keys = c->compensate == KS_COMPENSATE_MEAN;
  int acc_keys = divide_up(s->bank_rows + virtual_keys, c->ways);
  uint64_t weight = (((uint64_t)2 << c->exp_frac) - 1) << s->guard_bits;
  uint64_t element = weight << (s->code_bits - 1);
  s->acc_bits = sum_bits(element, acc_keys);
  s->total_bits = max_of(sum_bits(weight, acc_keys), c->exp_frac + 3 + s->guard_bits);
  s->merged_bits = sum_bits(element, c->n + virtual_keys);
  s->merged_total_bits = sum_bits(weight, c->n + virtual_keys);
}

static void derive_banks(const struct ks_config *c, struct ks_sizes *s) {
  s->bank_count = c->engine == KS_ENGINE_ELSA ? c->banks : 1;
  s->bank_rows = divide_up(c->n, s->bank_count);
  s->row_bits = address_bits(c->pages * s->bank_rows);
}

static void derive_scan(const struct ks_config *c, struct ks_sizes *s) {
  s->bank_words = divide_up(s->bank_rows, c->lanes);
  s->word_bits = address_bits(c->pages * s->bank_words);
  s->row_count_bits = ks_bits_of((uint64_t)max_of(s->bank_rows, c->lanes));
  s->hash_bits = c->k;
  s->ham_bits = ks_bits_of((uint64_t)c->k);
}

/* Butterflies are exact. Signs that differ from batch to batch are flipped before them, which takes a bit; several
 * batches are gathered behind them. */
static void derive_hadamard(const struct ks_config *c, struct ks_sizes *s) {
  int levels = ks_log2_up((uint64_t)c->d);
  s->hash_dim = 1 << levels;
  s->hash_batches = divide_up(c->k, s->hash_dim);
  s->hash_cycles = s->hash_batches;
  s->hash_products = 0;
  s->hash_work_bits = s->hash_sum_bits = s->code_bits + levels + (s->hash_batches > 1);
  s->hash_stages = divide_up(levels, 3) + (s->hash_batches > 1);
}

/* The hash is there with its last sums. A sum has the bits of a product at least. */
static void derive_kronecker(const struct ks_config *c, struct ks_sizes *s) {
  struct ks_factors factors = ks_factors_of(c);
  s->hash_dim = factors.dim;
  s->hash_batches = divide_up(c->k, s->hash_dim);
  int multiplications = s->hash_batches * ks_factors_multiplications(&factors);
  s->hash_products = multiplications < c->hash_multipliers ? multiplications : c->hash_multipliers;
  s->hash_cycles = divide_up(multiplications, s->hash_products);
  struct ks_factor_bounds bounds = ks_factors_bounds(&factors, s->hash_batches, s->code_bits);
  s->hash_work_bits = max_of(s->code_bits, 1 + ks_bits_of((uint64_t)bounds.value));
  s->hash_sum_bits = max_of(s->hash_work_bits + 1 + KS_FACTOR_FRAC, 1 + ks_bits_of((uint64_t)bounds.sum));
  s->hash_stages = 0;
}

/* |table root - true root| <= 2^root_bits (2^-(2m+6) + 2^-f) <= 1/2: docs/norm.md. */
static void derive_norm(const struct ks_config *c, struct ks_sizes *s) {
  s->root_bits = ks_bits_of(ks_norm_nearest((uint64_t)c->d << (2 * (s->code_bits - 1))));
  s->norm_bits = c->norm_bits == KS_AUTO ? s->root_bits : c->norm_bits;
  s->sqrt_index_bits = max_of(1, divide_up(s->root_bits - 4, 2));
  s->sqrt_const_frac = s->root_bits + 3;
}

/* A step adds a product of at most 2^(2B-2); only while the total is not below 0 does one take away. Two
 * scores are at most twice the largest square apart. */
static void derive_greedy(const struct ks_config *c, struct ks_sizes *s) {
  s->iteration_bits = ks_bits_of((uint64_t)c->iterations);
  s->greedy_total_bits = ks_bits_of((uint64_t)c->iterations << (2 * (s->code_bits - 1))) + 1;
  s->margin_bits = s->score_bits;
}

/* An entry of the queue before the accumulators for every cycle on the way there. */
static void derive_weigh_queues(struct ks_sizes *s) {
  s->fifo_depth = s->front_latency + 1;
  s->flight = s->fifo_depth + s->back_latency + 4;
}

/* Of a score stage behind a selector that names keys one by one: read, operands, multiply, tree. Then 4 of
 * weight, virtual, queue. */
static void derive_search(const struct ks_config *c, struct ks_sizes *s) {
  s->rank_bits = address_bits(c->n);
  s->trace_streams = 2;
  s->score_latency = 3 + s->tree_stages;
  s->front_latency = c->compensate == KS_COMPENSATE_MEAN ? 7 : 5;
  derive_weigh_queues(s);
}

/* Those of A3's, and its queues. Two queries wait while one is searched and one is read out. The filter has room
 * for all keys of a query while the first of the next are on their way. */
static void derive_a3(const struct ks_config *c, struct ks_sizes *s) {
  derive_greedy(c, s);
  derive_search(c, s);
  s->slots = 4;
  s->filter_records = 4;
  /* The filter compares, writes, hands over, reads. */
  s->filter_depth = c->n + s->score_latency + 6;
}

/* A prediction adds d codes of at most 2^(B-1) in magnitude. Two groups of queries are taken from the stream,
 * `lists` more wait from their pass on. Six groups may be open between two instructions. */
static void derive_lisa(const struct ks_config *c, struct ks_sizes *s) {
  derive_search(c, s);
  s->stage_cells = 4;
  s->lists = 4;
  s->slots = (s->lists + 2) * c->rows;
  s->contexts = 8;
  s->ternary_bits = 2 * c->d;
  s->prediction_bits = ks_bits_of((uint64_t)c->d << (s->code_bits - 1)) + 1;
  s->candidate_bits = ks_bits_of((uint64_t)c->top_k);
}

static void derive_divider(const struct ks_config *c, struct ks_sizes *s) {
  s->divide_multipliers = c->divide_multipliers == KS_AUTO ? (c->d < 16 ? c->d : 16) : c->divide_multipliers;
  s->divide_cycles = divide_up(c->d, s->divide_multipliers);
  s->mean_cycles = 2 * divide_up(2 * c->d, s->divide_multipliers);
  /* Operands, then of the last pass multiply, add, add the halves, write. */
  s->mean_latency = s->mean_cycles + 4;
}

/* The stages of the units that all engines have: docs/cycles.md names them; rtl/ builds them from the same
 * formulas. */
static void derive_latencies(const struct ks_config *c, struct ks_sizes *s) {
  s->tree_stages = divide_up(ks_log2_up((uint64_t)c->d), LEVELS_A_STAGE);
  s->merge_stages = c->accumulator == KS_ACCUMULATOR_FLOAT /* a chain, in the order of the banks */
                        ? s->bank_count - 1
                        : divide_up(ks_log2_up((uint64_t)(s->bank_count * c->ways)), LEVELS_A_STAGE);

  /* Read, exponents, multiply, align; with floats read, multiply, round, add. */
  s->back_latency = 4;
  /* The largest exponent of the banks and the shifts: more would keep the banks' sums waiting. */
  s->shift_latency = 1;
  /* Shift, tree or chain, operands, reciprocal, multiply, add, shift, round. */
  s->out_latency = 7 + s->merge_stages;
}

/* Those of ELSA's. */
static void derive_elsa_latencies(const struct ks_config *c, struct ks_sizes *s) {
  int virtual_stages = c->compensate == KS_COMPENSATE_MEAN ? 2 : 0;
  s->best_stages = divide_up(ks_log2_up((uint64_t)(c->banks * c->lanes)), LEVELS_A_STAGE);

  /* The first word of the list is read; its keys enter the queues. */
  s->issue_latency = c->issue == KS_ISSUE_LQF ? 2 : 1;
  /* No bank is to wait for a query behind one of a single entry. */
  s->room_latency = 2 - s->issue_latency;
  /* Address, read, operands, multiply, tree, 4 of weight, virtual, queue. */
  s->front_latency = 9 + s->tree_stages + virtual_stages;
  /* Batches, butterflies, the batches are gathered; or products. */
  s->hash_latency = s->hash_cycles + s->hash_stages;
  /* Read, popcount, cosine, product, best tree | count, queue. */
  s->scan_latency = max_of(6 + s->best_stages, 8);
  /* Issue, address, read, operands, multiply, tree, 7 of root, stored. */
  s->norm_latency = 13 + s->tree_stages;
}

/* Queues long enough that none of them is the narrowest place: a query spends `latency` cycles between the
 * stages that take `pace` cycles or more each. */
static void derive_queues(struct ks_sizes *s) {
  int pace = max_of(max_of(s->divide_cycles, s->hash_cycles), divide_up(s->bank_words, 4));
  s->hash_queue = 3 + divide_up(s->hash_latency + 2, pace);
  s->slots = 3 + divide_up(s->hash_latency + s->scan_latency + 4, pace);
  derive_weigh_queues(s);
}

static void derive_elsa(const struct ks_config *c, struct ks_sizes *s) {
  derive_scan(c, s);
  if (c->hash == KS_HASH_KRONECKER) derive_kronecker(c, s);
  else derive_hadamard(c, s);
  derive_norm(c, s);
  derive_elsa_latencies(c, s);
  derive_queues(s);
  s->trace_streams = s->bank_count;
}

void ks_sizes_derive(const struct ks_config *c, struct ks_sizes *s) {
#define NO_SIZE(field, comment) .field = KS_NO_SIZE,
  *s = (struct ks_sizes){KS_SIZES(NO_SIZE)};
#undef NO_SIZE
  s->contexts = 4;
  derive_numbers(c, s);
  derive_banks(c, s);
  derive_accumulators(c, s);
  derive_divider(c, s);
  derive_latencies(c, s);
  if (c->engine == KS_ENGINE_ELSA) derive_elsa(c, s);
  if (c->engine == KS_ENGINE_A3) derive_a3(c, s);
  if (c->engine == KS_ENGINE_LISA) derive_lisa(c, s);
}
