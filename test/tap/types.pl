# The types leave a database and come back the same: dump, restore, binary COPY, replay.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
my $dir = PostgreSQL::Test::Utils::tempdir();

# Everything a user may hang on the types. Seeded: no clock, no random().
my $setup = <<'SQL';
CREATE EXTENSION pg_sightings CASCADE;
CREATE SCHEMA base;
CREATE DOMAIN base.seen AS presence CHECK (count_min(VALUE) >= 1);
CREATE TYPE base.pair AS (before presence, after presence);
CREATE TABLE base.run (
	id int PRIMARY KEY,
	one sighting,
	run presence,
	runs presence[],
	sure base.seen,
	pair base.pair,
	question watch DEFAULT watch('2024-12-05Z', '2024-12-13Z', 35, 34, 37, 36),
	since timestamptz GENERATED ALWAYS AS (first_seen(run)) STORED,
	CHECK (count_max(run) IS NULL OR count_max(run) < 1000));
INSERT INTO base.run (id, one, run)
SELECT i,
	sighting(t + interval '1 day', lon, lat, i % 5, CASE WHEN i % 3 > 0 THEN i % 5 + i % 4 END),
	presence(CASE WHEN i % 7 > 0 THEN t ELSE '-infinity' END, t + interval '1 day 0.000001 s',
		t + interval '3 days', CASE WHEN i % 4 > 0 THEN t + interval '4 days' ELSE 'infinity' END,
		ST_SetSRID(ST_MakePoint(lon, lat), 4326), int4range(i % 5 + 1, i % 5 + 2 + i % 4))
FROM (SELECT i, '2024-01-01Z'::timestamptz + i * 7919 % 100000 * interval '997 s' AS t,
		(i * 7907 % 360000) / 1000.0 - 180 AS lon, (i * 6271 % 180000) / 1000.0 - 90 AS lat
	FROM generate_series(1, 2000) AS i) AS seeded;
INSERT INTO base.run (id, run) VALUES
	(0, '1.. POINT(180 -90)@(-infinity, [4713-01-01 00:00:00+00 BC, 294276-12-31 00:00:00+00], infinity)');
UPDATE base.run SET runs = ARRAY[run, NULL, run], sure = run, pair = ROW(run, NULL);
CREATE INDEX run_arrival ON base.run (run);
CREATE INDEX run_place ON base.run USING gist (run);
CREATE INDEX run_partial ON base.run (id) WHERE run <~> watch('2024-12-05Z', '2024-12-13Z');
CREATE INDEX run_hash ON base.run USING hash (one);
CREATE VIEW base.changed AS
SELECT id, verdict(run, question), run @> '2024-12-13Z'::timestamptz AS there FROM base.run WHERE run <~> question;
CREATE MATERIALIZED VIEW base.sums AS
SELECT id % 3 AS part, net_change(run, question), inventory(run, '2024-12-13Z'), presences(one) AS runs
FROM base.run GROUP BY part;
CREATE FUNCTION base.arrived_ids(w watch) RETURNS SETOF int LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT id FROM base.run WHERE run @+ w;
END;
SQL

my $look = <<'SQL';
SELECT * FROM base.run ORDER BY id;
SELECT * FROM base.changed ORDER BY id;
SELECT * FROM base.sums ORDER BY part;
SELECT * FROM base.arrived_ids(watch('2024-02-01Z', '2024-03-01Z')) ORDER BY 1;
SELECT indexdef FROM pg_indexes WHERE schemaname = 'base' ORDER BY 1;
SQL

$node->safe_psql('postgres', 'CREATE DATABASE origin');
$node->safe_psql('origin', $setup);
my $expected = $node->safe_psql('origin', $look);
cmp_ok(length $expected, '>', 100_000, 'there is something to compare');

sub comes_back
{
	my ($name, $database) = @_;
	is($node->safe_psql($database, $look) eq $expected, 1, "$name: everything came back");
	is($node->safe_psql($database, <<'SQL'), '0', "$name: the index agrees with the scan");
SET enable_seqscan = off;
CREATE TEMP TABLE by_index AS SELECT id FROM base.run WHERE run && watch('2024-02-01Z', '2024-03-01Z', -60, -60, 60, 60);
RESET enable_seqscan;
SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off;
CREATE TEMP TABLE by_scan AS SELECT id FROM base.run WHERE run && watch('2024-02-01Z', '2024-03-01Z', -60, -60, 60, 60);
SELECT count(*) FROM ((TABLE by_index EXCEPT ALL TABLE by_scan) UNION ALL (TABLE by_scan EXCEPT ALL TABLE by_index)) AS d;
SQL
	return;
}

sub new_database
{
	my $name = shift;
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	return $name;
}

# pg_dump, all forms
$node->command_ok([ 'pg_dump', '-f', "$dir/plain.sql", $node->connstr('origin') ], 'dump, plain');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/plain.sql",
		'-d', $node->connstr(new_database('plain')) ], 'restore, plain');
comes_back('plain', 'plain');

$node->command_ok([ 'pg_dump', '--inserts', '-f', "$dir/inserts.sql", $node->connstr('origin') ], 'dump, inserts');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/inserts.sql",
		'-d', $node->connstr(new_database('inserts')) ], 'restore, inserts');
comes_back('inserts', 'inserts');

$node->command_ok([ 'pg_dump', '-Fc', '-f', "$dir/custom", $node->connstr('origin') ], 'dump, custom');
$node->command_ok([ 'pg_restore', '-e', '-d', $node->connstr(new_database('custom')), "$dir/custom" ],
	'restore, custom');
comes_back('custom', 'custom');
$node->command_ok([ 'pg_restore', '-e', '--clean', '--if-exists', '-d', $node->connstr('custom'), "$dir/custom" ],
	'restore over itself with --clean');
comes_back('clean', 'custom');

$node->command_ok([ 'pg_dump', '-Fd', '-j2', '-f', "$dir/directory", $node->connstr('origin') ], 'dump, directory');
$node->command_ok([ 'pg_restore', '-e', '-j2', '-d', $node->connstr(new_database('parallel')), "$dir/directory" ],
	'restore, two jobs');
comes_back('parallel', 'parallel');

new_database('halves');
for my $half ('--section=pre-data', '--section=data', '--section=post-data')
{
	$node->command_ok([ 'pg_restore', '-e', $half, '-d', $node->connstr('halves'), "$dir/custom" ], "restore, $half");
}
comes_back('sections', 'halves');

# COPY, binary and text, under any DateStyle and TimeZone
for my $format ('binary', 'text', 'csv')
{
	my $settings = "SET DateStyle = 'German'; SET TimeZone = 'America/St_Johns'; SET IntervalStyle = 'sql_standard';";
	my $differ = $node->safe_psql('origin', <<"SQL");
CREATE TABLE copied AS SELECT id, one, run, runs, sure, pair, question FROM base.run WITH NO DATA;
$settings
COPY base.run (id, one, run, runs, sure, pair, question) TO '$dir/copied.$format' (FORMAT $format);
RESET ALL;
COPY copied FROM '$dir/copied.$format' (FORMAT $format);
SELECT count(*) FROM base.run r FULL JOIN copied c USING (id)
WHERE ROW(r.one, r.run, r.runs, r.sure, r.pair)::text IS DISTINCT FROM ROW(c.one, c.run, c.runs, c.sure, c.pair)::text
	OR r.question::text IS DISTINCT FROM c.question::text;
DROP TABLE copied;
SQL
	is($differ, '0', "COPY $format: the same values");
}

# the server falls and replays what was written ahead
$node->safe_psql('origin', 'INSERT INTO base.run (id, run) SELECT id + 10000, run FROM base.run;
	DELETE FROM base.run WHERE id >= 10000;');
$node->stop('immediate');
$node->start;
comes_back('recovery', 'origin');

$node->stop;
done_testing();
