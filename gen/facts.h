/* SPDX-License-Identifier: Apache-2.0
 *
 * The numbers of a package, once for every language they are exported to.
 */
#ifndef KS_FACTS_H
#define KS_FACTS_H

#include "package.h"

struct ks_fact {
  const char *name; /* as in keysieve.h: lower case */
  int value;
  const char *help;
};

enum { KS_FACTS_MAX = 96 };

/* The integer keys that the engine knows, then the derived sizes that it has. Returns their number; no name
 * occurs twice. */
size_t ks_facts(const struct ks_package *package, struct ks_fact facts[KS_FACTS_MAX]);

/* "LATENCY_A" of "latency_a". */
void ks_facts_capitals(const char *name, char capitals[64]);

#endif
