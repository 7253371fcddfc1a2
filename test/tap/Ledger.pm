# What the TAP tests of the ledger share: seeded loads, and the questions asked after them.

package Ledger;

use strict;
use warnings;
use Exporter 'import';
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(make_ledger load_sql start_loader ended nothing_lost same_as_scan sound answers);

my $installations = 12;
my @classes = qw(aircraft.transport.il76 aircraft.transport.an124 aircraft.helicopter.ka52 ship.frigate);

sub make_ledger
{
	my ($node, $database, $name) = @_;
	my $paths = join(', ', map { "('$_', '$_')" } @classes);
	$node->safe_psql($database, <<"SQL");
CREATE EXTENSION IF NOT EXISTS pg_sightings CASCADE;
SELECT create_ledger('$name');
INSERT INTO $name.source (name) VALUES ('satellite');
INSERT INTO $name.asset_class (path, name) VALUES $paths;
INSERT INTO $name.installation (name, location)
SELECT 'site ' || i, ST_SetSRID(ST_MakePoint(-180 + 29.7 * i, 40 - 5 * i), 4326)
FROM generate_series(1, $installations) AS i;
SQL
	return;
}

# The n-th load of a loader: one observation with its sightings, in one transaction; now
# and then a correction or a retraction of an earlier one. Loads arrive out of order of
# time. No clock, no random numbers.
sub load_sql
{
	my ($name, $loader, $n) = @_;
	my $key = $loader * 100_000 + $n;
	my $hash = ($key * 7919) % 10_007;
	my $site = 1 + $hash % $installations;
	my $hours = ($hash * 37) % 8760;
	my $complete = $hash % 4 ? 'complete' : 'partial';
	my $sql = <<"SQL";
BEGIN;
INSERT INTO $name.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
SELECT installation_id, $key, '2024-01-01Z'::timestamptz + $hours * interval '1 hour', source_id, '$complete', '{aircraft}'
FROM $name.installation, $name.source WHERE installation.name = 'site $site';
SQL
	for my $i (0 .. $#classes)
	{
		my $count = int($hash / (3 + $i)) % 4;
		next if !$count;
		my $designation = $count == 1 && $i < 2 ? "'RA-" . ($hash % 5) . "'" : 'NULL';
		$sql .= <<"SQL";
INSERT INTO $name.sighting (installation_id, observation_id, asset_class_id, designation, count)
SELECT installation_id, observation_id, asset_class_id, $designation, '[$count,$count]'
FROM $name.observation, $name.asset_class WHERE observation_id = $key AND path = '$classes[$i]';
SQL
	}
	my $earlier = $loader * 100_000 + int($n / 2);
	$sql .= "UPDATE $name.sighting SET count = '[2,3]' WHERE observation_id = $earlier AND designation IS NULL;\n"
		if $n % 5 == 0;
	$sql .= "UPDATE $name.observation SET retracted_at = recorded_at, retraction_reason = 'test' WHERE observation_id = $earlier;\n"
		if $n % 11 == 0;
	$sql .= "DELETE FROM $name.sighting WHERE observation_id = $earlier;\n" if $n % 13 == 0;
	return $sql . "COMMIT;\n\\echo done $n\n";
}

# A session that loads, and says of each load that it was acknowledged, for longer than any
# server lives here.
sub start_loader
{
	my ($node, $database, $name, $key) = @_;
	my $files = PostgreSQL::Test::Utils::tempdir() . "/$key";
	open(my $file, '>', "$files.sql") or die;
	print $file load_sql($name, $key, $_) for 1 .. 3000;
	close($file);
	return { key => $key, files => $files,
		run => IPC::Run::start([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr($database),
				'-f', "$files.sql" ], '<', '/dev/null', '>', "$files.out", '2>', "$files.err") };
}

# The session has ended, since its server has.
sub ended
{
	my $loader = shift;
	$loader->{run}->finish;
	return;
}

# All that was acknowledged to the loader is there, and nothing else but at most the one load
# whose acknowledgement was lost. Returns how many loads that were.
sub nothing_lost
{
	my ($node, $database, $name, $loader, $when) = @_;
	my $done = () = slurp_file("$loader->{files}.out") =~ /^done \d+$/mg;
	my $first = $loader->{key} * 100_000;
	is($node->safe_psql($database, "SELECT count(*) FROM $name.observation
		WHERE observation_id > $first AND observation_id <= $first + $done"), $done, "$when: all that was acknowledged is there");
	cmp_ok($node->safe_psql($database, "SELECT count(*) FROM $name.observation
		WHERE observation_id > $first + $done AND observation_id < $first + 100000"), '<=', 1, "$when: and nothing that was not asked for");
	like(slurp_file("$loader->{files}.err"), qr/server closed the connection|terminating connection|connection to server|^$/,
		"$when: only the server's end stopped it");
	return $done;
}

# The ledger is what its evidence says, and nothing waits to be derived.
sub sound
{
	my ($node, $database, $name, $when) = @_;
	is($node->safe_psql($database, "SELECT count(*) FROM $name.verify()"), '0', "$when: verify() finds nothing");
	return;
}

# By index and by scan, a question of each kind.
sub same_as_scan
{
	my ($node, $database, $name, $when) = @_;
	my $rows = join("\nUNION ALL\n", map {
		my $operator = $_;
		map { "SELECT '$operator $_' AS asked, presence_id FROM $name.presence WHERE run $operator "
			. "watch('2024-03-01Z', '2024-09-01Z', 100, -60, -100, 60, '$_')" } qw(last_known certain possible)
	} qw(<~> @+ @- @= @~ &&));
	is($node->safe_psql($database, <<"SQL"), '0|t', "$when: index = scan");
CREATE EXTENSION IF NOT EXISTS pg_sightings;
SET max_parallel_workers_per_gather = 0;
SET enable_seqscan = off;
CREATE TEMP TABLE by_index AS $rows;
RESET enable_seqscan;
SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off;
CREATE TEMP TABLE by_scan AS $rows;
SELECT (SELECT count(*) FROM ((TABLE by_index EXCEPT ALL TABLE by_scan)
	UNION ALL (TABLE by_scan EXCEPT ALL TABLE by_index)) AS d), EXISTS (TABLE by_scan);
SQL
	return;
}

# What the reports say, for comparing one server with another.
sub answers
{
	my ($node, $database, $name) = @_;
	return $node->safe_psql($database, <<"SQL");
SET TimeZone = 'UTC';
SELECT installation_id, asset_class_id, status, designation, run FROM $name.presence ORDER BY 1, 2, 3, 4, run;
SELECT * FROM $name.changes('2024-03-01', '2024-09-01') AS c ORDER BY c::text;
SELECT * FROM $name.changes('2024-03-01', '2024-09-01', mode => 'possible') AS c ORDER BY c::text;
SELECT * FROM $name.changes('2024-03-01', '2024-09-01', by => 'individual', known_at => now()) AS c ORDER BY c::text;
SELECT * FROM $name.changes_since('2024-01-01') AS c ORDER BY c::text;
SELECT * FROM $name.between_looks(n => 3) AS c ORDER BY c::text;
SELECT * FROM $name.inventory('2024-06-01') AS i ORDER BY i::text;
SELECT * FROM $name.inventory('2024-06-01', max_age => '5 days') AS i ORDER BY i::text;
SELECT * FROM $name.timeline('2024-03-01', '2024-04-01', '7 days') AS t ORDER BY t::text;
SELECT * FROM $name.turnover('2024-03-01', '2024-09-01') AS t ORDER BY t::text;
SELECT * FROM $name.persistence() AS p ORDER BY p::text;
SELECT * FROM $name.evidence('site 3', VARIADIC ARRAY(SELECT observation_id FROM $name.observation WHERE installation_id = 3)) AS e ORDER BY e::text;
SELECT * FROM $name.movements('2024-03-01', '2024-09-01', by => 'individual') AS m ORDER BY m::text;
SELECT presence_id FROM $name.presence WHERE run <~> watch('2024-03-01Z', '2024-09-01Z') ORDER BY 1;
SQL
}

1;
