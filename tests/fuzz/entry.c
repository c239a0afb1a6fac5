/* SPDX-License-Identifier: Apache-2.0
 *
 * libFuzzer's entry, built once a target: -DFUZZ_TARGET=fuzz_tensor.
 */
#include "../fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return FUZZ_TARGET(data, size);
}
