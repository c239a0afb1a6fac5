/* SPDX-License-Identifier: Apache-2.0
 *
 * A small Verilog writer. It owns the syntax: the begin/end stack, the columns, and the books of who declares
 * and who drives a name. It knows nothing of attention.
 *
 * A name is declared once and before it is used; an output or wire of the module is driven by one whole
 * driver, or by drivers of slices of it; an internal name is read somewhere. The first breach is kept,
 * everything goes on, and ks_verilog_close reports it: a breach is a mistake in the generator, not the
 * user's, so that those who generate end with ks_verilog_finish.
 *
 * `bits` is a width as Verilog text ("8", "D*B"), NULL for a scalar. Texts are printf formats where the
 * declaration says so. A NULL comment prints none.
 */
#ifndef KS_VERILOG_H
#define KS_VERILOG_H

#include <stdio.h>

#include "keysieve.h"

struct ks_verilog;

/* Starts a module on `out`, which must outlive the writer. `about` is the paragraph above the module, lines
 * without their comment marks. Ports come next, then the body. */
struct ks_verilog *ks_verilog_open(FILE *out, const char *module, const char *about);

/* Ends the module and frees the writer. 0, or 1 with the first breach in *error. */
int ks_verilog_close(struct ks_verilog *v, struct ks_error *error);

/* The same; a breach is printed and ends the program by abort. */
void ks_verilog_finish(struct ks_verilog *v);

/* A blank line and a comment: over a group of ports, or over a stage of the body. */
void ks_verilog_section(struct ks_verilog *v, const char *comment);

enum ks_port { KS_INPUT, KS_OUTPUT, KS_OUTPUT_REG };
void ks_verilog_port(struct ks_verilog *v, enum ks_port direction, const char *bits, const char *name,
                     const char *comment);

void ks_verilog_constant(struct ks_verilog *v, const char *name, long value, const char *comment);

/* `attribute` goes between the name and its semicolon, as Verilator's comments want it; NULL for none. Such a
 * name is read by a tool, so that nothing in the module has to. */
void ks_verilog_wire(struct ks_verilog *v, const char *bits, const char *name, const char *attribute);

void ks_verilog_assign(struct ks_verilog *v, const char *target, const char *expression, ...)
    __attribute__((format(printf, 3, 4)));

/* An instance: parameters, then pins, then ks_verilog_end. */
void ks_verilog_instance(struct ks_verilog *v, const char *module, const char *name);
void ks_verilog_parameter(struct ks_verilog *v, const char *name, const char *value, ...)
    __attribute__((format(printf, 3, 4)));
void ks_verilog_pin_in(struct ks_verilog *v, const char *pin, const char *expression, ...)
    __attribute__((format(printf, 3, 4)));
void ks_verilog_pin_out(struct ks_verilog *v, const char *pin, const char *target, ...)
    __attribute__((format(printf, 3, 4)));

/* A pin that drives {a, b, c}. */
void ks_verilog_pin_outs(struct ks_verilog *v, const char *pin, const char *a, const char *b, const char *c);

/* for (index = 0; index < count; index = index + 1) begin : label ... ks_verilog_end. Names declared inside
 * end with it. */
void ks_verilog_for(struct ks_verilog *v, const char *label, const char *index, const char *count);

/* always @* case (selector) ... ks_verilog_end, which drives `target`. Rows are "label: target = value; //
 * comment". */
void ks_verilog_case(struct ks_verilog *v, const char *selector, const char *target);
void ks_verilog_case_row(struct ks_verilog *v, const char *label, const char *value, const char *comment);

void ks_verilog_end(struct ks_verilog *v);

#endif
