/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory that is there: where it is out, these abort.
 */
#ifndef KS_ALLOCATE_H
#define KS_ALLOCATE_H

#include <stddef.h>

/* Zeroed, aligned to cache lines for the vector kernels; to be freed. */
void *ks_allocate(size_t count, size_t size);

/* An array of *room items of `size` bytes, or NULL, with room for `count`: where that is more, it moves and
 * its room doubles at least, so that items come one by one in linear time. */
void *ks_grow(void *items, size_t *room, size_t count, size_t size);

#endif
