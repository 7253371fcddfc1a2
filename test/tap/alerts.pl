# Notifications of alerts: one for a ledger that a transaction changed, when it commits; of what was
# rolled back none, and none where a transaction is prepared, which cannot send any.

use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use Ledger;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "max_prepared_transactions = 2\n");
$node->start;
make_ledger($node, 'postgres', $_) for qw(syria odesa);
$node->safe_psql('postgres', "SELECT $_.alert_add('all', new_looks => true, blind_after => '1 day')") for qw(syria odesa);

my $key = 0;

# a look at the n-th site with so many frigates
sub look
{
	my ($name, $site, $day, $count) = @_;
	$key++;
	return <<"SQL";
INSERT INTO $name.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
VALUES ($site, $key, '2024-01-01Z'::timestamptz + $day * interval '1 day', 1, 'complete', '{ship}');
INSERT INTO $name.sighting (installation_id, observation_id, asset_class_id, count) VALUES ($site, $key, 4, '[$count,$count]');
SQL
}

# what a session that listens is told while it runs these commands; psql says so after each
sub told
{
	my ($sql) = @_;
	my $out = $node->safe_psql('postgres', "LISTEN pg_sightings_alert;\n$sql");
	my @told = $out =~ /Asynchronous notification "pg_sightings_alert" with payload "(.*)" received/g;
	s/"txid": "\d+"/"txid": "n"/ for @told;
	return join(' ', sort @told);
}

sub events
{
	return $node->safe_psql('postgres', "SELECT count(*) FROM $_[0].alert_event");
}

is(told(look('syria', 1, 1, 2)), '{"ledger": "syria", "txid": "n", "events": 1} {"ledger": "syria", "txid": "n", "events": 1}',
	'each transaction by itself: a look, and what was sighted in it');
is(told('BEGIN;' . look('syria', 1, 2, 3) . 'COMMIT;'), '{"ledger": "syria", "txid": "n", "events": 2}', 'a look with what it showed');
my $named = $node->safe_psql('postgres', "LISTEN pg_sightings_alert;\nBEGIN;" . look('syria', 2, 2, 3) . 'COMMIT;');
my ($txid) = $named =~ /"txid": "(\d+)"/;
is($node->safe_psql('postgres', "SELECT string_agg(kind, ' ' ORDER BY kind) FROM syria.alert_log WHERE txid = '$txid'"), 'change look',
	'the transaction that it names finds the rows');
is(told('BEGIN;' . look('syria', 1, 3, 4) . look('odesa', 1, 3, 4) . 'COMMIT;'),
	'{"ledger": "odesa", "txid": "n", "events": 2} {"ledger": "syria", "txid": "n", "events": 2}', 'two ledgers');
my $before = events('syria');
is(told('BEGIN;' . look('syria', 1, 4, 5) . 'SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK;'), '', 'rolled back after it was derived');
is(told('BEGIN;' . look('syria', 1, 4, 5) . 'SAVEPOINT a;' . look('syria', 2, 4, 5) .
	'SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK TO a; SET CONSTRAINTS ALL DEFERRED; COMMIT;'), '{"ledger": "syria", "txid": "n", "events": 2}',
	'what is left after a savepoint');
is(told('BEGIN; SAVEPOINT a;' . look('syria', 2, 5, 6) . 'SET CONSTRAINTS ALL IMMEDIATE; RELEASE a; COMMIT;'), '{"ledger": "syria", "txid": "n", "events": 2}',
	'derived in a savepoint that was released');
is(told('BEGIN; SAVEPOINT a; SAVEPOINT b;' . look('syria', 2, 6, 7) . 'SET CONSTRAINTS ALL IMMEDIATE; RELEASE b; ROLLBACK TO a; SET CONSTRAINTS ALL DEFERRED;' . look('syria', 1, 5, 6) . 'COMMIT;'),
	'{"ledger": "syria", "txid": "n", "events": 2}', 'in one that was released into one that was rolled back');
is(told("BEGIN;" . look('syria', 3, 6, 7) . "SET CONSTRAINTS ALL IMMEDIATE;" . look('syria', 4, 6, 7) . "PREPARE TRANSACTION 'two'; COMMIT PREPARED 'two';"), '',
	'a transaction that is prepared');
cmp_ok(events('syria'), '>=', $before + 8, 'has its rows all the same');
is(told('BEGIN;' . look('syria', 1, 7, 8) . 'COMMIT;'), '{"ledger": "syria", "txid": "n", "events": 2}', 'nothing of it is sent later');
is(told("SELECT odesa.alert_blind('2024-02-01')"), '{"ledger": "odesa", "txid": "n", "events": 12}', 'where nobody looked');
is(told("SELECT odesa.alert_blind('2024-02-01')"), '', 'once');
is(told("BEGIN;" . look('odesa', 1, 8, 9) . "SET CONSTRAINTS ALL IMMEDIATE; SELECT drop_ledger('odesa'); COMMIT;"), '', 'a ledger that is gone');
sound($node, 'postgres', 'syria', 'and the ledger is right');

# data restored alone raise nothing that is in the way of what was raised
my $dump = $node->basedir . '/data.sql';
$node->command_ok(['pg_dump', '--data-only', '--schema=syria', '--file', $dump, $node->connstr('postgres')], 'dump the data');
$node->safe_psql('postgres', 'CREATE DATABASE copy');
$node->safe_psql('copy', "CREATE EXTENSION pg_sightings CASCADE; SELECT create_ledger('syria'); DELETE FROM syria.ledger");
$node->command_ok(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('copy'), '-f', $dump], 'restore them');
cmp_ok($node->safe_psql('copy', 'SELECT count(*) FROM syria.alert_event'), '>=', events('syria'), 'with all events');

$node->stop;
done_testing();
