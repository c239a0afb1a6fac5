/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a .npy file: the parser takes them or says why not, and what it takes is as it promises.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "../cmodel/keysieve.h"
#include "fuzz.h"

int fuzz_tensor(const uint8_t *data, size_t size) {
  struct ks_tensor tensor;
  struct ks_error error = {""};
  if (ks_tensor_parse("fuzz.npy", data, size, &tensor, &error) != KS_OK) {
    assert(strstr(error.text, "fuzz.npy") == error.text);
    return 0;
  }
  assert(tensor.rank >= 1 && tensor.rank <= 3);
  size_t count = ks_tensor_count(&tensor);
  assert(count >= 1 && count < size);
  for (size_t i = 0; i < count; i++) assert(isfinite(ks_tensor_at(&tensor, i)));
  ks_tensor_free(&tensor);
  return 0;
}
