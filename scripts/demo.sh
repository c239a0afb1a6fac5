#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The main job on real data: learn ELSA's threshold on some handwritten digits, generate the design, simulate
# it on the others and compare every bit with the model.
set -eu
cd "$(dirname "$0")/.."
keysieve=build/keysieve
data=tests/data/digits
threshold=build/demo-threshold.json

echo "1. The threshold, learned on queries 0:285 (p = 1)"
"$keysieve" learn elsa --q $data-q.npy --k $data-k.npy --scale 20 --queries 0:285 --p 1 -o "$threshold"

echo
echo "2. The RTL, generated, simulated on queries 285:1285 and compared with the model"
"$keysieve" gen elsa -o build/elsa
"$keysieve" cosim elsa --q $data-q.npy --k $data-k.npy --v $data-v.npy --labels $data-labels.npy --scale 20 \
  --queries 285:1285 --threshold "$threshold" --stats build/demo.json

echo
echo "The RTL is in build/elsa/, the figures are in build/demo.json."
