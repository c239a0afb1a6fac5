/* SPDX-License-Identifier: Apache-2.0
 *
 * The cycle model: when everything happens in the generated hardware when no stream ever stalls
 * (docs/cycles.md). It sees commands, how many keys each bank takes and what becomes of candidates, never the
 * data.
 */
#ifndef KS_CYCLE_H
#define KS_CYCLE_H

#include "keysieve.h"

struct ks_clock;

struct ks_clock *ks_clock_new(const struct ks_config *config);
void ks_clock_free(struct ks_clock *clock);

/* A LOAD that was accepted: rows base..base+count-1 of the page. */
void ks_clock_load(struct ks_clock *clock, int page, int base, int count);

/* An ATTEND of ELSA's that was accepted, over `keys` loaded keys. taken[query * banks + bank] is the number of keys
 * the bank accumulates for the query, the virtual key included (bank 0). */
void ks_clock_attend(struct ks_clock *clock, int page, int keys, bool exact, int queries,
                     const uint16_t *taken);

/* An ATTEND of A3's or LISA's with its constants: passages[queries] as ks_machine_passages tells them; fates
 * (filter.h) of the candidates, query after query in ascending order of keys; of LISA's only KS_FATE_USED matters.
 * Of an exact one all three may be NULL. */
void ks_clock_search(struct ks_clock *clock, int page, int keys, bool exact, int queries,
                     const struct ks_constants *constants, const struct ks_passage *passages,
                     const uint8_t *fates);

/* LISA's instructions. A PREDICT was accepted: returns its number. What became of its queries is told by another
 * call, before the counters are asked for. SCORE, SOFTMAX, WSUM are stages 1, 2, 3; of so many queries. */
size_t ks_clock_predict(struct ks_clock *clock, int page, int keys, bool exact, int queries);
void ks_clock_predicted(struct ks_clock *clock, size_t number, const struct ks_constants *constants,
                        const struct ks_passage *passages, const uint8_t *fates);
void ks_clock_instruct(struct ks_clock *clock, int stage, int queries);

/* An ATTEND that is exact, of any engine. */
void ks_clock_exact(struct ks_clock *clock, int page, int keys, int queries);

/* A command that was refused. */
void ks_clock_refuse(struct ks_clock *clock);

/* Fills cycles, load, attend, select, drain and bound of `counters`. */
void ks_clock_counters(struct ks_clock *clock, struct ks_counters *counters);

#endif
