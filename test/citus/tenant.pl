# A ledger on another server: loads through the coordinator are derived there, in the same
# transaction, and every report says what that of a ledger on one server says.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Utils;
use Test::More;
use Citus;

my ($coordinator, @workers) = start_nodes();

sub ask { return $coordinator->safe_psql('postgres', "SET client_min_messages = error; $_[0]") }
sub fails { my ($code, undef, $err) = $coordinator->psql('postgres', "\\set VERBOSITY verbose\nSET client_min_messages = error; $_[0]"); return $code ? $err : 'no error' }
# Statements of both; LEDGER is the name.
sub both { for my $ledger (qw(whole tenant)) { (my $said = $_[0]) =~ s/LEDGER/$ledger/g; ask($said) } return }
# Looks of some days, at random, of the one, and then the same of the other.
my $loads = 0;
sub looked
{
	my ($first, $last) = @_;
	$loads++;
	ask(<<"SQL");
SELECT setseed(0.0$loads);
WITH o AS (
	INSERT INTO whole.observation (installation_id, source_id, observed_from, observed_at, completeness, scope, gsd_m, recorded_at)
	SELECT 1 + (random() * 6)::int, 1 + (random() > 0.8)::int, CASE WHEN random() < 0.1 THEN t.at - interval '4 hours' END, t.at,
		CASE WHEN random() < 0.7 THEN 'complete' ELSE 'partial' END, CASE WHEN random() < 0.7 THEN '{air,sea}' ELSE '{air}' END::ltree[],
		CASE WHEN random() < 0.8 THEN 1 END, now() - interval '2 hours'
	FROM generate_series($first * 4, $last * 4) AS i, LATERAL (SELECT timestamptz '2024-01-01' + i * interval '6 hours' AS at) AS t
	RETURNING installation_id, observation_id)
INSERT INTO whole.sighting (installation_id, observation_id, asset_class_id, count, designation, status, confidence, recorded_at)
SELECT o.installation_id, o.observation_id, 1 + (random() * 3)::int, CASE WHEN t.tail IS NULL THEN int4range(1, 2 + (random() * 3)::int) ELSE '[1,1]' END,
	t.tail, CASE WHEN random() < 0.4 THEN 'parked' END, CASE WHEN random() < 0.9 THEN 1 ELSE 0.3 END, now() - interval '2 hours'
FROM o, generate_series(1, 2) AS k, LATERAL (SELECT CASE WHEN random() < 0.3 THEN 'T' || (random() * 3)::int END AS tail WHERE k > 0) AS t;
BEGIN;
INSERT INTO tenant.observation SELECT * FROM whole.observation AS o WHERE o.observation_id > coalesce((SELECT max(observation_id) FROM tenant.observation), 0);
INSERT INTO tenant.sighting SELECT * FROM whole.sighting AS s WHERE s.sighting_id > coalesce((SELECT max(sighting_id) FROM tenant.sighting), 0);
COMMIT;
SQL
	return;
}

ask(q{SELECT create_ledger('whole'), create_ledger('tenant')});
both($_) for q{INSERT INTO LEDGER.source (name) VALUES ('eye'), ('other eye')},
	q{INSERT INTO LEDGER.installation (name, location) SELECT 'place ' || i, ST_SetSRID(ST_MakePoint(i, 50), 4326) FROM generate_series(1, 7) AS i},
	q{INSERT INTO LEDGER.asset_class (path, name, payload_t, max_speed_kmh, max_gsd_m) VALUES ('air', 'aircraft', NULL, 800, NULL), ('air.jet', 'jet', 10, NULL, 2), ('air.jet.big', 'big jet', 50, NULL, 2), ('sea', 'ship', NULL, NULL, NULL)};
looked(1, 8);
like(fails(q{BEGIN; DELETE FROM tenant.sighting; SELECT distribute_ledger('tenant')}), qr/55006.*not yet derived/, 'not with something to derive');
ask(q{CREATE VIEW mine AS SELECT * FROM tenant.inventory('2024-01-15')});
like(fails(q{SELECT distribute_ledger('tenant')}), qr/2BP01.*view public.mine uses functions or views of ledger tenant/, 'nor what others use');
ask(q{DROP VIEW mine});
like(fails(q{SELECT create_ledger('parted', partitions => 2); SELECT distribute_ledger('parted')}), qr/22S07: ledger parted lies in parts/, 'nor one in parts');
ask(q{SELECT distribute_ledger('tenant'), distribute_ledger('tenant')});
is(ask(q{SELECT count(DISTINCT nodeport), bool_and(nodeport <> } . $coordinator->port . q{) FROM citus_shards WHERE table_name::text ~ '^tenant\.'}), '1|t', 'all of it lies on one worker');
said_alike($coordinator, 'whole', 'tenant', 'distributed');

looked(6 + 5 * $_, 9 + 5 * $_) for 1 .. 3;
said_alike($coordinator, 'whole', 'tenant', 'in order');
looked($_, $_) for 20, 4, 14, 9;
said_alike($coordinator, 'whole', 'tenant', 'late');
said_alike($coordinator, 'whole', 'tenant', 'in another zone', q{SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'SQL, DMY'; SET IntervalStyle = 'iso_8601';});

both($_) for q{UPDATE LEDGER.sighting SET count = '[1,1]', designation = 'T9', recorded_at = now() WHERE sighting_id % 7 = 0},
	q{UPDATE LEDGER.observation SET retracted_at = '2024-06-01', retraction_reason = 'wrong place' WHERE observation_id % 9 = 0},
	q{UPDATE LEDGER.sighting SET retracted_at = '2024-06-01', retraction_reason = 'a shadow' WHERE sighting_id % 11 = 0},
	q{DELETE FROM LEDGER.sighting WHERE sighting_id % 13 = 0}, q{DELETE FROM LEDGER.observation WHERE observation_id % 17 = 0},
	q{INSERT INTO LEDGER.shelter (installation_id, asset_class_id, hidden_max) VALUES (2, 2, 1)};
said_alike($coordinator, 'whole', 'tenant', 'corrected');

both($_) for q{UPDATE LEDGER.installation SET location = 'SRID=4326;POINT(2.5 50.5)' WHERE name = 'place 3'},
	q{UPDATE LEDGER.asset_class SET path = 'land', keep_total = true WHERE name = 'ship'},
	q{UPDATE LEDGER.source SET min_confidence = 0.2 WHERE name = 'eye'};
said_alike($coordinator, 'whole', 'tenant', 'classes and sites moved');

# one transaction sees what it has written, and goes whole or not at all
my $counts = q{SELECT (SELECT count(*) FROM LEDGER.observation), (SELECT sum(looks) FROM LEDGER.coverage('2024-01-01', '2024-12-31')), (SELECT count(*) FROM LEDGER.told_between()), (SELECT count(*) FROM LEDGER.inventory('2024-07-01'))};
for my $end (qw(ROLLBACK COMMIT))
{
	my %said;
	for my $ledger (qw(whole tenant))
	{
		(my $script = <<"SQL") =~ s/LEDGER/$ledger/g;
BEGIN;
INSERT INTO LEDGER.observation (installation_id, observation_id, source_id, observed_at, completeness, scope, gsd_m) SELECT i, 5000 + i, 1, '2024-06-15', 'complete', '{air}', 1 FROM generate_series(1, 7) AS i;
INSERT INTO LEDGER.sighting (installation_id, observation_id, sighting_id, asset_class_id, count) SELECT i, 5000 + i, 5000 + i, 2, '[5,5]' FROM generate_series(1, 5) AS i;
$counts;
$end;
$counts;
SQL
		$said{$ledger} = ask($script);
	}
	is($said{tenant}, $said{whole}, "a transaction sees what it has written; $end");
}
said_alike($coordinator, 'whole', 'tenant', 'after transactions');

# of two tenants
ask(q{SELECT create_ledger('other'); SELECT distribute_ledger('other');
	INSERT INTO other.source (name) VALUES ('eye'); INSERT INTO other.installation (name, location) VALUES ('there', 'SRID=4326;POINT(1 1)'); INSERT INTO other.asset_class (path, name) VALUES ('air', 'aircraft')});
isnt((place_of('other', $coordinator, @workers))[0]->port, (place_of('tenant', $coordinator, @workers))[0]->port, 'two ledgers lie on two workers');
for my $end (qw(ROLLBACK COMMIT))
{
	ask(<<"SQL");
BEGIN;
INSERT INTO other.observation (installation_id, observation_id, source_id, observed_at, completeness) VALUES (1, 1, 1, '2024-01-01', 'partial');
INSERT INTO other.sighting (installation_id, observation_id, asset_class_id) VALUES (1, 1, 1);
INSERT INTO tenant.observation (installation_id, observation_id, source_id, observed_at, completeness) VALUES (1, 6000, 1, '2024-01-01', 'partial');
$end;
SQL
	is(ask(q{SELECT (SELECT count(*) FROM other.presence), (SELECT count(*) FROM tenant.observation WHERE observation_id = 6000)}), $end eq 'COMMIT' ? '1|1' : '0|0', "both or none: $end");
}
ask(q{DELETE FROM tenant.observation WHERE observation_id = 6000});

# errors are those of a ledger
for my $wrong (q{SELECT * FROM LEDGER.changes('2024-01-05', '2024-01-20', installation => 'plaice 3')}, q{SELECT * FROM LEDGER.inventory('2024-01-05', mode => 'perhaps')},
	q{SELECT * FROM LEDGER.timeline('2024-01-05', '2024-01-20', '-1 day')}, q{INSERT INTO LEDGER.sighting (installation_id, observation_id, asset_class_id) VALUES (1, -1, 1)},
	q{UPDATE LEDGER.observation SET scope = '{nothing}' WHERE observation_id = 5001})
{
	my @errors = map { (my $said = $wrong) =~ s/LEDGER/$_/g; (fails($said) =~ /ERROR: +(\w{5})/)[0] } qw(whole tenant);
	is($errors[1], $errors[0], "the error of $wrong");
}
# whoever asks for it by himself says which columns he waits for, and may be wrong
like(fails(q{SELECT length(r.said) FROM ledger_ask_elsewhere('tenant.ledger', 'tenant.inventory(date,geometry,text,text,text,interval,text,timestamptz,text,text,float8,integer)'::regprocedure, ARRAY['2024-01-20', NULL, NULL, NULL, 'last_known', NULL, 'class', NULL, NULL, NULL, NULL, NULL]::text[]) AS r(said text)}), qr/the ledger's function returns other columns/, 'columns of other types than those that come');

# a worker that does not have it says so
like(((place_of('tenant', $coordinator, @workers))[1]->psql('postgres', q{SELECT * FROM tenant.changes('2024-01-05', '2024-01-20')}))[2], qr/ledger tenant lies on another server/, 'the other worker says where it is not');

ask(q{SELECT tenant.rederive()});
is(ask(q{SELECT upgrade_ledger('tenant')}), '', 'upgraded');
said_alike($coordinator, 'whole', 'tenant', 'upgraded');
ask(q{TRUNCATE whole.sighting}); ask(q{TRUNCATE tenant.sighting});
is(ask(q{SELECT count(*) FROM tenant.presence}), '0', 'emptied');
is(ask(q{SELECT count(*) FROM tenant.verify()}), '0', 'and derived');
ask(q{SELECT drop_ledger('tenant')});
is(ask(q{SELECT count(*) FROM citus_shards WHERE table_name::text ~ '^tenant\.'}), '0', 'dropped, and its shards');

# what Citus has moved without us
like(fails(q{SELECT create_ledger('taken'); SELECT create_distributed_table('taken.presence', 'installation_id')}), qr{circular}, 'Citus takes no table from under functions');
ask(q{SELECT ledger_functions_drop('taken'); SELECT create_distributed_table('taken.presence', 'installation_id'); SELECT ledger_functions_create('taken')});
like(fails($_), qr/22S07: table taken\.\w+ has been distributed by Citus/, "taken apart: $_")
	for q{SELECT * FROM taken.changes('2024-01-01', '2024-02-01')}, q{TRUNCATE taken.sighting}, q{INSERT INTO taken.installation (name, location) VALUES ('there', 'SRID=4326;POINT(1 1)')};
ok($coordinator->psql('postgres', 'SELECT 1') == 0, 'and nothing has crashed');

$_->stop('fast') for $coordinator, @workers;
done_testing();
