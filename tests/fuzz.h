/* SPDX-License-Identifier: Apache-2.0
 *
 * The fuzz targets: libFuzzer calls them with inputs of its making (fuzz/run.sh), unit_seeds with the seeds.
 * Each returns 0; a broken promise fails an assert.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int fuzz_tensor(const uint8_t *data, size_t size);
int fuzz_config(const uint8_t *data, size_t size);

#endif
