/* SPDX-License-Identifier: Apache-2.0 */
#include "thresholds.h"

#include <math.h>
#include <stdlib.h>

static void make_room(struct thresholds *thresholds, size_t count) {
  thresholds->count = count;
  thresholds->t = calloc(count + 1, sizeof *thresholds->t);
  if (!thresholds->t) abort();
}

void thresholds_free(struct thresholds *thresholds) {
  free(thresholds->t);
  *thresholds = (struct thresholds){0};
}

static bool parse_number(const char *text, double *number) {
  char *end;
  *number = strtod(text, &end);
  return end != text && !*end && isfinite(*number);
}

/* The contents of the file against what `heads` heads need. */
static int take_json(struct thresholds *thresholds, const char *path, const json_t *json, size_t heads,
                     struct ks_error *error) {
  const json_t *p = json_object_get(json, "p"), *list = json_object_get(json, "thresholds");
  size_t count = json_array_size(list);
  if (!json_is_number(p) || !json_is_array(list))
    return ks_fail(error,
                   "--threshold: %s: has no number \"p\" and list \"thresholds\" as `learn` writes them",
                   path);
  make_room(thresholds, count);
  thresholds->p = json_number_value(p);
  if (thresholds->p == 0 && count == 0) return KS_OK;
  if (!(thresholds->p > 0) || (count != heads && count != 1))
    return ks_fail(
        error,
        "--threshold: %s: has %zu thresholds for p = %g; with a p above 0, one a head (%zu) or one for "
        "all is needed",
        path, count, thresholds->p, heads);
  for (size_t i = 0; i < count; i++) {
    const json_t *t = json_array_get(list, i);
    if (!json_is_number(t))
      return ks_fail(error, "--threshold: %s: thresholds[%zu] is not a number", path, i);
    thresholds->t[i] = json_number_value(t);
  }
  return KS_OK;
}

int thresholds_read(struct thresholds *thresholds, const char *argument, size_t heads,
                    struct ks_error *error) {
  double number;
  json_error_t reason;
  *thresholds = (struct thresholds){.p = NAN};
  if (parse_number(argument, &number)) {
    make_room(thresholds, 1);
    thresholds->t[0] = number;
    return KS_OK;
  }
  json_t *json = json_load_file(argument, JSON_REJECT_DUPLICATES, &reason);
  if (!json && reason.line < 0)
    return ks_fail(error, "--threshold: '%.200s' is not a finite number, nor a file: %s", argument,
                   reason.text);
  if (!json) return ks_fail(error, "--threshold: %.200s:%d: %s", argument, reason.line, reason.text);
  int status = take_json(thresholds, argument, json, heads, error);
  json_decref(json);
  if (status != KS_OK) thresholds_free(thresholds);
  return status;
}

json_t *thresholds_json(const struct thresholds *thresholds, size_t queries) {
  json_t *list = json_array();
  for (size_t i = 0; i < thresholds->count; i++) json_array_append_new(list, json_real(thresholds->t[i]));
  return json_pack("{s:f, s:I, s:o}", "p", thresholds->p, "queries", (json_int_t)queries, "thresholds", list);
}
