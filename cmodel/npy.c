/* SPDX-License-Identifier: Apache-2.0
 *
 * The .npy format, versions 1 to 3: a magic, a header that is a Python dictionary of three entries, the
 * elements.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "npy.h"

#define MAGIC "\x93NUMPY"
enum { MAGIC_BYTES = 6 };

static const struct {
  char code[3];
  enum ks_dtype dtype;
  size_t bytes;
} dtypes[] = {{"f4", KS_FLOAT32, 4}, {"f8", KS_FLOAT64, 8}, {"i2", KS_INT16, 2}, {"u1", KS_UINT8, 1}};
enum { DTYPES = sizeof dtypes / sizeof dtypes[0] };

static const bool host_is_little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;

/* ---- the header's text ----------------------------------------------------------------------- */

struct header {
  char descr[16];
  bool fortran, has_descr, has_order, has_shape;
  int rank;
  size_t shape[3];
};

/* The text that is still to be read. */
struct text {
  const char *at, *end;
};

static void skip_space(struct text *text) {
  while (text->at < text->end && strchr(" \t\r\n", *text->at) && *text->at) text->at++;
}

/* Takes the symbol if it comes next. */
static bool take(struct text *text, const char *symbol) {
  size_t length = strlen(symbol);
  skip_space(text);
  if ((size_t)(text->end - text->at) < length || memcmp(text->at, symbol, length) != 0) return false;
  text->at += length;
  return true;
}

/* A quoted string of fewer than `room` characters. */
static bool take_string(struct text *text, char *string, size_t room) {
  const char *quote = take(text, "'") ? "'" : take(text, "\"") ? "\"" : NULL;
  if (!quote) return false;
  const char *close = memchr(text->at, *quote, (size_t)(text->end - text->at));
  if (!close || (size_t)(close - text->at) >= room) return false;
  memcpy(string, text->at, (size_t)(close - text->at));
  string[close - text->at] = 0;
  text->at = close + 1;
  return true;
}

/* A whole number; a Python 2 header may put an L behind it. */
static bool take_size(struct text *text, size_t *size) {
  skip_space(text);
  const char *first = text->at;
  *size = 0;
  for (; text->at < text->end && *text->at >= '0' && *text->at <= '9'; text->at++)
    if (__builtin_mul_overflow(*size, 10, size) ||
        __builtin_add_overflow(*size, (size_t)(*text->at - '0'), size))
      return false;
  bool found = text->at > first;
  take(text, "L");
  return found;
}

/* A tuple of any length; only its first three numbers are kept. */
static bool take_shape(struct text *text, struct header *header) {
  if (!take(text, "(")) return false;
  for (header->rank = 0; !take(text, ")"); header->rank++) {
    size_t size;
    if (header->rank == 1000 || !take_size(text, &size)) return false;
    if (header->rank < 3) header->shape[header->rank] = size;
    if (take(text, ",")) continue;
    header->rank++;
    return take(text, ")");
  }
  return true;
}

static bool take_entry(struct text *text, struct header *header) {
  char key[16];
  if (!take_string(text, key, sizeof key) || !take(text, ":")) return false;
  if (strcmp(key, "descr") == 0) {
    header->has_descr = true;
    return take_string(text, header->descr, sizeof header->descr);
  }
  if (strcmp(key, "fortran_order") == 0) {
    header->has_order = true;
    header->fortran = take(text, "True");
    return header->fortran || take(text, "False");
  }
  header->has_shape = true;
  return strcmp(key, "shape") == 0 && take_shape(text, header);
}

static bool take_dictionary(struct text text, struct header *header) {
  *header = (struct header){0};
  if (!take(&text, "{")) return false;
  while (!take(&text, "}")) {
    if (!take_entry(&text, header)) return false;
    if (take(&text, ",")) continue;
    if (!take(&text, "}")) return false;
    break;
  }
  skip_space(&text);
  return text.at == text.end && header->has_descr && header->has_order && header->has_shape;
}

/* ---- the elements ---------------------------------------------------------------------------- */

/* Index in dtypes of "<f4" and its like, or -1. "|" is for single bytes, which have no order. */
static int find_dtype(const char *descr) {
  for (int i = 0; i < DTYPES; i++)
    if (*descr && strchr("<>|=", *descr) && strcmp(descr + 1, dtypes[i].code) == 0) return i;
  return -1;
}

/* Copies elements in file order to C order, in the host's byte order. */
static void copy_elements(struct ks_tensor *tensor, const uint8_t *from, size_t bytes, bool fortran,
                          bool swap) {
  size_t extent[3] = {1, 1, 1}, count = ks_tensor_count(tensor);
  for (int i = 0; i < tensor->rank; i++) extent[3 - tensor->rank + i] = tensor->shape[i];
  uint8_t *to = tensor->data;
  if (!fortran && !swap) {
    memcpy(to, from, count * bytes);
    return;
  }
  for (size_t i = 0; i < count; i++, to += bytes) {
    size_t a = i / extent[2] / extent[1], b = i / extent[2] % extent[1], c = i % extent[2];
    const uint8_t *element = from + bytes * (fortran ? a + extent[0] * (b + extent[1] * c) : i);
    for (size_t j = 0; j < bytes; j++) to[j] = element[swap ? bytes - 1 - j : j];
  }
}

/* "(0, 3, 5)", the index of an element. */
static void print_index(const struct ks_tensor *tensor, size_t element, char text[80]) {
  size_t index[3], length = 0;
  for (int i = tensor->rank; i-- > 0; element /= tensor->shape[i]) index[i] = element % tensor->shape[i];
  for (int i = 0; i < tensor->rank; i++)
    length += (size_t)snprintf(text + length, 80 - length, "%s%zu", i ? ", " : "(", index[i]);
  snprintf(text + length, 80 - length, ")");
}

static int check_finite(const char *name, const struct ks_tensor *tensor, struct ks_error *error) {
  size_t i = 0;
  char index[80];
  if (isfinite(ks_tensor_largest(tensor))) return KS_OK;
  while (isfinite(ks_tensor_at(tensor, i))) i++;
  print_index(tensor, i, index);
  return ks_fail(error, "%s: element %s is %s; every element has to be finite", name, index,
                 isnan(ks_tensor_at(tensor, i)) ? "NaN" : "infinite");
}

/* The header's word against the bytes that follow it; dtype is an index in dtypes. */
static int check_header(const char *name, const struct header *header, int dtype, size_t size,
                        struct ks_error *error) {
  if (dtype < 0)
    return ks_fail(error, "%s: dtype '%s' is not one of float32, float64, int16 (labels: also uint8)", name,
                   header->descr);
  if (header->rank < 1 || header->rank > 3)
    return ks_fail(error, "%s: has %d dimensions; 1 to 3 are legal", name, header->rank);
  size_t bytes = dtypes[dtype].bytes;
  for (int i = 0; i < header->rank; i++) {
    if (header->shape[i] == 0) return ks_fail(error, "%s: is empty: dimension %d has no element", name, i);
    if (__builtin_mul_overflow(bytes, header->shape[i], &bytes)) bytes = SIZE_MAX;
    if (bytes > size)
      return ks_fail(error, "%s: is truncated: %zu bytes of elements are fewer than its shape needs", name,
                     size);
  }
  if (bytes < size) return ks_fail(error, "%s: has %zu bytes behind its last element", name, size - bytes);
  return KS_OK;
}

/* Splits the file: the header's text and what follows it. False if it is no .npy of version 1 to 3. */
static bool split(const uint8_t *bytes, size_t size, struct text *text, size_t *data) {
  if (size < MAGIC_BYTES + 4 || memcmp(bytes, MAGIC, MAGIC_BYTES) != 0) return false;
  unsigned version = bytes[MAGIC_BYTES];
  size_t start = version == 1 ? MAGIC_BYTES + 4 : MAGIC_BYTES + 6, length = 0;
  if (version < 1 || version > 3 || size < start) return false;
  for (size_t i = start; i-- > MAGIC_BYTES + 2;) length = length << 8 | bytes[i];
  if (length > size - start) return false;
  text->at = (const char *)bytes + start;
  text->end = text->at + length;
  *data = start + length;
  return true;
}

int ks_tensor_parse(const char *name, const uint8_t *bytes, size_t size, struct ks_tensor *tensor,
                    struct ks_error *error) {
  struct text text;
  struct header header;
  size_t data;
  *tensor = (struct ks_tensor){0};
  if (!split(bytes, size, &text, &data))
    return ks_fail(error, "%s: is not a .npy file of version 1, 2 or 3, or is cut off in its header", name);
  if (!take_dictionary(text, &header))
    return ks_fail(error, "%s: has a .npy header that makes no sense", name);
  int dtype = find_dtype(header.descr);
  if (check_header(name, &header, dtype, size - data, error) != KS_OK) return KS_USER_ERROR;

  *tensor = ks_tensor_new(dtypes[dtype].dtype, header.rank, header.shape);
  bool swap = header.descr[0] == (host_is_little ? '>' : '<');
  copy_elements(tensor, bytes + data, dtypes[dtype].bytes, header.fortran, swap);
  int status = check_finite(name, tensor, error);
  if (status != KS_OK) ks_tensor_free(tensor);
  return status;
}

int ks_tensor_read(const char *path, struct ks_tensor *tensor, struct ks_error *error) {
  uint8_t *bytes;
  size_t size;
  *tensor = (struct ks_tensor){0};
  if (ks_file_read(path, &bytes, &size, error) != KS_OK) return KS_USER_ERROR;
  int status = ks_tensor_parse(path, bytes, size, tensor, error);
  free(bytes);
  return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Version 1; the header is padded so that the elements begin at a multiple of 64. */
static void write_header(FILE *stream, const struct ks_tensor *tensor, int dtype) {
  char text[256];
  char order = dtypes[dtype].bytes == 1 ? '|' : host_is_little ? '<' : '>';
  int length = snprintf(text, sizeof text, "{'descr': '%c%s', 'fortran_order': False, 'shape': (", order,
                        dtypes[dtype].code);
  for (int i = 0; i < tensor->rank; i++)
    length += snprintf(text + length, sizeof text - (size_t)length, "%zu,%s", tensor->shape[i],
                       i + 1 < tensor->rank ? " " : "");
  length += snprintf(text + length, sizeof text - (size_t)length, "), }");
  int padded = (MAGIC_BYTES + 4 + length + 1 + 63) / 64 * 64 - (MAGIC_BYTES + 4);
  fwrite(MAGIC "\1\0", 1, MAGIC_BYTES + 2, stream);
  fputc(padded & 255, stream);
  fputc(padded >> 8, stream);
  fprintf(stream, "%-*s\n", padded - 1, text);
}

void ks_npy_write(FILE *stream, const struct ks_tensor *tensor) {
  int dtype = 0;
  while (dtypes[dtype].dtype != tensor->dtype) dtype++;
  write_header(stream, tensor, dtype);
  fwrite(tensor->data, dtypes[dtype].bytes, ks_tensor_count(tensor), stream);
}

int ks_tensor_write(const char *path, const struct ks_tensor *tensor, struct ks_error *error) {
  struct ks_file file;
  if (ks_file_open(&file, NULL, path, error) != KS_OK) return KS_USER_ERROR;
  ks_npy_write(file.stream, tensor);
  return ks_file_commit(&file, 1, error);
}
