# SPDX-License-Identifier: Apache-2.0
"""Attention in float32 NumPy, what the bench compares keysieve with.

    attention.py make DIGITS FOLDER   tensors of 16 heads, FOLDER/normal-q.npy, FOLDER/digits-q.npy and so on
    attention.py run PREFIX SCALE     attention over PREFIX-q.npy, -k, -v; prints the seconds of one core
    attention.py check PREFIX SCALE   its error |O - O*| / |O*| on the first head, O* in double without BLAS
"""
import sys
import time

import numpy as np

HEADS, QUERIES, D = 16, 512, 64


def attention(q, k, v, scale):
    scores = q @ k.T
    scores *= scale
    scores -= scores.max(axis=1, keepdims=True)
    weights = np.exp(scores, out=scores)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights @ v


def load(prefix):
    return [np.load(f"{prefix}-{name}.npy") for name in "qkv"]


def make(digits, folder):
    """Scores of deviation 1 with the scale 1/8; the digits, each head with another slice of the queries."""
    random = np.random.default_rng(1)
    for name in "qkv":
        np.save(f"{folder}/normal-{name}.npy", random.standard_normal((HEADS, QUERIES, D), dtype=np.float32))
    q, k, v = load(digits)
    rows = (np.arange(HEADS)[:, None] * 48 + np.arange(QUERIES)) % len(q)
    np.save(f"{folder}/digits-q.npy", q[rows])
    np.save(f"{folder}/digits-k.npy", np.repeat(k[None], HEADS, axis=0))
    np.save(f"{folder}/digits-v.npy", np.repeat(v[None], HEADS, axis=0))


def run(prefix, scale):
    heads = list(zip(*load(prefix)))
    begin = time.thread_time()
    for q, k, v in heads:
        attention(q, k, v, np.float32(scale))
    print(time.thread_time() - begin)


def check(prefix, scale):
    q, k, v = (x[0] for x in load(prefix))
    scores = float(scale) * np.einsum("qi,ki->qk", q.astype(float), k.astype(float))
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    exact = np.einsum("qk,ki->qi", weights, v.astype(float))
    found = attention(q, k, v, np.float32(scale))
    print(np.linalg.norm(found - exact) / np.linalg.norm(exact))


{"make": make, "run": run, "check": check}[sys.argv[1]](*sys.argv[2:])
