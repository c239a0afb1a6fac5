/* SPDX-License-Identifier: Apache-2.0
 *
 * Options that several commands share, as argp parsers. A command lists the one it wants as a child:
 *
 *   static error_t parse(int key, char *argument, struct argp_state *state) {
 *     struct my_options *my = state->input;
 *     switch (key) {
 *       case ARGP_KEY_INIT: state->child_inputs[0] = &my->run; return 0;
 *       case 'o': my->folder = argument; return 0;
 *       default: return ARGP_ERR_UNKNOWN;
 *     }
 *   }
 *   static const struct argp_child children[] = {{&run_argp, 0, NULL, 0}, {0}};
 *
 * and calls argp_parse. A wrong option ends the program with status 2 and a sentence.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <argp.h>

#include "keysieve.h"

enum { OPTIONS_MAX_SETS = 64 };

/* CONFIG, --set key=value and --json. Zeroed before parsing. */
struct config_options {
  const char *config;
  const char *sets[OPTIONS_MAX_SETS];
  size_t set_count;
  bool json;
};
extern const struct argp config_argp; /* input: struct config_options * */

/* The effective configuration: the named or given .ini, then each --set, then ks_config_check. A name is
 * looked for in ./configs, then from the binary's folder in ../configs and in ../share/keysieve/configs. */
int options_config(const struct config_options *options, struct ks_config *config, struct ks_error *error);

/* Refuses another engine than elsa, `what` being of it alone. */
int options_only_elsa(const struct ks_config *config, const char *what, struct ks_error *error);

/* What `run` and `cosim` take. Set by run_options_init before parsing; paths are NULL where not given. */
struct run_options {
  struct config_options config;
  const char *q, *k, *v, *labels;
  const char *out, *mask, *stats;
  double scale, q_gain, k_gain, v_gain; /* NAN: default, auto */
  size_t first_query, end_query;        /* --queries A:B; 0, SIZE_MAX without it */
  unsigned knobs;                       /* of an engine's, which were given: bits of options.c's table */
  const char *threshold;                /* ELSA: a number or a file that `learn` wrote */
  double p;                             /* ELSA: learn on the queries of the run; NAN when not given */
  double iterations;                    /* A3: how many; NAN when not given */
  bool iterations_a_key;                /* A3: times the keys of a head */
  double post;                          /* A3: percent; NAN when not given */
  double tau;                           /* LISA: in the unit of K; NAN when not given */
  int top_k, top_q;                     /* LISA: 0 when not given */
  bool positive_only;                   /* LISA */
  bool exact;
  bool no_quality; /* leave out the reference in double and the figures that need it */
};
extern const struct argp run_argp; /* input: struct run_options *; has config_argp in it */

void run_options_init(struct run_options *options);

/* options_config, and refuses knobs that the configuration's engine does not know. */
int options_run_config(const struct run_options *options, struct ks_config *config, struct ks_error *error);

/* Puts the option in front of a sentence that knows only its file; returns KS_USER_ERROR. */
int options_blame(const char *option, struct ks_error *error);

/* A finite number above zero, whole text; ends the program through argp_error otherwise. */
double options_positive(const struct argp_state *state, const char *option, const char *text);

/* A percentage: such a number of at most 100, likewise. */
double options_percent(const struct argp_state *state, const char *option, const char *text);

/* A gain: such a number, or "auto", which is NAN. */
double options_gain(const struct argp_state *state, const char *option, const char *text);

/* --queries A:B, 0 <= A < B; likewise. */
void options_queries(const struct argp_state *state, const char *text, size_t *first, size_t *end);

/* A finite number from 0 up, likewise. */
double options_from_0(const struct argp_state *state, const char *option, const char *text);

/* An integer low..high, likewise. */
uint64_t options_integer(const struct argp_state *state, const char *option, const char *text, uint64_t low,
                         uint64_t high);

#endif
