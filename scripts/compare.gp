# SPDX-License-Identifier: Apache-2.0
#
# gnuplot -c compare.gp FOLDER KIND "NAME.." '"TITLE" ..' MACHINES: error against keys used, a panel for each
# FOLDER/NAME.dat, a line for each of its blocks; writes FOLDER/compare.KIND, svg or png.
folder = ARG1
names = ARG3
titles = ARG4
last = int(ARG5) - 1
file(i) = folder . "/" . word(names, i) . ".dat"
panels = words(names)
rows = (panels + 2) / 2 # a place for the legend too

if (ARG2 eq "svg") {
  set terminal svg size 1100, 420 * rows font "DejaVu Sans, 13" background "#ffffff" noenhanced
} else {
  set terminal pngcairo size 1100, 420 * rows font "DejaVu Sans, 10" background "#ffffff" noenhanced
}
set output folder . "/compare." . ARG2

# Colours of Okabe and Ito, which the colour-blind tell apart. The paper and the default stand out; lines that
# lie on the default's have open marks that fit around its own.
set linetype  1 lc rgb "#d55e00" lw 3.0 pt 5  ps 1.1
set linetype  2 lc rgb "#000000" lw 3.0 pt 7  ps 0.9
set linetype  3 lc rgb "#0072b2" lw 2.0 pt 9  ps 1.3
set linetype  4 lc rgb "#e69f00" lw 1.2 pt 4  ps 1.6 dt 2
set linetype  5 lc rgb "#56b4e9" lw 1.2 pt 6  ps 1.9 dt 3
set linetype  6 lc rgb "#cc79a7" lw 2.0 pt 2  ps 1.5
set linetype  7 lc rgb "#999999" lw 1.2 pt 12 ps 2.3 dt 4
set linetype  8 lc rgb "#8a6d00" lw 1.2 pt 1  ps 1.9 dt 5
set linetype  9 lc rgb "#009e73" lw 2.0 pt 11 ps 1.3

set multiplot layout rows, 2
set logscale xy
set grid xtics ytics back lt 1 lc rgb "#d8d8d8" lw 1 dt 1
set border lc rgb "#606060"
set tics textcolor rgb "#202020"
set xlabel "keys used (%)"
set ylabel "error |O - O*| / |O*|"
set xtics (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 40, 50, 70, 100)
set ytics (0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1)
set autoscale noextend
set offsets graph 0.05, graph 0.05, graph 0.05, graph 0.05
unset key
do for [i = 1 : panels] {
  set title word(titles, i)
  plot for [m = 0 : last] file(i) index m using 1:2 with linespoints lt m + 1
}

unset title; unset border; unset tics; unset grid; unset xlabel; unset ylabel; unset logscale
set xrange [0:1]
set yrange [0:1]
set key at graph 0.05, 0.95 left top Left reverse spacing 1.5 samplen 5 title \
  "elsa-paper, elsa, and elsa with one key as the paper has it;\non a line p falls to the right" left
plot for [m = 0 : last] file(1) index m using 1:(NaN) with linespoints lt m + 1 title columnheader(1)
unset multiplot
