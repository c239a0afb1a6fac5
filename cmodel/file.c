/* SPDX-License-Identifier: Apache-2.0 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An endless device must not fill the memory. */
static bool is_readable(FILE *stream, struct stat *status) {
  return fstat(fileno(stream), status) == 0 && (S_ISREG(status->st_mode) || S_ISFIFO(status->st_mode));
}

/* `expected` bytes fit without moving. */
static uint8_t *read_all(FILE *stream, size_t expected, size_t *size) {
  size_t room = expected + (1 << 16), used = 0;
  uint8_t *bytes = malloc(room);
  while (bytes) {
    used += fread(bytes + used, 1, room - 1 - used, stream);
    if (used < room - 1) break;
    room *= 2;
    uint8_t *more = realloc(bytes, room);
    if (!more) free(bytes);
    bytes = more;
  }
  if (bytes) bytes[used] = 0;
  *size = used;
  return bytes;
}

int ks_file_read(const char *path, uint8_t **bytes, size_t *size, struct ks_error *error) {
  FILE *stream = fopen(path, "rb");
  if (!stream) return ks_fail(error, "%s: cannot be read: %s", path, strerror(errno));
  struct stat status;
  if (!is_readable(stream, &status)) {
    fclose(stream);
    return ks_fail(error, "%s: cannot be read: not a file", path);
  }
  *bytes = read_all(stream, (size_t)status.st_size, size);
  bool broken = ferror(stream);
  fclose(stream);
  if (*bytes && !broken) return KS_OK;
  free(*bytes);
  return ks_fail(error, "%s: cannot be read: %s", path, *bytes ? "input error" : "it does not fit in memory");
}

/* O_EXCL: never through a link that somebody else put there. */
static FILE *open_new(const char *path) {
  int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  return descriptor < 0 ? NULL : fdopen(descriptor, "wb");
}

static int cannot_write(const struct ks_file *file, const char *reason, struct ks_error *error) {
  const char *option = file->option;
  return ks_fail(error, "%s%s%s: cannot be written: %s", option ? option : "", option ? ": " : "", file->path,
                 reason);
}

int ks_file_open(struct ks_file *file, const char *option, const char *path, struct ks_error *error) {
  struct stat status;
  *file = (struct ks_file){.option = option, .path = path};
  if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
    file->stream = fopen(path, "wb");
  } else if (asprintf(&file->temporary, "%s.%ld.tmp", path, (long)getpid()) < 0) {
    file->temporary = NULL;
  } else {
    file->stream = open_new(file->temporary);
  }
  if (file->stream) return KS_OK;
  cannot_write(file, strerror(errno), error);
  free(file->temporary);
  return KS_USER_ERROR;
}

void ks_file_discard(struct ks_file *file) {
  if (file->stream) fclose(file->stream);
  if (file->temporary) unlink(file->temporary);
  free(file->temporary);
  *file = (struct ks_file){0};
}

/* When an earlier write failed and the flush did not, the reason is no longer known. */
static int close_file(struct ks_file *file, struct ks_error *error) {
  bool broken = ferror(file->stream);
  errno = 0;
  if (fflush(file->stream) != 0) broken = true;
  int reason = errno;
  if (fclose(file->stream) != 0 && !broken) {
    broken = true;
    reason = errno;
  }
  file->stream = NULL;
  if (!broken) return KS_OK;
  return cannot_write(file, reason ? strerror(reason) : "a write failed; the disk may be full", error);
}

static int rename_file(struct ks_file *file, struct ks_error *error) {
  if (file->temporary && rename(file->temporary, file->path) != 0)
    return cannot_write(file, strerror(errno), error);
  free(file->temporary);
  file->temporary = NULL;
  return KS_OK;
}

int ks_file_commit(struct ks_file files[], size_t count, struct ks_error *error) {
  int status = KS_OK;
  for (size_t i = 0; i < count && status == KS_OK; i++) status = close_file(&files[i], error);
  for (size_t i = 0; i < count && status == KS_OK; i++) status = rename_file(&files[i], error);
  for (size_t i = 0; i < count; i++) ks_file_discard(&files[i]);
  return status;
}
