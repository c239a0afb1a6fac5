#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Fuzzes the .npy parser and the configuration parser under ASan and UBSan: tests/fuzz/run.sh [SECONDS]
# SECONDS (default 600) is the time each gets. New inputs go to build/fuzz/. An input that breaks a parser is
# left there, its name is printed, and the exit status is 1: mend the parser, then commit the input as a seed.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-600}
folder=${BUILD:-build}/fuzz
mkdir -p $folder

command -v clang > /dev/null || {
  echo "clang is missing; install it with: apt-get install clang libclang-rt-14-dev" >&2
  exit 3
}

model="cmodel/config.c cmodel/error.c cmodel/file.c cmodel/norm.c cmodel/npy.c \
  cmodel/sizes.c cmodel/tables.c cmodel/tensor.c"
status=0
for target in tensor config; do
  mkdir -p $folder/$target
  clang -std=c11 -D_GNU_SOURCE -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
    -DFUZZ_TARGET=fuzz_$target -o $folder/fuzz_$target tests/fuzz/entry.c tests/fuzz_$target.c $model \
    -linih -lm
  echo "fuzzing $target for $seconds s"
  $folder/fuzz_$target -max_total_time="$seconds" -max_len=4096 -timeout=10 -print_final_stats=1 \
    -artifact_prefix=$folder/$target- $folder/$target tests/fuzz/seeds/$target 2> $folder/$target.log || {
    status=1
    echo "broken; repeat with: $folder/fuzz_$target $(ls -t $folder/$target-* | head -n 1)"
  }
  grep -E '^stat::number_of_executed_units|^SUMMARY|^Done' $folder/$target.log
done
exit $status
