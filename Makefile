# pg_sightings: builds, installs and tests as any PGXS extension does. The version
# stands in extension/pg_sightings.control only.

EXTENSION = extension/pg_sightings
EXTVERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" $(srcdir)/$(EXTENSION).control)

MODULE_big = pg_sightings
# The wings, in the order in which they may call one another: each only what stands before it.
MODEL = model change geography calendar text_cursor text_time text text_print derive rederive answers area_gap index_key index_bounds index_search index_shape
TYPE = value sighting presence watch change_ops presence_agg distance postgis change_between row_set report_words
INDEX = index_query presence_btree bounds_gist bounds_sort presence_gist sighting_gist presence_brin presence_scan
PLAN = indexed_functions presence_sample sample_memory presence_selfuncs index_choice change_supportfn presence_typanalyze presence_scanpath part_cost
LEDGER = presence_write ledger_shards ledger_texts ledger_query ledger_known ledger_planning ledger_rights ledger_here ledger_notes ledger_statement ledger_touch \
	ledger_pending ledger_work ledger_looks ledger_classes ledger_keys ledger_evidence ledger_alert ledger_runs ledger_derive ledger_scratch ledger_conflicts \
	ledger_report ledger_subjects ledger_learn ledger_changes ledger_inventory ledger_timeline ledger_elsewhere
# pure C, without a PostgreSQL header: unit-tested and fuzzed without a server
PURE = $(MODEL:%=extension/model/%)
OBJS = $(addsuffix .o,$(PURE) $(TYPE:%=extension/type/%) $(INDEX:%=extension/index/%) \
	$(PLAN:%=extension/plan/%) $(LEDGER:%=extension/ledger/%) extension/pg_sightings)
PGFILEDESC = "pg_sightings - timestamped sightings and what changed between them"

# The install script is these parts, in this order.
PARTS = sighting presence watch presence_selfuncs change_ops presence_btree presence_agg \
	change_between \
	distance bounds_gist presence_gist sighting_gist presence_brin \
	ledger_tables ledger_derive ledger_thorough ledger_checks ledger_load ledger_columns ledger_distribute ledger \
	report_words rows ledger_reports report_rows report_changes report_inventory \
	report_coverage report_usual report_site report_views report_alerts report_movements report_export report_page report_everywhere \
	import_look import_stac import_reading import_detections import_surveys import_flat \
	ledger_upkeep report_help
# The template of a ledger's page and the coast of its map, as functions.
PAGE = extension/page/page.sql
SCRIPT = $(EXTENSION)--$(EXTVERSION).sql

# An update script is what extension/upgrade/ says, and then every function that these
# parts hold, anew: they hold nothing else.
LEDGER_PARTS = $(filter ledger% report_% import_%,$(PARTS))
UPGRADES = $(patsubst $(srcdir)/extension/upgrade/%,extension/%,$(wildcard $(srcdir)/extension/upgrade/*.sql))
DATA_built = $(SCRIPT) $(UPGRADES)
EXTRA_CLEAN = $(PAGE) $(SCRIPT) $(UPGRADES) build results regression.diffs regression.out

# the server's own headers are not ours to warn about
PG_CPPFLAGS = -isystem $(shell $(PG_CONFIG) --includedir-server) \
	-I$(srcdir)/extension $(patsubst %,-I$(srcdir)/extension/%,model type index plan ledger)
# no fused multiply-add: the same distances on every machine; only what SQL calls is exported
PG_CFLAGS = -std=gnu99 -ffp-contract=off -fvisibility=hidden -Wall -Wextra
# Another library may export functions of the same names; linkers that cannot say so do without.
BIND_OWN = -Wl,-Bsymbolic
SHLIB_LINK = -lm $(shell echo "int x;" | $(CC) -shared -fPIC $(BIND_OWN) -x c -o /dev/null - 2> /dev/null && echo $(BIND_OWN))

REGRESS = sighting presence watch change_ops presence_btree presence_agg \
	change_between change_support presence_sample \
	presence_gist sighting_gist presence_brin presence_selfuncs
REGRESS += presence_scan presence_write index_ways index_seconds index_choice change_cases property report_plans catalog
REGRESS_OPTS = --load-extension=postgis --load-extension=ltree --load-extension=pg_sightings
REGRESS_PREP = test-files

# PGXS finds out where the source is: here, or, if make runs in another folder, beside this file.
PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(OBJS): $(wildcard $(srcdir)/extension/*.h $(srcdir)/extension/*/*.h)

parts = $(patsubst %,$(srcdir)/extension/install/%.sql,$(1))

$(PAGE): $(filter-out %/page.sql,$(wildcard $(srcdir)/extension/page/*))
	$(srcdir)/extension/page/make > $@

$(SCRIPT): $(PAGE) $(call parts,$(PARTS)) $(srcdir)/$(EXTENSION).control $(srcdir)/Makefile
	{ printf '%s\n' '\echo Use "CREATE EXTENSION pg_sightings CASCADE" to load this file. \quit'; \
	  cat $(PAGE) $(call parts,$(PARTS)); } > $@

$(UPGRADES): extension/%: $(srcdir)/extension/upgrade/% $(PAGE) $(call parts,$(LEDGER_PARTS)) $(srcdir)/Makefile
	{ cat $<; sed 's/^CREATE FUNCTION /CREATE OR REPLACE FUNCTION /' $(PAGE) $(call parts,$(LEDGER_PARTS)); } > $@

# In another folder what is made needs the folders that it has here, and tests need their data.
FOLDERS = $(addprefix $(CURDIR)/,$(sort $(dir $(OBJS) $(PAGE))))
$(OBJS) $(OBJS:.o=.bc) $(PAGE) $(SCRIPT) $(UPGRADES): | $(FOLDERS)
$(FOLDERS):
	$(MKDIR_P) $@

.PHONY: test-files
test-files:
	[ -e test ] || ln -s $(srcdir)/test test

# Pages and examples lie as they do here, so that links between them hold.
PAGES = $(shell cd $(srcdir) && find README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE doc example -type f ! -path 'doc/site/*' ! -path '*/node_modules/*' \( ! -name '.*' -o -name .env \))
pagesdir = $(docdir)/$(docmoduledir)/pg_sightings

.PHONY: install-pages uninstall-pages
install: install-pages
install-pages:
	for page in $(PAGES); do \
		$(MKDIR_P) "$(DESTDIR)$(pagesdir)/$$(dirname $$page)" && \
		$(INSTALL_DATA) "$(srcdir)/$$page" "$(DESTDIR)$(pagesdir)/$$page" || exit; \
	done
uninstall: uninstall-pages
uninstall-pages:
	rm -rf "$(DESTDIR)$(pagesdir)"
	-rmdir -p "$(DESTDIR)$(docdir)/$(docmoduledir)" 2> /dev/null

# Tests: see test/README.md.
.PHONY: test count quick dist deb bare majors upgrade pg_upgrade valgrind sanitize cassert oom limits warnings calls house print-regress print-pure

test:
	./quickstart test

count:
	@test/count

# What a change is tried with, in half a minute: see doc/development.md.
QUICK_REGRESS = sighting presence watch change_ops presence_btree presence_agg presence_selfuncs change_cases report_plans catalog
QUICK_PGTAP = comments report_example report_changes report_inventory import ledger_refused
quick:
	@mkdir -p build/log; $(MAKE) -s -C test/unit > build/log/quick_unit.log 2>&1 & unit=$$!; \
	REGRESS="$(QUICK_REGRESS)" PGTAP="$(QUICK_PGTAP:%=test/pgtap/%.sql)" ./quickstart test house regress pgtap; code=$$?; \
	wait $$unit || code=1; tail -n 5 build/log/quick_unit.log; exit $$code

# What a version is published as, in build/dist; Debian packages, in build/deb.
dist:
	@test/dist
deb:
	@test/deb

# The heavy ones: a bare Debian 12, other majors, memory.
bare:
	test/bare/run bookworm
	test/bare/package bookworm
majors:
	test/bare/run trixie test
	test/bare/package trixie
	test/bare/run forky test
	test/bare/package forky
	test/bare/next
valgrind sanitize cassert:
	test/memory/run $@
oom:
	test/memory/oom
upgrade:
	test/upgrade
# On several servers, where there is Citus.
.PHONY: citus
citus:
	@./quickstart run test/citus/run

pg_upgrade:
	test/bare/pg_upgrade
# Many ledgers, many classes, other encodings.
limits:
	./quickstart run test/limits/run

# The example as real clients see it; CLIENT=psql for one. Installs them.
.PHONY: clients
clients:
	@./quickstart run test/clients/run $(CLIENT)

# The pages of both examples, in build/page; and what they must do, in a browser.
.PHONY: page page-test coast
page:
	@./quickstart page syria_illustrated suez
page-test:
	@./quickstart run test/page/page
# The coast of their maps, anew from npm's packages; the result is data of the repository.
coast:
	npm install --prefix build/coast --no-audit --no-fund --no-save world-atlas@2.0.2 topojson-client@3.1.0
	extension/page/coast.mjs build/coast/node_modules

# How often what reports say is false of simulated sites, whose true counts are known; also in
# build/calibration.md. SITES=1200 for more.
.PHONY: calibrate
calibrate:
	@./quickstart run test/calibration/run $(SITES)

# The reference, made of the comments in the database, with examples that are run.
.PHONY: reference
reference:
	@./quickstart reference

# The drawing of doc/uncertainty.md, from what a ledger says.
.PHONY: drawing
drawing:
	@./quickstart psql -X -q -c '\! doc/site/drawing > build/uncertainty.svg && cp build/uncertainty.svg doc/uncertainty.svg' < /dev/null

# The pages as HTML, the reference among them, in build/site.
.PHONY: doc
doc: reference
	@doc/site/make build/site build/doc/reference.md

# For pgindent.
.PHONY: typedefs
typedefs:
	@mkdir -p build
	@cat extension/*.h extension/*/*.[ch] | sed -n -e "s/^} \([A-Z][A-Za-z]*\);.*/\1/p" -e "s/^typedef .*(\*\([A-Za-z]*\)).*/\1/p" \
		-e "s/^typedef [^({]* \**\([A-Za-z]*\);.*/\1/p" | sort -u > build/typedefs.list
	@echo build/typedefs.list

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
SECTION = $(if $(PEERS),peers,change)
bench:
	@[ $(SECTION) = peers ] || $(MAKE) -s install DESTDIR=$(CURDIR)/build/pg > /dev/null
	@mkdir -p build/bench
	@case $(SECTION) in \
		change) SIZE=$(SIZE) test/bench/change ;; \
		loading) ./quickstart run test/bench/loading | tee build/bench/loading.md ;; \
		alerts) ./quickstart run test/bench/alerts | tee build/bench/alerts.md ;; \
		reports) SIZE=$(SIZE) test/bench/reports ;; \
		imports) SIZE=$(SIZE) test/bench/imports ;; \
		citus) ./quickstart run test/bench/citus | tee build/bench/citus.md ;; \
		peers) SIZE=$(SIZE) PEERS="$(PEERS)" test/bench/peers ;; \
		costs) ./quickstart run test/bench/costs | tee build/bench/costs.md ;; \
		*) echo "bench: SECTION is change, loading, alerts, reports, imports, citus, peers or costs, not \"$(SECTION)\"" >&2; exit 2 ;; \
	esac

# No C file may cause a warning from either compiler. PGXS's CFLAGS are gcc's own.
WARNED = $(OBJS:%.o=build/warnings/%.gcc) $(OBJS:%.o=build/warnings/%.clang)
warnings:
	@rm -rf build/warnings && mkdir -p $(sort $(dir $(WARNED)))
	@-$(MAKE) -s -k -j2 $(WARNED)
	@passed=$$(find build/warnings -type f | wc -l); failed=$$(($(words $(WARNED)) - passed)); \
	echo "$$passed passed, $$failed failed"; test $$failed -eq 0
build/warnings/%.gcc: %.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -Werror -c -o $@ $<
build/warnings/%.clang: %.c
	$(CLANG) $(CPPFLAGS) $(PG_CFLAGS) -O2 -Werror -c -o $@ $<

# Rules of the house that a script can hold.
house: $(shlib)
	@test/house $(shlib)

# Which C file calls which: only those of its own wing and of wings before it, and none that calls it.
calls: $(OBJS)
	@test/calls $(OBJS)
