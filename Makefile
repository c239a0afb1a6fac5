# SPDX-License-Identifier: Apache-2.0
BUILD  ?= build
PREFIX ?= /usr/local
CC     ?= cc
LEVEL   = -O2
CFLAGS ?= $(LEVEL) -Werror

FLAGS    = -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wconversion -Wshadow -fPIC -fno-semantic-interposition \
           -fopenmp -Icmodel -MMD -MP $(CFLAGS)
LIBS    := -linih -ljansson -lm
objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard $(1)))
MODEL   := $(call objects,cmodel/*.c)
EMITTER := $(call objects,gen/*.c) $(BUILD)/obj/embedded.o
HARNESS := $(call objects,tb/*.c)
PROGRAM := $(call objects,cli/*.c)
CARRIED := $(wildcard rtl/*.v fpga/rtl/*.v gen/*.in tb/*.in tb/*.v tb/*.cpp tb/ks_*.h tb/*.sh) cmodel/random.h
UNITS   := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit_*.c))
HELPERS := $(filter-out $(BUILD)/obj/tests/unit_%,$(call objects,tests/*.c tests/slow/*.c))
VERSION := $(shell sed -n 's/^\#define KS_VERSION "\(.*\)"/\1/p' cmodel/keysieve.h)

.PHONY: all help demo test test-long gatesim asic fpga bench compare fuzz bootstrap units install clean $(BUILD)/keysieve.pc
.SECONDARY:
all: $(BUILD)/keysieve $(BUILD)/libkeysieve.so $(BUILD)/keysieve.pc

help:
	@echo 'make            build/keysieve, build/libkeysieve.a and .so, build/keysieve.pc'
	@echo 'make demo       the main job on real data: learn, generate, co-simulate, report'
	@echo 'make test       every test; ends with "N passed, N failed"'
	@echo 'make test-long  the same with more random programs, and fuzzing; an hour and more'
	@echo 'make gatesim    the gates of small designs against the model; CONFIG=*-small GATES=osu018|ice40|ecp5|all'
	@echo 'make asic       CONFIG=elsa PDK=osu018 [PERIOD=ns] [JOB=digits]: area, timing, power (asic/README.md)'
	@echo 'make bench      speed against NumPy with OpenBLAS and against the goals, in one table'
	@echo 'make compare    ELSA as published beside the default, in one table and a plot'
	@echo 'make fpga       CONFIG=elsa-ice40 BOARD=ice40-hx8k [BAUD=115200]: bitstream, figures (fpga/README.md)'
	@echo 'make fuzz       fuzz the two parsers, ten minutes each'
	@echo 'make install    into PREFIX ($(PREFIX))'
	@echo 'make clean      remove $(BUILD)/'
	@echo 'All but install and clean first install what they lack (scripts/bootstrap.sh says what and why).'

demo: bootstrap
	@$(MAKE) --no-print-directory all
	@scripts/demo.sh

test: bootstrap
	@$(MAKE) --no-print-directory all units
	@tests/run.sh

test-long:
	@scripts/bootstrap.sh fuzz
	@$(MAKE) --no-print-directory all units
	@tests/run.sh long

gatesim: CONFIG ?= *-small
gatesim: GATES  ?= all
gatesim: SEEDS  ?= 1
gatesim: bootstrap
	@$(MAKE) --no-print-directory all
	@tests/gatesim.sh $(BUILD)/keysieve '$(CONFIG)' '$(GATES)' '$(SEEDS)'

asic: CONFIG ?= elsa
asic: PDK ?= osu018
asic:
	@scripts/bootstrap.sh asic
	@$(MAKE) --no-print-directory all
	@asic/asic.py $(CONFIG) --pdk $(PDK) --build $(BUILD)/asic --program $(BUILD)/keysieve \
	  $(if $(PERIOD),--period $(PERIOD)) $(if $(filter digits,$(JOB)),--digits) \
	  $(foreach run,$(ACTIVITY),--activity $(run))

bench:
	@scripts/bootstrap.sh bench
	@$(MAKE) --no-print-directory all
	@/usr/bin/python3 -B scripts/bench.py $(BUILD)

compare:
	@scripts/bootstrap.sh compare
	@$(MAKE) --no-print-directory all
	@scripts/compare.py --program $(BUILD)/keysieve --out $(BUILD)/compare

fpga: CONFIG ?= elsa-ice40
fpga: BOARD  ?= ice40-hx8k
fpga: BAUD   ?= 115200
fpga:
	@scripts/bootstrap.sh fpga
	@$(MAKE) --no-print-directory all
	@fpga/flow.py $(CONFIG) $(BOARD) --baud $(BAUD) --build $(BUILD)

fuzz:
	@scripts/bootstrap.sh fuzz
	@tests/fuzz/run.sh

bootstrap:
	@scripts/bootstrap.sh

units: $(UNITS)

$(BUILD)/keysieve: $(PROGRAM) $(BUILD)/harness.a $(BUILD)/generator.a $(BUILD)/libkeysieve.a
	$(CC) -fopenmp $(LDFLAGS) -o $@ $^ $(LIBS)

# More vectors: the model takes two thirds of the time of -O2.
$(MODEL): LEVEL = -O3

$(BUILD)/libkeysieve.a: $(MODEL)
	rm -f $@ && $(AR) rcs $@ $^

# For the program and the tests; not installed.
$(BUILD)/generator.a: $(EMITTER)
	rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/harness.a: $(HARNESS)
	rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/libkeysieve.so: $(MODEL)
	$(CC) -shared -fopenmp $(LDFLAGS) -o $@ $^ -linih -lm

# Always anew: PREFIX may be another one.
$(BUILD)/keysieve.pc: cmodel/keysieve.pc.in cmodel/keysieve.h
	@mkdir -p $(@D)
	@sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' $< > $@

$(BUILD)/embedded.c: gen/embed.sh $(CARRIED)
	@mkdir -p $(@D)
	gen/embed.sh $(CARRIED) > $@.tmp && mv $@.tmp $@

$(BUILD)/obj/embedded.o: $(BUILD)/embedded.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -Igen -c -o $@ $<

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -c -o $@ $<

$(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(HELPERS) $(BUILD)/harness.a $(BUILD)/generator.a $(BUILD)/libkeysieve.a
	@mkdir -p $(@D)
	$(CC) -fopenmp $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include \
	  $(DESTDIR)$(PREFIX)/share/keysieve/configs
	install $(BUILD)/keysieve $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(BUILD)/libkeysieve.a $(BUILD)/libkeysieve.so $(DESTDIR)$(PREFIX)/lib
	install -m 644 $(BUILD)/keysieve.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig
	install -m 644 cmodel/keysieve.h cmodel/config_keys.h $(DESTDIR)$(PREFIX)/include
	install -m 644 configs/*.ini $(DESTDIR)$(PREFIX)/share/keysieve/configs

clean:
	rm -rf $(BUILD)

-include $(patsubst %.o,%.d,$(MODEL) $(EMITTER) $(HARNESS) $(PROGRAM) $(HELPERS)) $(UNITS:$(BUILD)/tests/%=$(BUILD)/obj/tests/%.d)
