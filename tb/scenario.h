/* SPDX-License-Identifier: Apache-2.0
 *
 * Random programs: what a careless or hostile user might do, within the reach of the command stream.
 */
#ifndef KS_SCENARIO_H
#define KS_SCENARIO_H

#include "program.h"

/* A program of about a dozen commands, a function of configuration and seed: heads of random shapes, appends,
 * causal runs, both pages, exact mode, illegal commands, changes of constants; of LISA programs of instructions
 * in any order that is legal, too, and words that are not. At its end no group is open. */
struct ks_program *ks_scenario(const struct ks_config *config, uint64_t seed);

#endif
