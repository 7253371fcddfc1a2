# Indexes that a released library built are read and written by the present one, which may
# lay out new ones otherwise: after ALTER EXTENSION ... UPDATE each answers as a sequential
# scan does, as it was, and after inserts, updates, deletes and vacuum.

use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

my %index = (
	p_place => 'gist (run) INCLUDE (i)', p_time => 'gist (run presence_gist_time_ops)',
	p_brin => 'brin (run) WITH (pages_per_range = 4)', s_place => 'gist (seen)', s_brin => 'brin (seen) WITH (pages_per_range = 4)');

# The column of a table, its type, the rows it gets, and the operators to ask.
sub kind_of
{
	my ($table) = @_;
	return ('seen', 'sighting', 'some_sightings', '&&') if $table =~ /^s/;
	return ('run', 'presence', 'some_presences', '<~>', '@+', '@-', '@=', '@~', '&&');
}

# Which library the extension's functions are in: sessions that begin later load that one.
sub use_library
{
	my ($database, $from, $to) = @_;
	return $node->safe_psql($database, "WITH moved AS (UPDATE pg_proc SET probin = '$to' WHERE probin = '$from' RETURNING 1) SELECT count(*) > 100 FROM moved");
}

# Half of each table is there when its index is built, half is inserted.
sub make_tables
{
	my ($database) = @_;
	my $sql = "\\i $FindBin::RealBin/../cases/index_rows.sql\nDELETE FROM question WHERE id % 4 > 0;\n";
	for my $table (sort keys %index)
	{
		my ($column, $type, $rows) = kind_of($table);
		$sql .= "CREATE TABLE $table (i int, $column $type);\n"
			. "INSERT INTO $table SELECT * FROM $rows(1, 800);\n"
			. "CREATE INDEX ON $table USING $index{$table};\n"
			. "INSERT INTO $table SELECT * FROM $rows(801, 1600);\n";
	}
	$node->safe_psql($database, $sql . "VACUUM ANALYZE;\n");
	return;
}

# Every operator, by index and by scan, and whether the index is used.
sub same_as_scan
{
	my ($database, $when) = @_;
	for my $table (sort keys %index)
	{
		my ($column, undef, undef, @operators) = kind_of($table);
		my $operators = join ', ', map { "('$_', 'q.w')" } @operators;
		my $found = $node->safe_psql($database, <<"SQL");
SET jit = off;
TRUNCATE operator;
INSERT INTO operator VALUES $operators;
SET enable_seqscan = off;
SELECT bool_and(scan !~ 'Seq Scan') FROM (SELECT scan_of('SELECT FROM $table WHERE $column && ''[2024-05-01 00:00:00Z, 2024-05-09 00:00:00Z]''::watch') AS scan) AS x;
SELECT count(*), sum(missed), sum(made_up), sum(answers) > 500 FROM compare_index('$table', '$column');
SQL
		is($found, 't' . "\n" . @operators . '|0|0|t', "$when: $table, index = scan");
	}
	return;
}

# those whose libraries were built; see test/tap/run
my @released = split ' ', $ENV{RELEASED};

SKIP:
{
	skip 'no version that was released before has a tag', 1 if !@released;
	for my $version (@released)
	{
		my $database = "from_$version" =~ tr/./_/r;
		my $library = "$ENV{TESTDIR}/pg_sightings_$version.so";
		$node->safe_psql('postgres', "CREATE DATABASE $database");
		$node->safe_psql($database, "CREATE EXTENSION pg_sightings VERSION '$version' CASCADE");
		my $present = $node->safe_psql($database, "SELECT probin FROM pg_proc WHERE proname = 'presence_gist_consistent'");
		is(use_library($database, $present, $library), 't', "$version: its own library is used");
		make_tables($database);
		same_as_scan($database, "$version: by its own library");
		is(use_library($database, $library, $present), 't', "$version: the present library is used");
		$node->safe_psql($database, 'ALTER EXTENSION pg_sightings UPDATE');
		same_as_scan($database, "$version: updated");
		my $changes = '';
		for my $table (sort keys %index)
		{
			my ($column, undef, $rows) = kind_of($table);
			$changes .= "INSERT INTO $table SELECT * FROM $rows(1601, 2000);\n"
				. "DELETE FROM $table WHERE i % 3 = 0;\nVACUUM $table;\n"
				. "UPDATE $table SET $column = x.$column FROM $rows(5000, 7200) AS x WHERE x.i = $table.i + 5000 AND $table.i % 4 = 0;\n"
				. "INSERT INTO $table SELECT * FROM $rows(2001, 2200);\n";
		}
		# vacuumed, so that index-only scans return what the index holds
		$node->safe_psql($database, $changes . "VACUUM ANALYZE;\n");
		same_as_scan($database, "$version: written to");
		$node->safe_psql($database, 'REINDEX DATABASE ' . $database);
		same_as_scan($database, "$version: reindexed");
	}
}

$node->stop;
done_testing();
