/* SPDX-License-Identifier: Apache-2.0 */
#define KS_THETA_TABLE {64, 64, 0.127}
