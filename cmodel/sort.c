/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "keysieve.h"

/* Two passes of a digit each cover the widest code, 17 bits. */
enum { DIGIT_BITS = 9, DIGITS = 1 << DIGIT_BITS };

/* Ascending in this is descending in the code. */
static uint32_t rank_of(int32_t code) {
  return ((uint32_t)1 << (2 * DIGIT_BITS - 1)) - 1 - (uint32_t)code;
}

/* Counting sort by one digit of the rank, from every `from_stride`-th element to every `to_stride`-th. It
 * keeps the order of equal digits. */
static void sort_by_digit(const struct ks_entry *from, size_t from_stride, struct ks_entry *to,
                          size_t to_stride, size_t rows, int shift) {
  size_t place[DIGITS + 1] = {0};
  for (size_t r = 0; r < rows; r++)
    place[(rank_of(from[r * from_stride].code) >> shift) % DIGITS + 1]++;
  for (size_t digit = 0; digit < DIGITS; digit++) place[digit + 1] += place[digit];
  for (size_t r = 0; r < rows; r++) {
    const struct ks_entry *entry = &from[r * from_stride];
    to[place[(rank_of(entry->code) >> shift) % DIGITS]++ * to_stride] = *entry;
  }
}

void ks_sort_columns(const int32_t k[], size_t rows, size_t d, struct ks_entry sorted[]) {
  struct ks_entry *half_sorted = malloc(rows * sizeof(*half_sorted));
  if (!half_sorted) abort();
  for (size_t i = 0; i < d; i++) {
    for (size_t j = 0; j < rows; j++) sorted[j * d + i] = (struct ks_entry){k[j * d + i], (uint16_t)j};
    sort_by_digit(sorted + i, d, half_sorted, 1, rows, 0);
    sort_by_digit(half_sorted, 1, sorted + i, d, rows, DIGIT_BITS);
  }
  free(half_sorted);
}

/* Beat r of column i against the beat before it. */
static int check_order(const struct ks_entry *before, const struct ks_entry *entry, size_t r, size_t i,
                       struct ks_error *error) {
  if (entry->code > before->code)
    return ks_fail(error, "sorted stream: beat %zu, column %zu: %d comes after %d, which is smaller", r, i,
                   (int)entry->code, (int)before->code);
  if (entry->code == before->code && entry->row < before->row)
    return ks_fail(error, "sorted stream: beat %zu, column %zu: row %d comes after row %d, which is equal", r,
                   i, entry->row, before->row);
  return KS_OK;
}

/* seen[0..rows) is zero before column 0; afterwards seen[j] = i + 1 says that column i has named row j. */
static int check_row(const struct ks_entry *entry, size_t rows, size_t r, size_t i, uint16_t seen[],
                     struct ks_error *error) {
  if (entry->row >= rows)
    return ks_fail(error, "sorted stream: beat %zu, column %zu: row %d is not 0..%zu", r, i, entry->row,
                   rows - 1);
  if (seen[entry->row] == i + 1)
    return ks_fail(error, "sorted stream: beat %zu, column %zu: row %d is named twice", r, i, entry->row);
  seen[entry->row] = (uint16_t)(i + 1);
  return KS_OK;
}

int ks_sorted_check(const struct ks_entry sorted[], const int32_t k[], size_t rows, size_t d,
                    struct ks_error *error) {
  uint16_t *seen = calloc(rows, sizeof(*seen));
  if (!seen) abort();
  int status = KS_OK;
  for (size_t i = 0; i < d && status == KS_OK; i++)
    for (size_t r = 0; r < rows && status == KS_OK; r++) {
      const struct ks_entry *entry = &sorted[r * d + i];
      status = check_row(entry, rows, r, i, seen, error);
      if (status == KS_OK && entry->code != k[entry->row * d + i])
        status = ks_fail(error, "sorted stream: beat %zu, column %zu: row %d has the code %d, not %d", r, i,
                         entry->row, (int)k[entry->row * d + i], (int)entry->code);
      if (status == KS_OK && r > 0) status = check_order(entry - d, entry, r, i, error);
    }
  free(seen);
  return status;
}
