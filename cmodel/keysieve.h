/* SPDX-License-Identifier: Apache-2.0
 *
 * libkeysieve: the bit-exact model of the accelerators that Keysieve generates, and what goes
 * around it: configuration, tensors, thresholds, quality figures, cycles.
 *
 * Everything the keysieve program does with a model it does through this header.
 *
 * Conventions
 *   code     an integer of `1.I.F` (SPEC 1), held in int32_t; LSB 2^-F
 *   score    an exact integer, LSB 2^-2F
 *   rows     row-major, `d` codes a row with no padding between rows
 *   errors   a function that can fail on the user's account returns 0 or KS_USER_ERROR and has
 *            filled the struct ks_error with one sentence; broken invariants of ours are asserts
 */
#ifndef KEYSIEVE_H
#define KEYSIEVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config_keys.h"

#ifdef __cplusplus
extern "C" {
#endif

#define KS_VERSION "0.1.0"
#define KS_AUTO (-1)
#define KS_MAX_BANKS 16
#define KS_MAX_HASH 256
#define KS_MAX_DIM 256
#define KS_MAX_KEYS 4096
#define KS_MAX_PAGES 2
#define KS_MAX_ITERATIONS 8192

/* ---- errors ---------------------------------------------------------------------------------- */

enum { KS_OK = 0, KS_USER_ERROR = 2 };

struct ks_error {
  char text[512];
};

/* Formats the sentence and returns KS_USER_ERROR, so that `return ks_fail(...)` reads well. */
int ks_fail(struct ks_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- configuration (config.c) ---------------------------------------------------------------- */

enum ks_engine { KS_ENGINE_ELSA, KS_ENGINE_A3, KS_ENGINE_LISA };
enum ks_accumulator { KS_ACCUMULATOR_SHARED, KS_ACCUMULATOR_FLOAT };
enum ks_compensate { KS_COMPENSATE_MEAN, KS_COMPENSATE_NONE };
enum ks_hash { KS_HASH_HADAMARD, KS_HASH_KRONECKER };
enum ks_issue { KS_ISSUE_INORDER, KS_ISSUE_LQF };

/* One field a key of config_keys.h: int for INT, AUTO and ENUM, double for REAL, char[64] for LIST. */
struct ks_config {
  char name[64]; /* a C identifier with '-' allowed: names the design and its top module */
#define KS_FIELD_INT(key) int key;
#define KS_FIELD_AUTO(key) int key;
#define KS_FIELD_ENUM(key) int key;
#define KS_FIELD_REAL(key) double key;
#define KS_FIELD_LIST(key) char key[64];
#define KS_FIELD(key, KIND, ...) KS_FIELD_##KIND(key)
  KS_CONFIG_KEYS(KS_FIELD)
#undef KS_FIELD
};

void ks_config_default(struct ks_config *config);

/* Sets one key from its text ("n", "512"). Fails on an unknown key or a value out of range, naming
 * both and the range. `where` ("--set", "configs/elsa.ini:3") opens the message. */
int ks_config_set(struct ks_config *config, const char *where, const char *key, const char *value,
                  struct ks_error *error);

/* Defaults, then the file. The design's name is the file's base name. */
int ks_config_read(struct ks_config *config, const char *path, struct ks_error *error);

/* The same from a text in memory, the name apart; `name` stands in messages. (What the fuzzer drives.) */
int ks_config_parse(struct ks_config *config, const char *name, const char *text, struct ks_error *error);

/* Refuses what makes no machine, with the reason: cross-key rules. */
int ks_config_check(const struct ks_config *config, struct ks_error *error);

/* The value of a key as ks_config_set would read it back, for reports; text has room for 64. */
void ks_config_text(const struct ks_config *config, const char *key, char text[64]);

/* One row of the key table, for --help and docs. ks_config_key(i) is NULL past the last. */
struct ks_config_key {
  const char *name, *help;
  char range[64]; /* "1..4096", "auto|0..16", "shared|float" */
  char initial[32];
  unsigned engines;
};
const struct ks_config_key *ks_config_key(size_t i);

/* ---- derived sizes (sizes.c) ----------------------------------------------------------------- */

/* Everything that follows from a configuration: the one place where widths, table sizes, stage
 * counts and latencies are computed. The generator exports it as Verilog parameters, C and JSON.
 * Bits are widths of two's complement numbers unless said unsigned. A size that the engine does not have
 * is KS_NO_SIZE. X(field, comment) */
#define KS_SIZES(X)                                                                                      \
  X(code_bits, "B: bits of a q, k, v code")                                                              \
  X(out_frac, "OF: fraction bits of an output code")                                                     \
  X(out_bits, "OB: bits of an output code")                                                              \
  X(guard_bits, "G: guard bits of the accumulator")                                                      \
  X(bank_count, "key banks: 1 but for ELSA")                                                             \
  X(divide_multipliers, "m_o: output multipliers")                                                       \
  X(divide_cycles, "cycles a row takes in the divider: ceil(d / m_o)")                                   \
  X(mean_cycles, "cycles a mean row takes in the output multipliers: 2 ceil(2 d / m_o)")                 \
  X(mean_latency, "cycles from the start of a mean row to its being made")                              \
  X(bank_rows, "keys a bank holds a page: ceil(n / banks)")                                              \
  X(bank_words, "scan words of a bank a page: ceil(bank_rows / lanes)")                                  \
  X(count_bits, "unsigned bits of a number of keys 0..n")                                                \
  X(row_bits, "unsigned bits of a row address in a bank, page included")                                 \
  X(word_bits, "unsigned bits of a scan word address in a bank, page included")                          \
  X(row_count_bits, "unsigned bits of a number of rows of a bank, or of lanes")                          \
  X(hash_dim, "dp: rows of the transform: d rounded up to a power of two or to a product of factors")       \
  X(hash_bits, "k: bits of a hash")                                                                      \
  X(hash_batches, "batches of dp bits that make a hash: ceil(k / dp)")                                   \
  X(hash_cycles, "cycles a vector takes in the hash unit: batches of dp bits, or multiplications / m_h")    \
  X(hash_products, "multipliers of the hash unit: m_h, at most the multiplications of a vector")         \
  X(hash_work_bits, "bits of the elements inside the hash unit, LSB of a code")                          \
  X(hash_sum_bits, "bits of the hash unit's sums; of Kronecker factors LSB 2^-5 of a code's")            \
  X(ham_bits, "unsigned bits of a Hamming distance 0..k")                                                \
  X(score_bits, "bits of a score q.k, LSB 2^-2F")                                                        \
  X(rank_bits, "unsigned bits of a row, or of its place in a sorted column")                             \
  X(iteration_bits, "unsigned bits of a number of greedy iterations")                                    \
  X(greedy_total_bits, "bits of the sum of what greedy steps have added")                                \
  X(margin_bits, "unsigned bits of the largest distance between two scores")                             \
  X(stage_cells, "LISA: cells of a sorter between two registers")                                        \
  X(lists, "LISA: groups of queries whose lists are kept, from the start of their pass to SCORE")        \
  X(ternary_bits, "bits of a ternary row: two an element")                                               \
  X(prediction_bits, "bits of a prediction, LSB of a code")                                              \
  X(candidate_bits, "unsigned bits of a number of candidates, and of their place in a list")             \
  X(square_bits, "unsigned bits of S = k.k")                                                             \
  X(root_bits, "unsigned bits of the exact norm: the integer nearest sqrt(S)")                           \
  X(norm_bits, "unsigned bits of a stored norm")                                                         \
  X(sqrt_index_bits, "fraction bits that index the square-root table")                                   \
  X(sqrt_const_frac, "fraction bits of a square-root table entry")                                       \
  X(exp_bits, "bits of an exponent e")                                                                   \
  X(weight_bits, "unsigned bits of a weight's m: E + 1")                                                 \
  X(product_bits, "bits of m * v before the guard bits")                                                 \
  X(acc_bits, "bits of one accumulator element")                                                         \
  X(merged_bits, "bits of a merged accumulator element")                                                 \
  X(recip_index_bits, "bits of the reciprocal table's index: R; of floats 5")                            \
  X(recip_bits, "unsigned bits of a reciprocal: W = R + 2; of floats one more")                          \
  X(total_bits, "bits of one accumulator's sum of weights")                                              \
  X(merged_total_bits, "bits of the merged sum of weights")                                              \
  X(sum_bits, "bits of a running sum of codes over n keys")                                              \
  X(tree_stages, "register stages of the d-wide adder tree")                                             \
  X(best_stages, "register stages of the best-key tree over banks * lanes")                              \
  X(hash_stages, "register stages of the hash unit behind a row's last cycle in it")                     \
  X(issue_latency, "cycles from a query's launch to its first key's issue")                              \
  X(room_latency, "cycles from a query's last issue to room in the banks for the next but one")          \
  X(front_latency, "cycles from a key's issue to the accumulate half's earliest pop of it")              \
  X(back_latency, "cycles from a pop to the accumulator holding its sum")                                \
  X(shift_latency, "cycles from the last bank's exponents of a query to its shifts in the merge")         \
  X(merge_stages, "register stages of the merge tree over banks * ways; of floats banks - 1")            \
  X(out_latency, "cycles from the merge of a row's last part to the row in the O stream")                \
  X(score_latency, "A3, LISA: cycles from a candidate to its score")                                     \
  X(hash_latency, "cycles from a vector's grant to its whole hash")                                      \
  X(scan_latency, "cycles from a scan's last word to its query's place in the ready queue")              \
  X(norm_latency, "cycles from a key row's grant to its norm counted as stored")                         \
  X(hash_queue, "queries between the hash unit's grant and the end of their scan")                       \
  X(slots, "queries between their entry into the selector and the banks: rows of the query memory")              \
  X(filter_depth, "A3: scores that the filter holds")                                                    \
  X(filter_records, "A3: queries that the filter has open")                                              \
  X(fifo_depth, "weighted keys a bank holds between its score and its accumulate half")                  \
  X(trace_streams, "trace streams: ELSA one a bank; A3, LISA one of candidates, one of used keys")       \
  X(contexts, "commands with queries under way")                                                         \
  X(flight, "queries that can be between launch and merge: entries of the context queue")

#define KS_NO_SIZE (-1)

struct ks_sizes {
#define KS_SIZE(field, comment) int field;
  KS_SIZES(KS_SIZE)
#undef KS_SIZE
};

/* The configuration has passed ks_config_check. */
void ks_sizes_derive(const struct ks_config *config, struct ks_sizes *sizes);

/* ---- tensors (tensor.c: .npy) ---------------------------------------------------------------- */

enum ks_dtype { KS_FLOAT32, KS_FLOAT64, KS_INT16, KS_UINT8 };

/* A dense C-ordered array, 1 to 3 dimensions; data is owned and freed by ks_tensor_free. */
struct ks_tensor {
  enum ks_dtype dtype;
  int rank;
  size_t shape[3];
  void *data;
};

/* Reads versions 1 to 3 of .npy: float32, float64, int16 of either byte order and either element
 * order; uint8 too. Refuses the rest by name, NaN and infinity with their index. */
int ks_tensor_read(const char *path, struct ks_tensor *tensor, struct ks_error *error);

/* The same on bytes in memory; `name` stands in messages. (What the fuzzer drives.) */
int ks_tensor_parse(const char *name, const uint8_t *bytes, size_t size, struct ks_tensor *tensor,
                    struct ks_error *error);

/* Writes to a temporary beside `path` and renames it; on failure nothing is left behind. */
int ks_tensor_write(const char *path, const struct ks_tensor *tensor, struct ks_error *error);

/* A zeroed tensor; aborts when memory is out. */
struct ks_tensor ks_tensor_new(enum ks_dtype dtype, int rank, const size_t shape[]);
void ks_tensor_free(struct ks_tensor *tensor);
size_t ks_tensor_count(const struct ks_tensor *tensor);
double ks_tensor_at(const struct ks_tensor *tensor, size_t element);

/* The largest |x|; not finite where an element is not. */
double ks_tensor_largest(const struct ks_tensor *tensor);

/* ---- quantising (quantise.c, SPEC 1) --------------------------------------------------------- */

/* The largest power of two g with max|x| g <= 2^I - 2^-F over the whole tensor, but at most 2^(1023-F), so
 * that a double holds g 2^F; 1 for int16, 1 for all zeros. */
double ks_gain_auto(const struct ks_config *config, const struct ks_tensor *tensor);

/* Codes of `count` elements from element `first`, not of uint8: half to even of x * gain * 2^F, saturated;
 * int16 input is codes already and one outside B bits fails, naming `name` and the element. */
int ks_quantise(const struct ks_config *config, const char *name, const struct ks_tensor *tensor, double gain,
                size_t first, size_t count, int32_t codes[], struct ks_error *error);

/* ---- sorted columns (sort.c; SPEC 7) --------------------------------------------------------- */

/* What A3's hardware is loaded with beside K and V: beat r of the stream holds the r-th entry of every
 * column, element r * d + i the r-th largest code of column i with the row of K that it is of. */
struct ks_entry {
  int32_t code;
  uint16_t row;
};

/* Sorts each column of rows * d codes: descending, equal codes in ascending order of row. rows is
 * 1..KS_MAX_KEYS; sorted has rows * d elements. */
void ks_sort_columns(const int32_t k[], size_t rows, size_t d, struct ks_entry sorted[]);

/* Refuses a stream that is not ks_sort_columns of k, naming beat, column and fault: codes or rows out of
 * order, a row named twice or not there, a code that is not the row's. (The hardware sees only codes that
 * rise.) */
int ks_sorted_check(const struct ks_entry sorted[], const int32_t k[], size_t rows, size_t d,
                    struct ks_error *error);

/* ---- run-time constants (constants.c; SPEC 2, 6, 7, 8) --------------------------------------- */

/* What the register bus holds while a command is accepted. */
struct ks_constants {
  uint32_t exp_mul;   /* round(g 2^exp_shift), below 2^16 */
  uint32_t exp_shift; /* 8..47 */
  int32_t t_code;     /* ELSA: threshold, LSB 1/512, -1024..1023 */
  int16_t cos_code[KS_MAX_HASH + 1]; /* ELSA: h = 0..k, LSB 1/512, -512..512 */
  uint32_t iterations; /* A3: M, 1..the configuration's */
  uint64_t margin;     /* A3: a candidate is used if its score is at most so far below the largest */
  int32_t tau;         /* LISA: what ternary keys take for 0, a code from 0 up; sampled by LOAD at base 0 */
  uint32_t top_k;      /* LISA: candidates, 1..the configuration's */
  uint32_t top_q;      /* LISA: keys used, 1..the configuration's and at most top_k */
};

/* exp_mul and exp_shift from the scale on q.k after the gains; fails where SPEC 2 refuses. */
int ks_constants_scale(const struct ks_config *config, double scale, struct ks_constants *constants,
                       struct ks_error *error);

/* The cosine table for the configuration's theta (auto: the committed table, or calibrated). */
void ks_constants_cosine(const struct ks_config *config, struct ks_constants *constants);

/* t_code of a learned threshold t. */
int32_t ks_threshold_code(double t);

/* margin of post-scoring at `percent` of the largest weight, above 0 and at most 100, for the scale on q.k
 * after the gains, above 0; at most 2^margin_bits - 1, with which every candidate is used. */
uint64_t ks_post_margin(const struct ks_config *config, double scale, double percent);

/* tau where nobody names one: half to even of 0.7 times the mean magnitude of the codes of a head, rows * d
 * of them, of each of which the first d_run elements count, d_run >= 1 and rows >= 1. */
int32_t ks_default_tau(const int32_t k[], size_t rows, size_t d, size_t d_run);

/* theta for d and k: the committed table where it has them, else ks_calibrate with its default effort. */
double ks_theta(const struct ks_config *config);

/* The 80th percentile of pi/k * hamming - angle over `pairs` pairs of standard normal vectors (ELSA 3.3). */
double ks_calibrate(const struct ks_config *config, size_t pairs, uint64_t seed);

/* ---- the machine (machine.c): the design's behaviour, command by command --------------------- */

/* From PREDICT on they are LISA's instructions, words of their own format. */
enum ks_opcode {
  KS_LOAD = 1,
  KS_ATTEND = 2,
  KS_PREDICT = 8,
  KS_SCORE = 9,
  KS_SOFTMAX = 10,
  KS_WSUM = 11
};

/* Bits of the flags of ATTEND and PREDICT. */
enum {
  KS_FLAG_EXACT = 1,   /* every key is a candidate and used */
  KS_FLAG_POSITIVE = 2 /* LISA: positive_only; nothing to an exact one */
};

/* SPEC 9. In RTL one 64-bit word: opcode [3:0], page [7:4], flags [15:8], tag [31:16], base [47:32],
 * count [63:48]. LOAD ignores flags and tag, ATTEND ignores base. */
struct ks_command {
  uint8_t opcode, page, flags;
  uint16_t tag, base, count;
};

/* Why a command was refused; the first of these that holds, in this order. KS_ACCEPTED otherwise. */
enum ks_refusal {
  KS_ACCEPTED = 0,
  KS_REFUSED_OPCODE = 1, /* neither LOAD nor ATTEND; LISA: nor an instruction */
  KS_REFUSED_PAGE = 2,   /* page not built */
  KS_REFUSED_COUNT = 3,  /* zero rows; PREDICT: more than the configuration's */
  KS_REFUSED_FLAGS = 4,  /* ATTEND: unknown flag bit */
  KS_REFUSED_BASE = 5,   /* LOAD: base neither 0 nor the number of keys loaded; A3: not 0 */
  KS_REFUSED_ROOM = 6,   /* LOAD: base + count > n */
  KS_REFUSED_EMPTY = 7,  /* ATTEND: no keys on the page */
  KS_REFUSED_SCALE = 8,  /* ATTEND: exp_shift outside 8..47 */
  KS_REFUSED_ITERATIONS = 9, /* A3: ATTEND that is not exact: iterations outside 1..the configuration's */
  KS_REFUSED_TAU = 10,   /* LISA: LOAD at base 0: tau is no code from 0 up */
  KS_REFUSED_TOP_K = 11, /* LISA: ATTEND, PREDICT, not exact: top_k outside 1..the configuration's */
  KS_REFUSED_TOP_Q = 12, /* likewise: top_q outside 1..the configuration's, or above top_k */
  KS_REFUSED_ORDER = 13, /* instruction: what it reads is not its group's next, or what it writes is full */
  KS_REFUSED_OPEN = 14   /* LISA: ATTEND while a group is open; LOAD of a page that an open group reads */
};

/* Sticky flags. Bit 1 is the register bus's own: a write while busy. */
enum {
  KS_STICKY_SATURATED = 1, /* an output was saturated */
  KS_STICKY_OVERFLOW = 4,  /* accumulator = float: a float was saturated */
  KS_STICKY_SUM_ZERO = 8,  /* accumulator = float: every weight was flushed to zero, and so is the output */
  KS_STICKY_UNSORTED = 16  /* A3: sorted columns came out of order (of hardware: the model sorts) */
};

struct ks_machine;

struct ks_machine *ks_machine_new(const struct ks_config *config);
void ks_machine_free(struct ks_machine *machine);

/* Registers as they stand for the commands that follow. */
void ks_machine_constants(struct ks_machine *machine, const struct ks_constants *constants);

/* LOAD: count rows of K and of V, codes. A refused command reads no row. (A3's sorted columns are made of K
 * here.) */
enum ks_refusal ks_machine_load(struct ks_machine *machine, struct ks_command command, const int32_t *k,
                                const int32_t *v);

/* ATTEND: count rows of Q in; count * d output codes out. `mask`, where not NULL, gets count * mask_stride
 * bytes, 0 skipped, 1 candidate only, 2 used, for keys 0..mask_stride-1 (mask_stride >= keys loaded). */
enum ks_refusal ks_machine_attend(struct ks_machine *machine, struct ks_command command, const int32_t *q,
                                  int32_t *out, uint8_t *mask, size_t mask_stride);

/* What a query of the last ATTEND that was accepted did; LISA: of the last program, an ATTEND being one. */
struct ks_passage {
  uint16_t iterations;       /* A3: greedy iterations, 0 of an exact query */
  uint16_t predicted;        /* LISA: keys that its group's predictions go over, 0 of an exact query */
  uint16_t candidates, used; /* keys; without the virtual key */
  uint8_t group;             /* LISA: queries of its group */
  bool virtual_key;          /* SPEC 5: it took part */
};

/* In the order of the queries; *count is their number. Valid until the next call with the machine. */
const struct ks_passage *ks_machine_passages(const struct ks_machine *machine, size_t *count);

/* Totals since the machine was made. Cycles are of the command sequence so far, as the RTL takes them
 * without external stalls when every command, row and constant is there in time (docs/cycles.md): the sum of
 * the four charges; from the cycle after the one that takes the first command to the last busy one. */
struct ks_counters {
  uint64_t queries, candidates, used;
  uint64_t ternary_nonzeros; /* LISA: elements of the keys loaded whose ternary is not 0 */
  bool timed; /* the cycles are known: no group of LISA's is open; else they are 0 */
  uint64_t cycles;                      /* the sum of the four charges */
  uint64_t load, attend, select, drain; /* each cycle charged once, in this priority */
  uint64_t bound; /* DESIGN 2: rows loaded + the sum over queries of the bound on a query */
  uint32_t sticky, refused, last_refusal;
};
void ks_machine_counters(struct ks_machine *machine, struct ks_counters *counters);

/* ---- LISA's instructions (instruction.c, machine.c; SPEC 8, docs/instructions.md) ------------ */

/* One group of at most `rows` queries goes through PREDICT, SCORE, SOFTMAX and WSUM; its buffer names it.
 * In RTL one 32-bit word: opcode [3:0], page [7:4], flags [9:8], buffer [10], last [11], count - 1 [15:12],
 * tag [31:16]. Only PREDICT has all of it; the others ignore what is not opcode and buffer. */
struct ks_instruction {
  uint8_t opcode, page, flags;
  uint8_t buffer;  /* 0 or 1 */
  uint8_t count;   /* queries of the group, 1..16 */
  bool last;       /* of its program, whose last query is its last */
  uint16_t tag;
};

uint32_t ks_instruction_word(struct ks_instruction instruction);
struct ks_instruction ks_instruction_of(uint32_t word);

/* The program that an ATTEND is: its instructions one by one. Legal where the ATTEND is. */
struct ks_sequencer {
  struct ks_command command;
  unsigned rows, group, step; /* step 0 PREDICTs group `group`, 1 SCOREs the one before, .. */
};

/* rows: queries of a group, 1..16. */
struct ks_sequencer ks_sequencer_new(struct ks_command attend, int rows);

/* False after the last. */
bool ks_sequencer_next(struct ks_sequencer *sequencer, uint32_t *word);

/* What leaves with a WSUM: `count` rows, numbered from `number` on, modulo 2^16. */
struct ks_leaving {
  uint16_t tag, number;
  uint8_t count;
  bool last; /* the last of them is the last of its program */
};

/* One instruction. PREDICT reads its group's rows of Q. WSUM writes them: `count` * d output codes, masks
 * as ATTEND's, and *leaving; mask and leaving may be NULL. What an instruction does not read or write is
 * not looked at. One that is refused changes nothing but the counters. */
enum ks_refusal ks_machine_instruct(struct ks_machine *machine, uint32_t word, const int32_t *q,
                                    int32_t *out, uint8_t *mask, size_t mask_stride,
                                    struct ks_leaving *leaving);

/* ---- exact attention and quality (exact.c, quality.c; SPEC 9) -------------------------------- */

struct ks_quality {
  double error, mass, recall2, recall5;
};

/* Exact attention in double of `queries` queries over `keys` keys; d columns; o gets queries * d. weights,
 * where not NULL, gets the softmax, queries * keys. */
void ks_exact_attention(const double *q, const double *k, const double *v, size_t queries, size_t keys,
                        size_t d, double scale, double *o, double *weights);

/* The figures of one head: output `out` in double, used keys from mask == 2. */
struct ks_quality ks_quality_of(const double *exact, const double *weights, const double *out,
                                const uint8_t *mask, size_t queries, size_t keys, size_t d);

/* ---- learning (learn.c; SPEC 6) -------------------------------------------------------------- */

/* Running average of one head's threshold over any number of inputs. Zeroed = empty. */
struct ks_learner {
  double sum;
  size_t queries;
};

/* Adds the queries of one head, codes; scale is the one after the gains on codes' values (code * 2^-F). */
void ks_learn(const struct ks_config *config, struct ks_learner *learner, const int32_t *q, size_t queries,
              const int32_t *k, size_t keys, double scale, double p);
double ks_learned(const struct ks_learner *learner);

#ifdef __cplusplus
}
#endif
#endif
