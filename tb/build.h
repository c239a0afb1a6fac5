/* SPDX-License-Identifier: Apache-2.0
 *
 * From a design to the function that simulates it: generated, verilated, compiled, loaded. Builds are kept
 * in <folder>/<configuration>-<hash>, the hash being of every generated file, of the harness and of the
 * variant, so that an unchanged design is not built again. Programs may build at once in one folder.
 */
#ifndef KS_BUILD_H
#define KS_BUILD_H

#include "../gen/package.h"
#include "ks_dut.h"

/* For the fastest simulation, or for the fastest build. */
enum ks_effort { KS_EFFORT_RUN, KS_EFFORT_COMPILE };

/* What is built of a design. */
struct ks_variant {
  enum ks_effort effort;
  bool vcd; /* can make a VCD of every signal but memories: larger, and slower even without one */
};

/* Failures on top of KS_USER_ERROR, which here is a folder that cannot be written. */
enum { KS_BUILD_FAILED = 1, KS_TOOL_MISSING = 3 };

struct ks_build {
  char folder[4096]; /* where the RTL and dut.so are */
  bool fresh;        /* it was not there before */
  void *handle;
  ks_dut_run_function *run;
};

int ks_build(struct ks_build *build, const struct ks_package *package, const char *folder,
             struct ks_variant variant, struct ks_error *error);
void ks_build_close(struct ks_build *build);

#endif
