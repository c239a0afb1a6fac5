/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output.h"

enum { MAX_FILES = 96, MAX_PATH = 4096 };

struct file {
  char *name;
  FILE *stream; /* into text */
  char *text;
  size_t size;
  bool kept; /* the folder has it already */
};

struct ks_output {
  struct file files[MAX_FILES];
  size_t count;
};

struct ks_output *ks_output_new(void) {
  struct ks_output *output = calloc(1, sizeof *output);
  if (!output) abort();
  return output;
}

void ks_output_free(struct ks_output *output) {
  for (size_t i = 0; i < output->count; i++) {
    fclose(output->files[i].stream);
    free(output->files[i].text);
    free(output->files[i].name);
  }
  free(output);
}

FILE *ks_output_file(struct ks_output *output, const char *name) {
  assert(output->count < MAX_FILES);
  struct file *file = &output->files[output->count++];
  file->name = strdup(name);
  file->stream = open_memstream(&file->text, &file->size);
  if (!file->name || !file->stream) abort();
  return file->stream;
}

void ks_output_text(struct ks_output *output, const char *name, const char *text) {
  fputs(text, ks_output_file(output, name));
}

const char *ks_output_name(const struct ks_output *output, size_t i) {
  return i < output->count ? output->files[i].name : NULL;
}

/* Brings text and size up to date. */
static void settle(struct ks_output *output) {
  for (size_t i = 0; i < output->count; i++)
    if (fflush(output->files[i].stream) || ferror(output->files[i].stream)) abort();
}

static uint64_t fnv(uint64_t hash, const char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) hash = (hash ^ (uint8_t)bytes[i]) * UINT64_C(0x100000001b3);
  return hash;
}

uint64_t ks_output_hash(struct ks_output *output) {
  uint64_t hash = UINT64_C(0xcbf29ce484222325);
  settle(output);
  for (size_t i = 0; i < output->count; i++) {
    const struct file *file = &output->files[i];
    hash = fnv(hash, file->name, strlen(file->name) + 1);
    hash = fnv(hash, file->text, file->size);
  }
  return hash;
}

/* mkdir -p. */
static int make_folder(const char *folder, struct ks_error *error) {
  char path[MAX_PATH];
  size_t length = strlen(folder);
  if (length == 0 || length >= sizeof path)
    return ks_fail(error, "the output folder's name is empty or too long");
  memcpy(path, folder, length + 1);
  for (size_t i = 1; i <= length; i++) {
    if (path[i] != '/' && path[i] != '\0') continue;
    char held = path[i];
    path[i] = '\0';
    if (mkdir(path, 0777) && errno != EEXIST) break;
    path[i] = held;
  }
  struct stat status;
  if (stat(folder, &status))
    return ks_fail(error, "cannot make the output folder %s: %s", folder, strerror(errno));
  if (!S_ISDIR(status.st_mode)) return ks_fail(error, "the output %s is not a folder", folder);
  return KS_OK;
}

static bool same_content(const struct file *file, const char *path) {
  FILE *stream = fopen(path, "rb");
  char *found = malloc(file->size + 1);
  if (!found) abort();
  bool same = stream && fread(found, 1, file->size + 1, stream) == file->size &&
              !memcmp(found, file->text, file->size);
  if (stream) fclose(stream);
  free(found);
  return same;
}

/* What would make a rename fail is found here, before the first. */
static int look_for(struct file *file, const char *folder, struct ks_error *error) {
  char path[MAX_PATH];
  struct stat status;
  snprintf(path, sizeof path, "%s/%s", folder, file->name);
  file->kept = false;
  if (stat(path, &status)) return KS_OK;
  if (S_ISDIR(status.st_mode)) return ks_fail(error, "cannot write %s: it is a folder", path);
  file->kept = S_ISREG(status.st_mode) && (size_t)status.st_size == file->size && same_content(file, path);
  return KS_OK;
}

static void temporary_path(char path[MAX_PATH], const char *folder, const struct file *file) {
  snprintf(path, MAX_PATH, "%s/.%s.%ld", folder, file->name, (long)getpid());
}

static int write_temporary(const struct file *file, const char *folder, struct ks_error *error) {
  if (file->kept) return KS_OK;
  char path[MAX_PATH];
  temporary_path(path, folder, file);
  FILE *stream = fopen(path, "wb");
  if (!stream) return ks_fail(error, "cannot write %s/%s: %s", folder, file->name, strerror(errno));
  bool good = fwrite(file->text, 1, file->size, stream) == file->size && !fflush(stream);
  int reason = errno;
  if (fclose(stream) && good) {
    good = false;
    reason = errno;
  }
  return good ? KS_OK : ks_fail(error, "cannot write %s/%s: %s", folder, file->name, strerror(reason));
}

static int rename_temporary(const struct file *file, const char *folder, struct ks_error *error) {
  if (file->kept) return KS_OK;
  char from[MAX_PATH], to[MAX_PATH];
  temporary_path(from, folder, file);
  snprintf(to, sizeof to, "%s/%s", folder, file->name);
  if (rename(from, to)) return ks_fail(error, "cannot write %s: %s", to, strerror(errno));
  return KS_OK;
}

int ks_output_write(struct ks_output *output, const char *folder, struct ks_error *error) {
  settle(output);
  bool made = access(folder, F_OK) != 0;
  int status = make_folder(folder, error);
  for (size_t i = 0; i < output->count && !status; i++) status = look_for(&output->files[i], folder, error);
  for (size_t i = 0; i < output->count && !status; i++)
    status = write_temporary(&output->files[i], folder, error);
  for (size_t i = 0; i < output->count && !status; i++)
    status = rename_temporary(&output->files[i], folder, error);
  for (size_t i = 0; i < output->count && status; i++) {
    char path[MAX_PATH];
    temporary_path(path, folder, &output->files[i]);
    unlink(path);
  }
  if (status && made) rmdir(folder);
  return status;
}
