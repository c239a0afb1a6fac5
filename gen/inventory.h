/* SPDX-License-Identifier: Apache-2.0
 *
 * What a design is made of, by stage, for `show` and the manifest: everything that rows, keys and scores pass
 * through or wait in. Widths are those that rtl/ declares. What adds or compares a constant zero (padding) is
 * not counted, but in the Kronecker hash, where other cycles use the same multiplier; not listed are pipeline registers, exponents, counters, addresses, status and other control.
 */
#ifndef KS_INVENTORY_H
#define KS_INVENTORY_H

#include <jansson.h>

#include "keysieve.h"

enum ks_part {
  KS_MULTIPLIER, /* of hash, score, accumulate and divide: a x b bits */
  KS_SELECTOR,   /* the multiplier of a candidate selector: a x b bits */
  KS_SINGLE,     /* the few other multipliers: a x b bits */
  KS_ADDER,      /* of two operands; the sum has a bits */
  KS_COMPARATOR, /* of two operands of a bits */
  KS_MEMORY,     /* behind ks_ram_1r1w or ks_ram_2r1w: a words of b bits */
  KS_TABLE,      /* constants: a words of b bits */
  KS_REGISTERS,  /* queues and register files: a words of b bits */
  KS_PARTS
};

/* `count` equal parts. */
struct ks_inventory_row {
  enum ks_part part;
  const char *stage, *what;
  int count, a, b;
};

enum { KS_INVENTORY_MAX = 96 };

/* In the order of the kinds, and of the stages within a kind. Returns the number of rows. */
size_t ks_inventory(const struct ks_config *config, const struct ks_sizes *sizes,
                    struct ks_inventory_row rows[KS_INVENTORY_MAX]);

/* Over all rows of a kind: the number of parts, the bits where the kind has words. */
int64_t ks_inventory_total(const struct ks_inventory_row rows[], size_t count, enum ks_part part);

/* Bits of all rows of these kinds (bit `part` of `parts`), of the selector's stages alone or of the whole design: the
 * product of a multiplier's operand widths, the width of an adder or comparator, words times bits. */
int64_t ks_inventory_bits(const struct ks_inventory_row rows[], size_t count, unsigned parts, bool selector);

/* A new reference to an array of objects: part, stage, what, count, a, b. */
json_t *ks_inventory_json(const struct ks_inventory_row rows[], size_t count);

#endif
