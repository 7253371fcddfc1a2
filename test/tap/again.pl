# A ledger that begins anew with what it has: evidence restored without the rest, or while its
# triggers are on; a subscriber that takes over from its publisher; the extension dropped and
# made again.

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

# A look as people load it, without numbers of their own.
sub look
{
	my ($node, $database, $site) = @_;
	$node->safe_psql($database, <<"SQL");
WITH o AS (INSERT INTO syria.observation (installation_id, observed_at, source_id, completeness, scope)
	SELECT installation_id, '2025-01-01Z', source_id, 'complete', '{aircraft,ship}' FROM syria.installation, syria.source
	WHERE installation.name = 'site $site' RETURNING installation_id, observation_id)
INSERT INTO syria.sighting (installation_id, observation_id, asset_class_id, count) SELECT installation_id, observation_id, asset_class_id, '[9,9]' FROM o, syria.asset_class;
SQL
	is($node->safe_psql($database, "SELECT count(*) FROM syria.presence JOIN syria.installation i USING (installation_id)
		WHERE i.name = 'site $site' AND count_min(run) = 9"), '4', "$database: a further look is derived");
	sound($node, $database, 'syria', "$database: after a further look");
	return;
}

sub presences
{
	my ($node, $database) = @_;
	return $node->safe_psql($database, 'SELECT installation_id, asset_class_id, status, designation, run FROM syria.presence ORDER BY 1, 2, 3, 4, run::text');
}

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 'logical');
$node->start;
make_ledger($node, 'postgres', 'syria');
$node->safe_psql('postgres', <<'SQL');
INSERT INTO syria.asset_class (path, name, keep_total) VALUES ('aircraft', 'aircraft', true);
INSERT INTO syria.shelter (installation_id, asset_class_id, hidden_max) VALUES (1, 1, 2);
SQL
load($node, 'postgres', 100);
my $expected = presences($node, 'postgres');
cmp_ok(length $expected, '>', 10_000, 'there is something to compare');

# the schema, and then the data: while triggers are on, off, in one transaction
$node->command_ok([ 'pg_dump', '-s', '-n', 'syria', '-f', "$dir/schema.sql", $node->connstr('postgres') ], 'dump of the schema alone');
$node->command_ok([ 'pg_dump', '-a', '-Fc', '-n', 'syria', '-f', "$dir/data", $node->connstr('postgres') ], 'dump of the data alone');
for my $way ([ 'on' ], [ 'off', '--disable-triggers', '-j3' ], [ 'one', '-1' ])
{
	my ($database, @options) = @$way;
	$database = "data_$database";
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, 'CREATE EXTENSION pg_sightings CASCADE');
	$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/schema.sql", '-d', $node->connstr($database) ],
		"$database: the schema");
	$node->command_ok([ 'pg_restore', '-e', @options, '-d', $node->connstr($database), "$dir/data" ], "$database: the data");
	sound($node, $database, 'syria', "$database: restored");
	is(presences($node, $database), $expected, "$database: the same presences");
	look($node, $database, 3);
}

# a subscriber has the publisher's rows and sequences of its own
my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init;
$subscriber->start;
$subscriber->safe_psql('postgres', 'CREATE EXTENSION pg_sightings CASCADE');
$subscriber->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/schema.sql", '-d', $subscriber->connstr('postgres') ],
	'the schema for a subscriber');
$node->safe_psql('postgres', 'CREATE PUBLICATION ledger FOR TABLES IN SCHEMA syria');
my $connection = $node->connstr . ' dbname=postgres';
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION ledger CONNECTION '$connection' PUBLICATION ledger");
$subscriber->wait_for_subscription_sync($node, 'ledger');
load($node, 'postgres', 20);
$node->wait_for_catchup('ledger');
$subscriber->safe_psql('postgres', 'DROP SUBSCRIPTION ledger; SELECT upgrade_ledger(\'syria\')');
is(presences($subscriber, 'postgres'), presences($node, 'postgres'), 'the subscriber has what the publisher had');
look($subscriber, 'postgres', 4);
$subscriber->safe_psql('postgres', "INSERT INTO syria.installation (name, location) VALUES ('site 99', 'SRID=4326;POINT(0 0)');
	INSERT INTO syria.source (name) VALUES ('other'); INSERT INTO syria.asset_class (path, name) VALUES ('ship.tug', 'tug')");
is($subscriber->safe_psql('postgres', "SELECT name FROM syria.source ORDER BY source_id DESC LIMIT 1"), 'other', 'other rows get numbers of their own too');
$subscriber->stop;

# without the extension the evidence stays; with it again, so do its presences
$expected = presences($node, 'postgres');
my $of_schema = <<'SQL';
SELECT pg_describe_object('pg_class'::regclass, c.oid, 0), c.relkind FROM pg_class c WHERE c.relnamespace = 'syria'::regnamespace
UNION ALL SELECT pg_describe_object('pg_proc'::regclass, p.oid, 0), 'f' FROM pg_proc p WHERE p.pronamespace = 'syria'::regnamespace
UNION ALL SELECT pg_describe_object('pg_trigger'::regclass, t.oid, 0), 't' FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
	WHERE c.relnamespace = 'syria'::regnamespace AND NOT t.tgisinternal
UNION ALL SELECT pg_describe_object('pg_constraint'::regclass, k.oid, 0) || pg_get_constraintdef(k.oid), 'c' FROM pg_constraint k WHERE k.connamespace = 'syria'::regnamespace
UNION ALL SELECT c.relname || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull, 'a' FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
	WHERE c.relnamespace = 'syria'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT indexdef, 'i' FROM pg_indexes WHERE schemaname = 'syria'
ORDER BY 1, 2
SQL
my $objects = $node->safe_psql('postgres', $of_schema);
$node->safe_psql('postgres', 'GRANT SELECT ON syria.presence TO pg_monitor; DROP EXTENSION pg_sightings CASCADE');
isnt($node->safe_psql('postgres', $of_schema), $objects, 'much of the ledger went with the extension');
$node->safe_psql('postgres', "INSERT INTO syria.observation (installation_id, observed_at, source_id, completeness) VALUES (1, '2024-12-01Z', 1, 'partial')");
$node->safe_psql('postgres', "CREATE EXTENSION pg_sightings; SELECT upgrade_ledger('syria')");
is($node->safe_psql('postgres', $of_schema), $objects, 'all of it is back');
is(presences($node, 'postgres'), $expected, 'with the same presences');
is($node->safe_psql('postgres', "SELECT has_table_privilege('pg_monitor', 'syria.presence', 'SELECT')"), 't', 'and who may read them');
look($node, 'postgres', 5);
load($node, 'postgres', 20);
sound($node, 'postgres', 'syria', 'loaded further');
same_as_scan($node, 'postgres', 'syria', 'after the extension was dropped');

$node->stop;
done_testing();
