/* SPDX-License-Identifier: Apache-2.0
 *
 * What a design is made of: multipliers, adders and memories by stage, for `show` and the manifest.
 */
#ifndef KS_INVENTORY_H
#define KS_INVENTORY_H

#include "keysieve.h"

enum ks_part { KS_MULTIPLIER, KS_ADDER, KS_MEMORY };

/* `count` parts of a kind: multipliers of a x b bits, adders of a bits, memories of a words of b bits. */
struct ks_inventory_row {
  enum ks_part part;
  const char *stage, *what;
  int count, a, b;
};

enum { KS_INVENTORY_MAX = 64 };

/* In the order of the stages within a kind. Returns the number of rows. */
size_t ks_inventory(const struct ks_config *config, const struct ks_sizes *sizes,
                    struct ks_inventory_row rows[KS_INVENTORY_MAX]);

/* Over all rows of a kind: the number of multipliers or of adders, the bits of memories. */
int64_t ks_inventory_total(const struct ks_inventory_row rows[], size_t count, enum ks_part part);

#endif
