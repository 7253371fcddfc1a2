#!/bin/bash
#
# change.sh: how fast the change operator is beside what stock PostgreSQL offers.
# Called by `make bench SECTION=change SIZE=1M|10M`; see test/bench/README.md.
#
# Makes a server of its own (nothing installed is touched), whose data it keeps, so that
# a second run only asks. Prints the report and leaves it in build/bench.

set -eu -o pipefail
cd "$(dirname "$0")"
top=$(cd ../.. && pwd)

size=${SIZE:-1M}
methods=${METHODS:-ours,a,b,c,d,f,e,g}
cells=${CELLS:-%}				# LIKE pattern of "question area days"
rebuild=${REBUILD:-}			# methods to make anew, though they are there
dir=${BENCH_DATA:-$top/build/bench/data}
out=$top/build/bench
bin=$(${PG_CONFIG:-pg_config} --bindir)

case $size in
	1M) installations=2000 ;;
	10M) installations=20000 ;;
	*) echo "bench: SIZE is 1M or 10M, not \"$size\"" >&2; exit 2 ;;
esac
# the log of 20,000 installations has 200 million rows
if [ "$size" != 1M ]; then
	methods=${methods//,[eg]/}
fi

settings=(shared_buffers=2GB work_mem=64MB maintenance_work_mem=512MB jit=off max_parallel_workers_per_gather=0
	max_parallel_maintenance_workers=0 random_page_cost=1.1 effective_cache_size=8GB max_wal_size=16GB fsync=off
	synchronous_commit=off autovacuum=off checkpoint_timeout=1h timezone=UTC)

# A server does not run as root.
as_server()
{
	if [ "$(id -u)" = 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

start_server()
{
	local options="-c listen_addresses='' -c unix_socket_directories='$dir' -c port=5499 -c extension_destdir='$top/debian/pg'"
	local setting
	for setting in "${settings[@]}"; do
		options+=" -c $setting"
	done
	mkdir -p "$dir" "$out"
	if [ "$(id -u)" = 0 ]; then
		chown postgres "$dir"
	fi
	[ -d "$dir/pg" ] || as_server "$bin/initdb" -D "$dir/pg" -E UTF8 --locale=C -A trust -U postgres > "$dir/initdb.log"
	as_server "$bin/pg_ctl" -D "$dir/pg" -l "$dir/server.log" -o "$options" -w start > /dev/null
	trap 'as_server "$bin/pg_ctl" -D "$dir/pg" -m fast -w stop > /dev/null' EXIT
}

sql()
{
	psql -XqAt "$@"
}

has()
{
	[ "$(sql -c "SELECT to_regclass('bench.$1') IS NOT NULL")" = t ]
}

make_data()
{
	if [ "$(sql -d postgres -c "SELECT count(*) FROM pg_database WHERE datname = '$PGDATABASE'")" = 0 ]; then
		createdb "$PGDATABASE"
	fi
	sql -c 'CREATE EXTENSION IF NOT EXISTS postgis' -c 'CREATE EXTENSION IF NOT EXISTS btree_gist'
	if ! has stay; then
		echo "bench: making the data" >&2
		sql -c 'DROP SCHEMA IF EXISTS bench CASCADE'
		sql -v installations=$installations -f change_data.sql >&2
	fi
	sql -f change_methods.sql
}

# Ours is made anew whenever the library is newer than it.
make_methods()
{
	local library=$top/pg_sightings.so stamp=$dir/ours_$size method
	if [ "$library" -nt "$stamp" ] && grep -qw ours <<< "$methods"; then
		sql -c 'DROP EXTENSION IF EXISTS pg_sightings CASCADE' -c 'DROP TABLE IF EXISTS bench.m_ours' \
			-c 'CREATE EXTENSION pg_sightings CASCADE'
	fi
	for method in ${methods//,/ }; do
		if [ "$method" != g ] && { ! has "m_$method" || grep -qw "$method" <<< "$rebuild"; }; then
			echo "bench: making $method" >&2
			sql -v method="$method" -f change_load.sql
		fi
	done
	touch "$stamp"
}

export PGHOST=$dir PGPORT=5499 PGUSER=postgres PGDATABASE=bench_${size,,}
export PGOPTIONS='-c client_min_messages=warning'
start_server
make_data
make_methods
echo "bench: inserting" >&2
sql -v methods=ours,b,f -f change_insert.sql
echo "bench: asking" >&2
sql -v methods="$methods" -v cells="$cells" -f change_run.sql
sql -f change_cells.sql > "$out/change_$size.csv"
other=()
if [ "$size" = 10M ] && [ -f "$out/change_1M.csv" ]; then
	export BENCH_OTHER=$out/change_1M.csv
	other=(-v other=1)
fi
sql -v size="$size" -v settings="${settings[*]}" ${other[@]+"${other[@]}"} -f change_report.sql | tee "$out/change_$size.md"
