/* SPDX-License-Identifier: Apache-2.0
 *
 * The .npy format (ks_tensor_read and ks_tensor_write are for whole files).
 */
#ifndef KS_NPY_H
#define KS_NPY_H

#include <stdio.h>

#include "keysieve.h"

/* Writes a tensor; that it went well is for the stream's owner to check. */
void ks_npy_write(FILE *stream, const struct ks_tensor *tensor);

#endif
