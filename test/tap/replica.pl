# A ledger on other servers: a streaming replica, before and after its promotion; point-in-
# time recovery; logical replication; pg_dump of one ledger alone.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Ledger;

my $dir = PostgreSQL::Test::Utils::tempdir();
my $loads = 0;

sub load
{
	my ($node, $database, $n) = @_;
	my $sql = join('', map { load_sql('syria', 1, $_) } $loads + 1 .. $loads + $n);
	$loads += $n;
	$sql =~ s/^\\echo.*$//mg;
	$node->safe_psql($database, $sql);
	return;
}

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 'logical', has_archiving => 1);
$primary->start;
make_ledger($primary, 'postgres', 'syria');
load($primary, 'postgres', 100);

# streaming
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
load($primary, 'postgres', 100);
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
my $expected = answers($primary, 'postgres', 'syria');
cmp_ok(length $expected, '>', 10_000, 'there is something to compare');
ok(answers($standby, 'postgres', 'syria') eq $expected, 'a streaming replica answers the same');
sound($standby, 'postgres', 'syria', 'on the replica');
is($standby->safe_psql('postgres', 'SELECT pg_is_in_recovery()'), 't', 'it is still a replica');

# point in time: as things stood at the restore point, whatever came later
$primary->safe_psql('postgres', "SELECT pg_create_restore_point('here')");
load($primary, 'postgres', 100);
$primary->safe_psql('postgres', 'DELETE FROM syria.observation WHERE observation_id % 2 = 0');
$primary->safe_psql('postgres', 'SELECT pg_switch_wal()');
my $later = answers($primary, 'postgres', 'syria');
ok($later ne $expected, 'things changed after the restore point');
my $past = PostgreSQL::Test::Cluster->new('past');
$past->init_from_backup($primary, 'base', has_restoring => 1);
$past->append_conf('postgresql.conf', "recovery_target_name = 'here'\nrecovery_target_action = 'promote'\n");
$past->start;
$past->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()');
ok(answers($past, 'postgres', 'syria') eq $expected, 'recovered to the point in time');
sound($past, 'postgres', 'syria', 'after recovery to a point in time');
same_as_scan($past, 'postgres', 'syria', 'after recovery to a point in time');
$past->stop;

# promotion: the ledger goes on deriving
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
$standby->promote;
ok(answers($standby, 'postgres', 'syria') eq $later, 'the promoted replica holds what the primary held');
load($standby, 'postgres', 50);
sound($standby, 'postgres', 'syria', 'promoted');
same_as_scan($standby, 'postgres', 'syria', 'promoted');
$standby->stop;

# one ledger alone, into a database that has the extension
$primary->safe_psql('postgres', 'CREATE DATABASE alone');
$primary->safe_psql('alone', 'CREATE EXTENSION pg_sightings CASCADE');
$primary->command_ok([ 'pg_dump', '-Fc', '-n', 'syria', '-f', "$dir/alone", $primary->connstr('postgres') ],
	'dump of one ledger');
$primary->command_ok([ 'pg_restore', '-e', '-j2', '-d', $primary->connstr('alone'), "$dir/alone" ], 'restore of one ledger');
ok(answers($primary, 'alone', 'syria') eq $later, 'one ledger alone: answers the same');
sound($primary, 'alone', 'syria', 'one ledger alone');
$loads += 50;
load($primary, 'alone', 50);
sound($primary, 'alone', 'syria', 'one ledger alone, loaded further');
# the reports know their ledger by its table, not by its name
my $grown = answers($primary, 'alone', 'syria');
$primary->safe_psql('alone', 'ALTER SCHEMA syria RENAME TO moved');
ok(answers($primary, 'alone', 'moved') eq $grown, 'under another name: answers the same');
sound($primary, 'alone', 'moved', 'under another name');

# the whole database, with a ledger of an odd name; and again over itself
my $odd = q{"it's a ""back\slash"" LEDGER_TABLE"};
$primary->safe_psql('postgres', <<'SQL');
SELECT create_ledger('it''s a "back\slash" LEDGER_TABLE');
SET search_path = "it's a ""back\slash"" LEDGER_TABLE", public;
INSERT INTO source (name) VALUES ('eye');
INSERT INTO installation (name, location) VALUES ('north', 'SRID=4326;POINT(10 50)');
INSERT INTO asset_class (path, name) VALUES ('air.jet', 'jet');
INSERT INTO observation (installation_id, source_id, observed_at, completeness, scope) VALUES (1, 1, '2024-01-01Z', 'complete', '{air}'), (1, 1, '2024-01-05Z', 'complete', '{air}');
INSERT INTO sighting (installation_id, observation_id, asset_class_id, count) VALUES (1, 2, 1, '[2,2]');
SQL
my $asked_of_odd = "SELECT c.installation, c.verdict, c.count_after_min, e.asset_class FROM $odd.changes('2024-01-02', '2024-01-06', installation => 'North', asset => 'JET') AS c, LATERAL $odd.evidence(c.installation, c.after_look) AS e";
is($primary->safe_psql('postgres', $asked_of_odd), 'north|arrived|2|jet', 'a ledger of an odd name answers');
$primary->safe_psql('postgres', 'CREATE DATABASE whole');
$primary->command_ok([ 'pg_dump', '-Fc', '-f', "$dir/whole", $primary->connstr('postgres') ], 'dump of all');
for my $again ('restore of all', 'restore over itself with --clean')
{
	$primary->command_ok([ 'pg_restore', '-e', ($again =~ /clean/ ? ('--clean', '--if-exists') : ()),
			'-d', $primary->connstr('whole'), "$dir/whole" ], $again);
	ok(answers($primary, 'whole', 'syria') eq $later, "$again: answers the same");
	sound($primary, 'whole', 'syria', $again);
	is($primary->safe_psql('whole', $asked_of_odd), 'north|arrived|2|jet', "$again: so does the one of an odd name");
	sound($primary, 'whole', $odd, "$again, odd name");
}

# logical replication of all tables of a ledger
my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init;
$subscriber->start;
$subscriber->safe_psql('postgres', 'CREATE EXTENSION pg_sightings CASCADE');
$primary->command_ok([ 'pg_dump', '-s', '-n', 'syria', '-f', "$dir/schema.sql", $primary->connstr('postgres') ],
	'dump of the schema alone');
$subscriber->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/schema.sql",
		'-d', $subscriber->connstr('postgres') ], 'restore of the schema alone');
$primary->safe_psql('postgres', 'CREATE PUBLICATION ledger FOR TABLES IN SCHEMA syria');
my $connection = $primary->connstr . ' dbname=postgres';
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION ledger CONNECTION '$connection' PUBLICATION ledger");
$subscriber->wait_for_subscription_sync($primary, 'ledger');
ok(answers($subscriber, 'postgres', 'syria') eq $later, 'logical replication: the copy answers the same');
load($primary, 'postgres', 50);
$primary->wait_for_catchup('ledger');
ok(answers($subscriber, 'postgres', 'syria') eq answers($primary, 'postgres', 'syria'),
	'logical replication: later loads arrive');
sound($subscriber, 'postgres', 'syria', 'logical replication');
$subscriber->safe_psql('postgres', 'DROP SUBSCRIPTION ledger');

$subscriber->stop;
$primary->stop;
done_testing();
