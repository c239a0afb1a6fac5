/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../gen/embedded.h"
#include "../gen/registers.h"
#include "build.h"

enum { MAX_PATH = sizeof(((struct ks_build *)0)->folder) };

/* ---- what is built -------------------------------------------------------------------------- */

/* What ks_dut.cpp has to know of the design. */
static void print_dut_design(const struct ks_package *package, bool vcd, FILE *out) {
  const struct ks_config *c = package->config;
  const struct ks_sizes *s = &package->sizes;
  int sorted_bits = c->engine == KS_ENGINE_A3 ? s->rank_bits + s->code_bits : 0;
  fprintf(out, "#define KS_DUT_TOP %s\n#define KS_DUT_TRACE %d\n#define KS_DUT_SORTED_BITS %d\n", package->name,
          c->trace, sorted_bits);
  fprintf(out, "#define KS_DUT_VCD %d\n", vcd);
  fprintf(out,
          "constexpr size_t KS_DUT_D = %d, KS_DUT_CODE_BITS = %d, KS_DUT_OUT_BITS = %d, KS_DUT_STREAMS = %d;\n",
          c->d, s->code_bits, s->out_bits, s->trace_streams);
  fprintf(out, "constexpr size_t KS_DUT_COUNT_BITS = %d;\nconstexpr uint32_t KS_DUT_STATUS = %d;\n",
          s->count_bits, KS_REG_STATUS);
}

static struct ks_output *collect(const struct ks_package *package, bool vcd) {
  static const char *const harness[] = {"ks_dut.h", "ks_dut.cpp", "random.h", "build.sh"};
  struct ks_output *output = ks_output_new();
  ks_package_generate(package, output);
  for (size_t i = 0; i < sizeof harness / sizeof harness[0]; i++)
    ks_output_text(output, harness[i], ks_embedded_text(harness[i]));
  print_dut_design(package, vcd, ks_output_file(output, "ks_dut_design.h"));
  return output;
}

/* ---- tools ---------------------------------------------------------------------------------- */

static bool in_path(const char *tool) {
  char path[MAX_PATH];
  const char *p = getenv("PATH");
  while (p && *p) {
    int length = (int)strcspn(p, ":");
    snprintf(path, sizeof path, "%.*s/%s", length, p, tool);
    if (!access(path, X_OK)) return true;
    p += length + (p[length] == ':');
  }
  return false;
}

static int check_tools(struct ks_error *error) {
  static const char *const tools[][2] = {{"verilator", "verilator"}, {"g++", "g++"}, {"ar", "binutils"}};
  for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++) {
    if (in_path(tools[i][0])) continue;
    ks_fail(error, "%s is needed and not installed; on Debian: apt install %s", tools[i][0], tools[i][1]);
    return KS_TOOL_MISSING;
  }
  return KS_OK;
}

extern char **environ;

/* Runs build.sh in `folder`; its output goes to build.log there. */
static int run_script(const struct ks_package *package, const char *folder, const char *shared,
                      struct ks_variant variant) {
  const char *effort = variant.effort == KS_EFFORT_RUN ? "run" : "compile";
  const char *trace = variant.vcd ? "vcd" : "plain";
  const char *command = "cd \"$1\" && exec sh build.sh \"$2\" \"$3\" \"$4\" \"$5\" >build.log 2>&1";
  char *argv[] = {"sh",
                  "-c",
                  (char *)(uintptr_t)command,
                  "sh",
                  (char *)(uintptr_t)folder,
                  (char *)(uintptr_t)package->name,
                  (char *)(uintptr_t)effort,
                  (char *)(uintptr_t)trace,
                  (char *)(uintptr_t)shared,
                  NULL};
  pid_t child;
  int status = -1;
  if (posix_spawnp(&child, "sh", NULL, NULL, argv, environ)) return -1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

/* ---- the cache ------------------------------------------------------------------------------ */

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where) {
  (void)status, (void)type, (void)where;
  return remove(path);
}

static void remove_folder(const char *folder) {
  nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Builds beside the place and moves there: who loses a race against another program takes the other's build.
 */
static int make(const struct ks_build *build, const struct ks_package *package, struct ks_output *output,
                const char *shared, struct ks_variant variant, struct ks_error *error) {
  char temporary[MAX_PATH + 32], object[MAX_PATH + 32];
  snprintf(temporary, sizeof temporary, "%s.%ld", build->folder, (long)getpid());
  int status = check_tools(error);
  if (status) return status;
  status = ks_output_write(output, temporary, error);
  if (status) return status; /* nothing is there then */
  if (run_script(package, temporary, shared, variant)) {
    ks_fail(error, "the design did not build; %s/build.log tells why", temporary);
    return KS_BUILD_FAILED;
  }
  snprintf(object, sizeof object, "%s/dut.so", build->folder);
  if (!rename(temporary, build->folder)) return KS_OK;
  remove_folder(temporary);
  if (!access(object, R_OK)) return KS_OK;
  return ks_fail(error, "cannot write %s", build->folder);
}

static int load(struct ks_build *build, struct ks_error *error) {
  char object[MAX_PATH + 32];
  snprintf(object, sizeof object, "%s/dut.so", build->folder);
  build->handle = dlopen(object, RTLD_NOW | RTLD_LOCAL);
  void *symbol = build->handle ? dlsym(build->handle, "ks_dut_run") : NULL;
  memcpy(&build->run, &symbol, sizeof symbol);
  if (symbol) return KS_OK;
  ks_fail(error, "cannot load %s: %s", object, dlerror());
  return KS_BUILD_FAILED;
}

/* The folder for builds, made if need be, as an absolute path: build.sh runs elsewhere. */
static int find_shared(const char *folder, char shared[MAX_PATH], struct ks_error *error) {
  if (mkdir(folder, 0777) && errno != EEXIST)
    return ks_fail(error, "cannot make the folder %s: %s", folder, strerror(errno));
  if (!realpath(folder, shared) || access(shared, W_OK | X_OK))
    return ks_fail(error, "cannot write into %s: %s", folder, strerror(errno));
  return KS_OK;
}

int ks_build(struct ks_build *build, const struct ks_package *package, const char *folder,
             struct ks_variant variant, struct ks_error *error) {
  char shared[MAX_PATH], object[MAX_PATH + 32];
  *build = (struct ks_build){0};
  int status = find_shared(folder, shared, error);
  if (status) return status;
  struct ks_output *output = collect(package, variant.vcd);
  uint64_t hash = ks_output_hash(output) ^ (uint64_t)variant.effort;
  snprintf(build->folder, sizeof build->folder, "%.*s/%s-%016" PRIx64, MAX_PATH - 128, shared,
           package->config->name, hash);
  snprintf(object, sizeof object, "%s/dut.so", build->folder);
  build->fresh = access(object, R_OK) != 0;
  if (build->fresh) status = make(build, package, output, shared, variant, error);
  ks_output_free(output);
  return status ? status : load(build, error);
}

void ks_build_close(struct ks_build *build) {
  if (build->handle) dlclose(build->handle);
}
