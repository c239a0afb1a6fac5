#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What the program says to bad input: exit status 2, one sentence on standard error that names what is wrong,
# nothing written. tests/cli_errors.sh [PROGRAM] (default build/keysieve); prints the failures and
# `N passed, N failed`.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
program=$(realpath "${1:-$root/build/keysieve}")
small=$root/configs/elsa-small.ini # n = 24, d = 8
a3="$root/configs/a3-small.ini --set d=8" # n = 24, iterations = 48
lisa="$root/configs/lisa-small.ini --set n=24 --set d=8" # top_k = 9, top_q = 5, int_bits = 5, frac_bits = 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir out
passed=0
failed=0

# ---- inputs ------------------------------------------------------------------------------------------------

# The header of a .npy file: header DESCR SHAPE [FORTRAN]
header() {
  printf '\223NUMPY\1\0\166\0'
  printf '%-117s\n' "{'descr': '$1', 'fortran_order': ${3:-False}, 'shape': ($2), }"
}

# Float32 of the shape whose ROWS rows are 0, 1, 2, -1, 0, 1, 2, -1: floats ROWS SHAPE
floats() {
  header '<f4' "$2"
  i=0
  while [ $i -lt $((2 * $1)) ]; do
    printf '\0\0\0\0\0\0\200\77\0\0\0\100\0\0\200\277'
    i=$((i + 1))
  done
}

# Zero bytes behind a header: zeros DESCR SHAPE BYTES
zeros() {
  header "$1" "$2"
  head -c "$3" /dev/zero
}

floats 5 '5, 8' > q.npy
floats 24 '24, 8' > k.npy
floats 24 '24, 8' > v.npy
zeros '<i2' '5,' 10 > labels.npy

floats 23 '23, 8' > rows23.npy
floats 25 '25, 8' > rows25.npy
floats 48 '2, 24, 8' > heads2.npy
floats 10 '2, 5, 8' > q-heads2.npy
floats 24 '24, 8' | head -c 800 > truncated.npy
floats 24 '24, 8' | head -c 60 > truncated-header.npy
{ floats 24 '24, 8' && echo more; } > trailing.npy
zeros '<f4' '24, 9' 864 > d9.npy
zeros '<f4' '24, 7' 672 > d7.npy
zeros '<i4' '24, 8' 768 > int32.npy
zeros '|u1' '24, 8' 192 > uint8.npy
zeros '<f4' '192,' 768 > rank1.npy
zeros '<f4' '1, 1, 24, 8' 768 > rank4.npy
zeros '<f4' '0, 8' 0 > no-rows.npy
zeros '<i2' '24, 8' 384 > int16.npy
zeros '<i2' '4,' 8 > labels4.npy
zeros '<f4' '5,' 20 > labels-float.npy
{ header '<i2' '24, 8' && head -c 380 /dev/zero && printf '\0\1\0\0'; } > code256.npy
{ header '<f4' '24, 8' && head -c 324 /dev/zero && printf '\0\0\300\177' && head -c 440 /dev/zero; } > nan.npy
{ header '<f4' '24, 8' && head -c 324 /dev/zero && printf '\0\0\200\377' && head -c 440 /dev/zero; } \
  > infinity.npy
printf 'not an array' > text.npy
: > empty.npy
mkdir folder.npy
echo '{"p": 1, "thresholds": [0.5, 0.5, 0.5]}' > three.json
echo '{"p": 1, "thresholds": ["high"]}' > words.json
echo '{"p": 1, ' > broken.json
echo 'bank = 3' > unknown.ini
printf 'n = 24\nd = 0\n' > range.ini
printf 'n = 24\nnonsense\n' > nonsense.ini
head -c 100 /dev/zero > zeros.ini
for name in module table ks_elsa ks-fifo bench; do cp "$small" $name.ini; done
: > file

# ---- checks ------------------------------------------------------------------------------------------------

fail() {
  failed=$((failed + 1))
  echo "FAILED: keysieve $command: $1"
  sed 's/^/  | /' "$work/stderr" | head -n 3
}

# Every file with its size and time. An empty folder is nothing written.
files() {
  find "$work" -type f ! -name stdout ! -name stderr -printf '%p %s %T@\n' | sort
}

# bad "WORD WORD.." ARGUMENT..: the program refuses the arguments in a message that holds every word.
bad() {
  words=$1
  shift
  command=$*
  before=$(files)
  (
    if [ -n "${blocks:-}" ]; then trap '' XFSZ && ulimit -f "$blocks"; fi
    exec "$program" "$@" > "${stdout:-$work/stdout}" 2> "$work/stderr"
  )
  status=$?
  after=$(files)
  if [ $status -ne 2 ]; then
    fail "exit status $status, not 2"
  elif [ "$before" != "$after" ]; then
    fail "something was written"
    rm -rf out && mkdir out
  elif [ "$(grep -vc '^Try ' "$work/stderr")" -ne 1 ]; then
    fail 'not one line on standard error'
  else
    for word in $words; do
      head -n 1 "$work/stderr" | grep -qF -e "$word" || {
        fail "the message does not name $word"
        return
      }
    done
    passed=$((passed + 1))
  fi
}

# good ARGUMENT..: the program takes them.
good() {
  command=$*
  if "$program" "$@" > "$work/stdout" 2> "$work/stderr"; then
    passed=$((passed + 1))
  else
    fail "exit status $?, not 0"
  fi
}

# same FILE FILE
same() {
  command="(comparing $1 with $2)"
  if cmp "$1" "$2" > stderr 2>&1; then passed=$((passed + 1)); else fail 'they differ'; fi
}

# ---- what is good, so that the rest is bad for its own reason ----------------------------------------------

good show "$small"
good gen "$small" -o out/rtl
good run "$small" --q q.npy --k k.npy --v v.npy --labels labels.npy --out out/o.npy --mask out/m.npy \
  --stats out/s.json
good learn "$small" --q q.npy --k k.npy -o out/t.json
good run "$small" --q q.npy --k k.npy --v v.npy --threshold out/t.json

# Fortran order and big-endian are taken and mean what they say: k transposed, k with its bytes turned round.
{ header '<f4' '24, 8' True && for value in '\0\0\0\0' '\0\0\200\77' '\0\0\0\100' '\0\0\200\277' \
  '\0\0\0\0' '\0\0\200\77' '\0\0\0\100' '\0\0\200\277'; do
  for row in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do printf "$value"; done
done; } > fortran.npy
{ header '>f4' '24, 8' && i=0 && while [ $i -lt 48 ]; do
  printf '\0\0\0\0\77\200\0\0\100\0\0\0\277\200\0\0'
  i=$((i + 1))
done; } > big-endian.npy
good run "$small" --q q.npy --k fortran.npy --v big-endian.npy --out out/o2.npy
same out/o.npy out/o2.npy
rm -rf out && mkdir out

# ---- the configuration -------------------------------------------------------------------------------------

bad 'nothing' nothing
bad 'command' ''
for command_name in show 'gen -o out/rtl' 'run --q q.npy --k k.npy --v v.npy --out out/o.npy' \
  'learn --q q.npy --k k.npy -o out/t.json'; do
  # shellcheck disable=SC2086
  set -- $command_name
  name=$1
  shift
  bad 'no-such' "$name" no-such "$@"
  bad 'no-such.ini' "$name" ./no-such.ini "$@"
  bad 'unknown.ini:1 bank' "$name" ./unknown.ini "$@"
  bad 'range.ini:2 d 1..256' "$name" ./range.ini "$@"
  bad 'nonsense.ini:2' "$name" ./nonsense.ini "$@"
  bad 'zeros.ini' "$name" ./zeros.ini "$@"
  for taken in module table ks_elsa ks-fifo bench; do bad "$taken.ini" "$name" ./$taken.ini "$@"; done
  bad '--set bank' "$name" "$small" "$@" --set bank=3
  bad '--set' "$name" "$small" "$@" --set banks
  bad '--set banks 1..16' "$name" "$small" "$@" --set banks=17
  bad '--set n 1..4096' "$name" "$small" "$@" --set n=0
  bad '--set n 1..4096' "$name" "$small" "$@" --set n=many
  bad '--set hash hadamard|kronecker' "$name" "$small" "$@" --set hash=md5
  bad 'ways 3' "$name" "$small" "$@" --set ways=3
  bad 'divide_multipliers 9' "$name" "$small" "$@" --set divide_multipliers=9
  bad 'out_frac 3..11' "$name" "$small" "$@" --set out_frac=2
  bad 'k another engine' "$name" "$small" "$@" --set engine=lisa
  bad 'top_k another engine' "$name" "$small" "$@" --set top_k=7
  bad '--set rows 1..16' "$name" "$small" "$@" --set rows=17
  bad 'engine' "$name" "$small" "$@" --set engine=a4
  bad 'k another engine' "$name" "$small" "$@" --set engine=a3
  bad 'iterations another engine' "$name" "$small" "$@" --set iterations=7
  bad '--set iterations 1..8192' "$name" "$small" "$@" --set iterations=0
  bad 'accumulator float ways 1' "$name" "$small" "$@" --set accumulator=float
  bad 'hash_factors 2..8' "$name" "$small" "$@" --set hash=kronecker --set hash_factors=4,9
  bad 'hash_factors 4,4 8' "$name" "$small" "$@" --set hash=kronecker --set hash_factors=4,4
  bad 'queue_depth lqf' "$name" "$small" "$@" --set queue_depth=9
  bad 'no-such-option' "$name" "$small" "$@" --no-such-option
done
bad 'CONFIG' show

# ---- LISA: rows and lists that cannot be built, asked for before anything is made of them -------------------

# shellcheck disable=SC2086 # the configuration and its --set
for command_name in show 'gen -o out/rtl' 'cosim --random 1 --build out'; do
  set -- $command_name
  name=$1
  shift
  bad '--set rows 1..16' "$name" $lisa "$@" --set rows=0
  bad '--set rows 1..16' "$name" $lisa "$@" --set rows=17
  bad '--set rows 1..16 four' "$name" $lisa "$@" --set rows=four
  bad 'top_k 25 1..n 24' "$name" $lisa "$@" --set top_k=25
  bad '--set top_k 1..4096' "$name" $lisa "$@" --set top_k=0
  bad 'top_q 10 1..top_k 9' "$name" $lisa "$@" --set top_q=10
  bad '--set top_q 1..4096' "$name" $lisa "$@" --set top_q=0
done

# ---- tensors -----------------------------------------------------------------------------------------------

# tensor_errors WORDS FILE: as keys of run and of learn.
tensor_errors() {
  bad "--k $1" run "$small" --q q.npy --k "$2" --v v.npy --out out/o.npy --mask out/m.npy --stats out/s.json
  bad "--k $1" learn "$small" --q q.npy --k "$2" -o out/t.json
}
tensor_errors 'missing.npy' missing.npy
tensor_errors 'folder.npy' folder.npy
tensor_errors 'text.npy .npy' text.npy
tensor_errors 'empty.npy .npy' empty.npy
tensor_errors 'truncated-header.npy' truncated-header.npy
tensor_errors 'truncated.npy truncated' truncated.npy
tensor_errors 'trailing.npy' trailing.npy
tensor_errors 'int32.npy <i4 float32' int32.npy
tensor_errors 'uint8.npy float32' uint8.npy
tensor_errors 'rank1.npy rows' rank1.npy
tensor_errors 'rank4.npy 4' rank4.npy
tensor_errors 'no-rows.npy' no-rows.npy
bad '--k 25 24' run "$small" --q q.npy --k rows25.npy --v rows25.npy --out out/o.npy
bad '--k 25 24' learn "$small" --q q.npy --k rows25.npy -o out/t.json
tensor_errors 'd9.npy 9 8' d9.npy
tensor_errors '--q 7 8' d7.npy
tensor_errors '--q 2' heads2.npy
tensor_errors '--q int16' int16.npy
tensor_errors 'nan.npy (10, 1) NaN' nan.npy
tensor_errors 'infinity.npy (10, 1) infinit' infinity.npy
bad '--q missing.npy' run "$small" --q missing.npy --k k.npy --v v.npy --out out/o.npy
bad '--v missing.npy' run "$small" --q q.npy --k k.npy --v missing.npy --out out/o.npy
bad '--q nan.npy (10, 1)' run "$small" --q nan.npy --k k.npy --v v.npy --out out/o.npy
bad '--v nan.npy (10, 1)' run "$small" --q q.npy --k k.npy --v nan.npy --out out/o.npy
bad '--v 23 24' run "$small" --q q.npy --k k.npy --v rows23.npy --out out/o.npy
bad '--q 2' run "$small" --q q-heads2.npy --k k.npy --v v.npy --out out/o.npy
bad '--k code256.npy 190 256 -256..255' run "$small" --q int16.npy --k code256.npy --v int16.npy \
  --out out/o.npy
bad '--v' run "$small" --q q.npy --k k.npy --out out/o.npy
bad '--q' run "$small" --k k.npy --v v.npy --out out/o.npy
bad '--q --k 1 2' learn "$small" --q q.npy --k k.npy --k k.npy -o out/t.json
bad '--q --k' learn "$small" -o out/t.json

# ---- options -----------------------------------------------------------------------------------------------

run() {
  bad "$@" --q q.npy --k k.npy --v v.npy --out out/o.npy --mask out/m.npy --stats out/s.json
}
run '--labels missing.npy' run "$small" --labels missing.npy
run '--labels labels4.npy 4 5' run "$small" --labels labels4.npy
run '--labels labels-float.npy' run "$small" --labels labels-float.npy
run '--queries 6 5' run "$small" --queries 4:6
run '--queries' run "$small" --queries 4:2
run '--queries A:B' run "$small" --queries all
run '--scale 0' run "$small" --scale 0
run '--scale -1' run "$small" --scale -1
run '--scale nan' run "$small" --scale nan
run '--scale' run "$small" --scale 1e9
run '--q-gain 0' run "$small" --q-gain 0
run '--v-gain x' run "$small" --v-gain x
run '--p -1' run "$small" --p -1
run '--p x' run "$small" --p x
run '--threshold missing.json' run "$small" --threshold missing.json
run '--threshold broken.json' run "$small" --threshold broken.json
run '--threshold words.json' run "$small" --threshold words.json
run '--threshold three.json 3' run "$small" --threshold three.json
run '--threshold nan' run "$small" --threshold nan
run '--iterations elsa --threshold' run "$small" --iterations 5
run '--post elsa' run "$small" --post 5
run '--top-k elsa' run "$small" --top-k 5
bad '--post elsa' cosim "$small" --random 1 --post 5

# The knobs of A3.
# shellcheck disable=SC2086
{
  good run $a3 --q q.npy --k k.npy --v v.npy
  good run $a3 --q q.npy --k k.npy --v v.npy --iterations 48 --post 100
  good run $a3 --q q.npy --k k.npy --v v.npy --iterations 2x --post 0.1
  good run $a3 --q q.npy --k k.npy --v v.npy --iterations 0.001x
  good run $a3 --q q.npy --k k.npy --v v.npy --set iterations=3 # fewer than half the keys
  good show $a3
  run '--threshold a3 --iterations' run $a3 --threshold 0.5
  run '--p a3' run $a3 --p 1
  run '--tau a3' run $a3 --tau 1
  run '--iterations 0 1..8192' run $a3 --iterations 0
  run '--iterations -1' run $a3 --iterations -1
  run '--iterations 1..8192' run $a3 --iterations 1.5
  run '--iterations many' run $a3 --iterations many
  run '--iterations 0x' run $a3 --iterations 0x
  run '--iterations 0.5x' run $a3 --iterations x
  run '--iterations nan' run $a3 --iterations nanx
  run '--iterations 49 1..48' run $a3 --iterations 49
  run '--iterations 72 1..48' run $a3 --iterations 3x
  run '--iterations 1..48' run $a3 --iterations 1e300x
  run '--post 0 100' run $a3 --post 0
  run '--post 100' run $a3 --post 100.1
  run '--post' run $a3 --post -5
  run '--post' run $a3 --post nan
  run '--post five' run $a3 --post five
  run '--exact --iterations --post' run $a3 --exact --post 5
  run '--exact' run $a3 --exact --iterations 5
  bad '--k 25 24' run $a3 --q q.npy --k rows25.npy --v rows25.npy --out out/o.npy
  bad 'engine a3 learn' learn $a3 --q q.npy --k k.npy -o out/t.json
  bad 'engine a3' calibrate $a3
}

# LISA. shellcheck disable=SC2086
{
  good run $lisa --q q.npy --k k.npy --v v.npy
  good run $lisa --q q.npy --k k.npy --v v.npy --top-k 9 --top-q 5 --tau 0 --positive-only
  good run $lisa --q q.npy --k k.npy --v v.npy --top-k 1 # and top-q with it
  good run $lisa --q q.npy --k k.npy --v v.npy --tau 1.9 --k-gain 1
  good run $lisa --q q.npy --k k.npy --v v.npy --exact
  good run $lisa --q q.npy --k int16.npy --v v.npy --q int16.npy --v int16.npy --tau 3
  good show $lisa
  good gen $lisa -o out/rtl
  rm -rf out && mkdir out
  bad 'banks another engine' show $lisa --set banks=2
  run '--threshold lisa --tau' run $lisa --threshold 0.5
  run '--p' run $lisa --p 1
  run '--iterations lisa' run $lisa --iterations 5
  run '--post' run $lisa --post 5
  run '--top-k 0 1..4096' run $lisa --top-k 0
  run '--top-k' run $lisa --top-k -1
  run '--top-k 2.5' run $lisa --top-k 2.5
  run '--top-k 10 1..9' run $lisa --top-k 10
  run '--top-q 0 1..4096' run $lisa --top-q 0
  run '--top-q 6 1..5' run $lisa --top-q 6
  run '--top-q 4 3 --top-k' run $lisa --top-k 3 --top-q 4
  run '--tau -1' run $lisa --tau -1
  run '--tau nan' run $lisa --tau nan
  run '--tau many' run $lisa --tau many
  run '--tau 32 256 0..255' run $lisa --k-gain 1 --tau 32
  run '--tau 1e+300' run $lisa --tau 1e300
  run '--exact --tau --top-k' run $lisa --exact --tau 1
  run '--exact' run $lisa --exact --top-k 2
  run '--exact' run $lisa --exact --top-q 2
  run '--exact' run $lisa --exact --positive-only
  run '--tau elsa' run "$small" --tau 1
  run '--positive-only a3' run $a3 --positive-only
  bad '--k 25 24' run $lisa --q q.npy --k rows25.npy --v rows25.npy --out out/o.npy
  for knob in '--top-k 10' '--top-q 6' '--top-k 3 --top-q 4' '--tau -1'; do
    bad "${knob#--top-k 3 }" cosim $lisa $knob --q q.npy --k k.npy --v v.npy --build out
  done
  bad 'engine lisa learn' learn $lisa --q q.npy --k k.npy -o out/t.json
  bad 'engine lisa' calibrate $lisa
}
bad '--p' learn "$small" --q q.npy --k k.npy --p -1 -o out/t.json
bad '--queries 6 5' learn "$small" --q q.npy --k k.npy --queries 0:6 -o out/t.json
bad '--scale' learn "$small" --q q.npy --k k.npy --scale 0 -o out/t.json

# ---- places that cannot be written: whichever of the outputs it is, none is left ---------------------------

inputs='--q q.npy --k k.npy --v v.npy'
for place in missing/x file/x /proc/x folder.npy /dev/full; do
  # shellcheck disable=SC2086
  {
    bad "--out $place" run "$small" $inputs --out $place --mask out/m.npy --stats out/s.json
    bad "--mask $place" run "$small" $inputs --out out/o.npy --mask $place --stats out/s.json
    bad "--stats $place" run "$small" $inputs --out out/o.npy --mask out/m.npy --stats $place
  }
  bad "-o $place" learn "$small" --q q.npy --k k.npy -o $place
done
for place in file file/x /proc/x /dev/full; do bad "-o $place" gen "$small" -o $place; done
bad '-o' gen "$small"

stdout=/dev/full
bad 'output' show "$small"
bad 'output' show "$small" --json
bad 'output' run "$small" --q q.npy --k k.npy --v v.npy
bad 'output' learn "$small" --q q.npy --k k.npy
stdout=

# A disk that fills, played by a limit on the size of a file.
blocks=1
bad 'out/rtl' gen "$small" -o out/rtl
bad 'out/o.npy' run "$small" --q k.npy --k k.npy --v v.npy --out out/o.npy
blocks=

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
