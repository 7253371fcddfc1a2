# A reader has begun, VACUUM removes what was deleted before that and marks the pages of the table,
# and the reader goes on: it must not return what was deleted. PostgreSQL's own index-only scan of
# GiST does. On a primary and on a replica, by PresenceScan and by whatever else is planned.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', "autovacuum = off\nfsync = off\njit = off\nmax_parallel_workers_per_gather = 0\n");
$primary->start;
$primary->safe_psql('postgres', <<'SQL');
CREATE EXTENSION pg_sightings CASCADE;
CREATE FUNCTION stays() RETURNS TABLE (i int, run presence) LANGUAGE sql AS $$
	SELECT i, presence('-infinity', '2024-01-01Z', '2024-02-01Z', 'infinity',
		CASE WHEN i <= 20 THEN ST_SetSRID(ST_MakePoint(3.1, 3.1), 4326) ELSE ST_SetSRID(ST_MakePoint(i % 83 / 10.0, i % 71 / 10.0), 4326) END, 1)
	FROM generate_series(1, 4000) AS i
$$;
CREATE TABLE whole (i int, run presence);
CREATE INDEX ON whole USING gist (run) INCLUDE (i);
CREATE TABLE part (i int, run presence);
CREATE INDEX ON part USING gist (run) INCLUDE (i) WHERE i > 0;
CREATE TABLE parted (i int, run presence) PARTITION BY RANGE (i);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (2000);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (2000) TO (10000);
CREATE INDEX ON parted USING gist (run) INCLUDE (i);
CREATE TABLE seen (i int, one sighting);
CREATE INDEX ON seen USING gist (one) INCLUDE (i);
CREATE TABLE twice (i int, run presence);
CREATE INDEX ON twice USING gist (run) INCLUDE (i, run);
-- Reads three rows of each, runs the command, and reads the rest. (Not by cursors that are declared: these
-- are told which version of a row they stand on, so each is fetched.)
CREATE FUNCTION read_all(names text[], queries text[], command text) RETURNS TABLE (name text, i int) LANGUAGE plpgsql AS $$
DECLARE
	n int := 0;
BEGIN
	name := names[1];
	FOR i IN EXECUTE queries[1] LOOP
		RETURN NEXT;
		n := n + 1;
		IF n = 3 AND cardinality(queries) > 1 THEN
			RETURN QUERY SELECT * FROM read_all(names[2:], queries[2:], command);
		ELSIF n = 3 THEN
			EXECUTE format('COPY (SELECT 1) TO PROGRAM %L', command);
			WHILE pg_is_in_recovery() AND pg_last_wal_replay_lsn() < trim(pg_read_file(current_setting('test.lsn')), E'\n')::pg_lsn LOOP
				PERFORM pg_sleep(0.01);
			END LOOP;
		END IF;
	END LOOP;
END $$;
CREATE TABLE question (w watch);
INSERT INTO question VALUES (watch('2024-01-01Z', '2024-03-01Z', 1, 1, 3, 3)), (watch('2024-01-01Z', '2024-03-01Z', 4, 4, 7, 6));
ANALYZE question;
SQL
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

my $point = "'SRID=4326;POINT(3.1 3.1)'";
my $watch = "'[2024-01-01 00:00:00Z, 2024-03-01 00:00:00Z] BOX(1 1, 7 6)'";
my %query = (
	'any order' => "SELECT i FROM whole WHERE run && $watch",
	'nearest' => "SELECT i FROM whole ORDER BY run <-> $point",
	'nearest of some' => "SELECT i FROM whole WHERE run && $watch ORDER BY run <-> $point",
	'a part' => "SELECT i FROM part WHERE i > 0 AND run && $watch",
	'nearest of a part' => "SELECT i FROM part WHERE i > 0 ORDER BY run <-> $point",
	'partitions, a row at a time' => 'SELECT i FROM question JOIN parted ON run && w',
	'nearest of partitions' => "SELECT i FROM parted ORDER BY run <-> $point",
	'sightings' => "SELECT i FROM seen WHERE one && $watch",
	'nearest sightings' => "SELECT i FROM seen ORDER BY one <-> $point",
	'included too' => "SELECT i FROM twice WHERE run && $watch",
);
my $lsn = PostgreSQL::Test::Utils::tempdir . '/lsn';

for my $node ($primary, $standby)
{
	# A replica waits with VACUUM's changes to a page of the table while a cursor stands on a row of it: so it
	# stands where nothing is deleted. In what order others read is not told.
	my @names = grep { $node == $primary || /^nearest/ && !/partitions/ } sort keys %query;
	for my $own ('on', 'off')
	{
		$primary->safe_psql('postgres', join('', map { "TRUNCATE $_; INSERT INTO $_ SELECT * FROM stays();\n" } qw(whole part parted twice))
			. "TRUNCATE seen; INSERT INTO seen SELECT i, sighting(first_seen(run), location(run), 1) FROM stays();\n");
		$primary->safe_psql('postgres', 'VACUUM ANALYZE');
		$primary->safe_psql('postgres', join('', map { "DELETE FROM $_ WHERE i % 2 = 0 AND i > 600;\n" } qw(whole part parted twice seen)));
		$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));

		my $vacuum = "psql -X -d '" . $primary->connstr('postgres') . "' -Atq -c";
		my $script = <<"SQL";
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_material = off;
SET pg_sightings.enable_presence_scan = $own;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SQL
		$script .= "\\echo plan of $_\nEXPLAIN (COSTS OFF) $query{$_};\n" for @names;
		my $names = join ', ', map { "'$_'" } @names;
		my $queries = join ', ', map { "\$q\$$query{$_}\$q\$" } @names;
		my $command = "$vacuum 'VACUUM whole, part, parted, twice, seen' && $vacuum 'SELECT pg_current_wal_insert_lsn()' > $lsn";
		$script .= <<"SQL";
SET test.lsn = '$lsn';
SELECT 'got of ' || name || chr(10) || string_agg(i::text, chr(10)) FROM read_all(ARRAY[$names], ARRAY[$queries], \$c\$$command\$c\$) GROUP BY name;
SQL
		$script .= "SET LOCAL enable_seqscan = on; SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off;\n";
		$script .= "\\echo there of $_\n$query{$_};\n" for @names;
		my ($code, $out, $err) = $node->psql('postgres', $script);
		my $where = ($node == $primary ? 'primary' : 'replica') . ", PresenceScan $own";
		is($err, '', "$where: no error");

		my %said;
		my $of;
		for my $line (split /\n/, $out)
		{
			if ($line =~ /^(plan|got|there) of (.*)/) { $of = $said{$2}{$1} //= []; }
			else { push @$of, $line; }
		}
		for my $name (@names)
		{
			my ($plan, $got, $there) = map { $said{$name}{$_} } qw(plan got there);
			my $same = join(' ', sort @$got) eq join(' ', sort @$there);
			ok($same && @$there > 100 && "@$plan" !~ /Index Only/, "$where: $name")
				or diag(scalar(@$got) . ' instead of ' . scalar(@$there) . ":\n" . join("\n", @$plan));
			is("@$plan" =~ /PresenceScan/ ? 'on' : 'off', $own, "$where: $name is read so");
		}
	}

	# of who asks for no condition, in a session that has not used the extension yet
	for my $query ('SELECT i FROM whole', 'SELECT count(*) FROM whole', 'SELECT count(*) FROM part WHERE i > 0', 'SELECT 1 FROM parted', 'SELECT run FROM twice')
	{
		unlike($node->safe_psql('postgres', "SET enable_seqscan = off; EXPLAIN $query"), qr/Index Only/, "$query: no index-only scan of a tree");
	}
}

$standby->stop;
$primary->stop;
done_testing();
