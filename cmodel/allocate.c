/* SPDX-License-Identifier: Apache-2.0 */
#include "allocate.h"

#include <stdlib.h>
#include <string.h>

enum { CACHE_LINE = 64 };

void *ks_allocate(size_t count, size_t size) {
  size_t bytes = (count * size + CACHE_LINE) / CACHE_LINE * CACHE_LINE;
  void *memory = aligned_alloc(CACHE_LINE, bytes);
  if (!memory) abort();
  return memset(memory, 0, bytes);
}

void *ks_grow(void *items, size_t *room, size_t count, size_t size) {
  if (count <= *room) return items;
  *room += count;
  void *more = realloc(items, *room * size);
  if (!more) abort();
  return more;
}
