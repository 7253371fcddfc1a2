# pg_sightings: builds, installs and tests as any PGXS extension does. The version
# stands in extension/pg_sightings.control only.

EXTENSION = extension/pg_sightings
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" $(EXTENSION).control)

MODULE_big = pg_sightings
# The wings, in the order in which they may call one another: each only what stands before it.
MODEL = model change geography calendar text_cursor text_time text text_print derive rederive answers area_gap index_key index_bounds index_search index_shape
TYPE = value sighting presence watch change_ops presence_agg distance postgis change_between row_set report_words
INDEX = index_query presence_btree bounds_gist bounds_sort presence_gist sighting_gist presence_brin presence_scan
PLAN = indexed_functions presence_bounds presence_sample sample_memory presence_selfuncs index_choice change_supportfn presence_typanalyze presence_scanpath
LEDGER = presence_write ledger_texts ledger_query ledger_known ledger_planning ledger_rights ledger_notes ledger_statement ledger_touch \
	ledger_pending ledger_work ledger_looks ledger_classes ledger_keys ledger_evidence ledger_alert ledger_runs ledger_derive ledger_scratch \
	ledger_report ledger_subjects ledger_learn ledger_changes ledger_inventory ledger_timeline
# pure C, without a PostgreSQL header: unit-tested and fuzzed without a server
PURE = $(MODEL:%=extension/model/%)
OBJS = $(addsuffix .o,$(PURE) $(TYPE:%=extension/type/%) $(INDEX:%=extension/index/%) \
	$(PLAN:%=extension/plan/%) $(LEDGER:%=extension/ledger/%))
PGFILEDESC = "pg_sightings - timestamped sightings and what changed between them"

# The install script is these parts, in this order.
PARTS = sighting presence watch presence_selfuncs change_ops presence_btree presence_agg \
	change_between \
	distance bounds_gist presence_gist sighting_gist presence_brin \
	ledger_tables ledger_derive ledger_thorough ledger_checks ledger_columns ledger \
	report_words ledger_reports report_changes report_inventory \
	report_coverage report_usual report_site report_views report_alerts report_movements report_export \
	import_look import_stac import_detections import_surveys
SCRIPT = $(EXTENSION)--$(EXTVERSION).sql

# An update script is what extension/upgrade/ says, and then every function that these
# parts hold, anew: they hold nothing else.
LEDGER_PARTS = $(filter ledger% report_% import_%,$(PARTS))
UPGRADES = $(patsubst extension/upgrade/%,extension/%,$(wildcard extension/upgrade/*.sql))
DATA_built = $(SCRIPT) $(UPGRADES)
EXTRA_CLEAN = $(SCRIPT) $(UPGRADES) debian build

# the server's own headers are not ours to warn about
PG_CPPFLAGS = -isystem $(shell $(PG_CONFIG) --includedir-server) \
	-Iextension $(patsubst %,-Iextension/%,model type index plan ledger)
# no fused multiply-add: the same distances on every machine
PG_CFLAGS = -std=gnu99 -ffp-contract=off -Wall -Wextra
SHLIB_LINK = -lm -Wl,-Bsymbolic

REGRESS = sighting presence watch change_ops presence_btree presence_agg \
	change_between change_support presence_sample \
	presence_gist sighting_gist presence_brin presence_selfuncs
REGRESS += presence_scan presence_write index_ways index_seconds index_choice change_cases property report_plans catalog
REGRESS_OPTS = --load-extension=postgis --load-extension=ltree --load-extension=pg_sightings

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(OBJS): $(wildcard extension/*.h extension/*/*.h)

$(SCRIPT): $(PARTS:%=extension/install/%.sql) $(EXTENSION).control Makefile
	{ printf '%s\n' '\echo Use "CREATE EXTENSION pg_sightings CASCADE" to load this file. \quit'; \
	  cat $(PARTS:%=extension/install/%.sql); } > $@

$(UPGRADES): extension/%: extension/upgrade/% $(LEDGER_PARTS:%=extension/install/%.sql) Makefile
	{ cat $<; sed 's/^CREATE FUNCTION /CREATE OR REPLACE FUNCTION /' $(LEDGER_PARTS:%=extension/install/%.sql); } > $@

# Tests: see test/README.md.
.PHONY: test count bare majors pg_upgrade valgrind sanitize cassert oom limits warnings calls print-regress print-pure

test:
	./quickstart test

count:
	@test/count

# The heavy ones: a bare Debian 12, other majors, memory.
bare:
	test/bare/run bookworm
majors:
	test/bare/run trixie test
	test/bare/run forky test
	test/bare/next
valgrind sanitize cassert:
	test/memory/run $@
oom:
	test/memory/oom
pg_upgrade:
	test/bare/pg_upgrade
# Many ledgers, many classes, other encodings.
limits:
	./quickstart run test/limits/run

# The example as real clients see it; CLIENT=psql for one. Installs them.
.PHONY: clients
clients:
	@./quickstart run test/clients/run $(CLIENT)

# How often what reports say is false of simulated sites, whose true counts are known; also in
# build/calibration.md. SITES=1200 for more.
.PHONY: calibrate
calibrate:
	@./quickstart run test/calibration/run $(SITES)

# The reference, made of the comments in the database.
.PHONY: reference
reference:
	@mkdir -p build/doc
	@./quickstart run psql -X -q -v ON_ERROR_STOP=1 -c 'SET client_min_messages = warning' \
		-c 'CREATE EXTENSION pg_sightings CASCADE' \
		-o build/doc/reference.md -f doc/reference.sql
	@echo build/doc/reference.md

print-regress:
	@echo $(REGRESS)
print-pure:
	@echo $(PURE)

# Coverage-guided, with clang, for FUZZ_SECONDS (60) in all.
.PHONY: fuzz
fuzz:
	$(MAKE) -s -C test/fuzz

# Figures, as Markdown; also in build/bench. See test/bench/README.md.
.PHONY: bench
SECTION = change
bench:
	@$(MAKE) -s install DESTDIR=$(CURDIR)/debian/pg > /dev/null
	@mkdir -p build/bench
	@case $(SECTION) in \
		change) SIZE=$(SIZE) test/bench/change ;; \
		loading) ./quickstart run test/bench/loading | tee build/bench/loading.md ;; \
		alerts) ./quickstart run test/bench/alerts | tee build/bench/alerts.md ;; \
		reports) SIZE=$(SIZE) test/bench/reports ;; \
		*) echo "bench: SECTION is change, loading, alerts or reports, not \"$(SECTION)\"" >&2; exit 2 ;; \
	esac

# No C file may cause a warning from either compiler. PGXS's CFLAGS are gcc's own.
warnings:
	@passed=0; failed=0; \
	check() { if "$$@"; then passed=$$((passed + 1)); else failed=$$((failed + 1)); fi; }; \
	for c in $(OBJS:.o=.c); do \
		check $(CC) $(CPPFLAGS) $(CFLAGS) -Werror -c -o /dev/null $$c; \
		check $(CLANG) $(CPPFLAGS) $(PG_CFLAGS) -O2 -Werror -c -o /dev/null $$c; \
	done; \
	echo "$$passed passed, $$failed failed"; test $$failed -eq 0

# Which C file calls which: only those of its own wing and of wings before it, and none that calls it.
calls: $(OBJS)
	@test/calls $(OBJS)
