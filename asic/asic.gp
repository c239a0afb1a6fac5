# SPDX-License-Identifier: Apache-2.0
#
# gnuplot -c asic.gp DATA OUT KIND TITLE LINES RUNS: area by module, and energy a query by module of up to two runs;
# OUT.KIND is svg or png. DATA has a line a module: "title" mm2 nJ nJ, the largest area first.
data = ARG1
title = ARG4
lines = int(ARG5)
runs = int(ARG6)
panels = runs > 0 ? 2 : 1

if (ARG3 eq "svg") {
  set terminal svg size 620 * panels, 90 + 26 * lines font "DejaVu Sans, 13" background "#ffffff" noenhanced
} else {
  set terminal pngcairo size 620 * panels, 90 + 26 * lines font "DejaVu Sans, 10" background "#ffffff" noenhanced
}
set output ARG2 . "." . ARG3

# Colours of Okabe and Ito, which the colour-blind tell apart.
area = "#0072b2"
array colour[2] = ["#e69f00", "#000000"]
array run[2] = ["approximate", "exact"]

set multiplot layout 1, panels title title
set style fill solid 0.9 noborder
set border 2 lc rgb "#606060"
set grid xtics back lt 1 lc rgb "#d8d8d8" lw 1
set tics textcolor rgb "#202020" nomirror
set xrange [0:*]
set yrange [lines - 0.4 : -0.6]
set key bottom right
set lmargin 34

set xlabel "area (mm²)"
unset key
plot data using ($2 / 2):0:($2 / 2):(0.35):ytic(1) with boxxyerror lc rgb area
if (runs > 0) {
  set key bottom right Left reverse
  set xlabel "energy a query (nJ)"
  set lmargin 4
  unset ytics # the lines are those of the panel on the left
  plot for [r = 1 : runs] data using (column(2 + r) / 2):($0 + (r - (runs + 1) / 2.0) * 0.4): \
    (column(2 + r) / 2):(0.18) with boxxyerror lc rgb colour[r] title run[r]
}
unset multiplot
