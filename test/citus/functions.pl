# Every function of a ledger, asked of one that lies on another server and of one on a single server:
# the same rows, and afterwards the same tables and reports. Which functions there are is asked of the
# catalog, and whether each was called of the server's statistics, so that none can be forgotten.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Utils;
use IPC::Run;
use Test::More;
use Citus;

my ($coordinator, @workers) = start_nodes("track_functions = 'all'\n");

sub ask { return $coordinator->safe_psql('postgres', "SET client_min_messages = error; $_[0]") }
sub fails { my ($code, undef, $err) = $coordinator->psql('postgres', "\\set VERBOSITY verbose\nSET client_min_messages = error; $_[0]"); return $code ? $err : 'no error' }

# What is not the same, nor need be: when something was done, and by which process.
my $not_said = '{presence_id,change_id,occurrence_id,occurrenceID,derived_at,version,classes_changed_at,pid,recorded_at,loaded_at,undone_at,retracted_at,raised_at,txid,done_at}';
# What each of some statements says, by one session. [A query] in a statement is asked before.
sub said
{
	my ($ledger, $settings, @statements) = @_;
	my $script = "\\set VERBOSITY verbose\nSET client_min_messages = error; SET bytea_output = 'escape'; $settings;\n";
	for my $statement (@statements)
	{
		(my $asked = $statement) =~ s/LEDGER/$ledger/g;
		$asked =~ s/\[(SELECT .*?)\]/ask($1)/eg;
		$script .= ($asked =~ /^SELECT/ ? "CREATE TEMP TABLE said AS $asked;\nSELECT (to_jsonb(r) - '$not_said'::text[])::text FROM said AS r ORDER BY 1;\nDROP TABLE IF EXISTS said" : $asked) . ";\n\\echo -----\n\\warn -----\n";
	}
	my (undef, $out, $err) = $coordinator->psql('postgres', $script, on_error_stop => 0);
	$out =~ s/\\"made\\":[0-9.]+/\\"made\\":0/g;
	my @out = split(/^-----\n?/m, $out, -1);
	my @err = split(/^-----\n?/m, $err, -1);
	my @said;
	for my $i (0 .. $#statements)
	{
		# (where an error arose is not the same; constraints of shards have their numbers)
		my $error = join("\n", grep { !/relation "(pg_temp\.)?said"/ } grep { /ERROR:|DETAIL:|HINT:/ } split /\n/, $err[$i] // '');
		$error =~ s/^.*?(ERROR|DETAIL|HINT):/$1:/mg;
		$error =~ s/_10\d{4}\b//g;
		push @said, $error . "\n" . ($out[$i] // 'nothing came');
	}
	s/\b$ledger\b/LEDGER/g for @said;
	return @said;
}
# The same of both. Numbers that the other server gives out are of a range of its own: so are those of the one.
sub alike
{
	my ($statement, $words, $settings) = @_;
	my ($here) = said('whole', $settings // '', $statement);
	my ($there) = said('tenant', $settings // '', $statement);
	is($there, $here, $words // $statement);
	return $here;
}
sub both { for my $ledger (qw(whole tenant)) { (my $said = $_[0]) =~ s/LEDGER/$ledger/g; ask($said) } return }
# As `alike`, but what comes is not empty; or the error is the one that was meant.
sub tells { my ($statement, $words, $settings) = @_; like(alike($statement, $words, $settings), qr/^\n./, 'something is said, and no error'); return }
sub refuses { my ($statement, $like, $words) = @_; like(alike($statement, $words), $like, 'the error that was meant'); return }

my @questions = split /\n/, slurp_file("$ENV{TESTDIR}/cases/report_questions.sql");
# What an import, an upkeep or an undoing leaves: tables, and what reports say of them
my @tables = split /\n/, ask(q{SELECT create_ledger('whole'); SELECT create_ledger('tenant'); SELECT c.relname FROM pg_class AS c
	WHERE c.relnamespace = 'whole'::regnamespace AND c.relkind = 'r' AND c.relname <> 'ledger' ORDER BY 1});
shift @tables while @tables && $tables[0] eq '';
sub left_alike
{
	my ($when, $some) = @_;
	my @asked = ((map { "SELECT * FROM LEDGER.$_" } @tables), $some ? 'SELECT * FROM LEDGER.told_between()' : @questions);
	my @here = said('whole', '', @asked);
	my @there = said('tenant', '', @asked);
	is($there[$_], $here[$_], "$when: $asked[$_]") for 0 .. $#asked;
	is(ask(q{SELECT (SELECT count(*) FROM tenant.verify(thorough => true)) + (SELECT count(*) FROM tenant.verify()) + (SELECT count(*) FROM tenant.pending)}), '0', "$when: what is stored is what the evidence says");
	return;
}

both($_) for q{INSERT INTO LEDGER.source (name) VALUES ('eye'), ('other eye')},
	q{INSERT INTO LEDGER.installation (name, location, radius_m) SELECT 'place ' || i, ST_SetSRID(ST_MakePoint(i, 50), 4326), 1000 FROM generate_series(1, 7) AS i},
	q{INSERT INTO LEDGER.installation (name, location, radius_m) VALUES ('place 3 too', 'SRID=4326;POINT(3.001 50)', 900)},
	q{INSERT INTO LEDGER.asset_class (path, name, payload_t, max_speed_kmh, max_gsd_m) VALUES ('air', 'aircraft', NULL, 800, NULL), ('air.jet', 'jet', 10, NULL, 2), ('sea', 'ship', NULL, NULL, NULL), ('sea.tug', 'tug', NULL, NULL, NULL), ('land', 'vehicle', NULL, NULL, NULL)};

# rights on functions, views and columns, and policies, before it is distributed
ask(q{CREATE ROLE analyst LOGIN; CREATE ROLE loader LOGIN; CREATE ROLE barred LOGIN});
both($_) for q{GRANT USAGE ON SCHEMA LEDGER TO analyst, loader, barred}, q{GRANT SELECT ON ALL TABLES IN SCHEMA LEDGER TO analyst, loader, barred},
	q{GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA LEDGER TO loader},
	q{REVOKE EXECUTE ON FUNCTION LEDGER.track(text, text) FROM PUBLIC}, q{GRANT EXECUTE ON FUNCTION LEDGER.track(text, text) TO analyst},
	q{GRANT EXECUTE ON FUNCTION LEDGER.rederive(text) TO loader WITH GRANT OPTION},
	q{REVOKE SELECT ON LEDGER.conflict, LEDGER.dwc_event FROM barred}, q{GRANT SELECT ("eventID") ON LEDGER.dwc_event TO barred},
	q{ALTER TABLE LEDGER.installation ENABLE ROW LEVEL SECURITY}, q{CREATE POLICY all_but_one ON LEDGER.installation FOR SELECT TO analyst USING (name <> 'place 5')},
	q{CREATE POLICY rest ON LEDGER.installation TO loader, barred USING (true)};
ask(q{SELECT distribute_ledger('tenant')});

my $group = ask(q{SELECT n.groupid FROM citus_shards AS s JOIN pg_dist_node AS n USING (nodename, nodeport) WHERE s.table_name = 'tenant.ledger'::regclass});
# loads by their own numbers; then those of the other server's range
both($_) for q{INSERT INTO LEDGER.observation (installation_id, observation_id, source_id, observed_at, completeness, scope, gsd_m)
		SELECT 1 + i % 7, i, 1 + (i % 5 = 0)::int, timestamptz '2024-01-01 06:00Z' + i * interval '7 hours', CASE WHEN i % 4 = 0 THEN 'partial' ELSE 'complete' END, '{air,sea}', 1 FROM generate_series(1, 90) AS i},
	q{INSERT INTO LEDGER.sighting (installation_id, observation_id, sighting_id, asset_class_id, count, designation, status)
		SELECT 1 + i % 7, i, i * 10 + k, 1 + (i * k) % 4, CASE WHEN i % 6 = 0 THEN '[1,1]' ELSE int4range(1, 2 + (i * k) % 3) END, CASE WHEN i % 6 = 0 THEN 'T' || i % 3 END, CASE WHEN i % 5 = 1 THEN 'parked' END
		FROM generate_series(1, 90) AS i, generate_series(1, 2) AS k WHERE (i + k) % 3 > 0};
ask(qq{SELECT setval(s.oid, ${group}::bigint << 48) FROM pg_class AS s JOIN pg_sequence AS q ON q.seqrelid = s.oid WHERE s.relnamespace = 'whole'::regnamespace AND q.seqtypid = 'int8'::regtype});
left_alike('loaded');

# reports
tells($_) for (map { "SELECT * FROM LEDGER.$_" }
	q{changes_between('2024-01-05Z', '2024-01-20Z')}, q{turnover_between('2024-01-05Z', '2024-01-20Z')}, q{timeline_between('2024-01-05Z', '2024-01-20Z', '2 days')},
	q{coverage_between('2024-01-05Z', '2024-01-20Z')}, q{stale_at('2024-01-20Z', '2 days')}, q{inventory_at('2024-01-20Z')}, q{expected_count_at('2024-01-20Z')},
	q{usual_between()}, q{usual(over => '10 years')}, q{unusual('2024-01-05', '2024-01-20', fewest_looks => 2)}, q{same_period('2024-01-05', '2024-01-20')},
	q{top_changes('2024-01-05', '2024-01-20')}, q{site('place 3', '2024-01-20')}, q{help()}, q{presence_from_scratch()}, q{presence_known_at(now() - interval '1 second')},
	q{changes('2024-01-05', '2024-01-20', source => 'eye')}, q{inventory('2024-01-20', area => 'SRID=4326;POINT(3 50)', within => 100000)});
alike($_) for q{SELECT * FROM LEDGER.verify('place 2')}, q{SELECT * FROM LEDGER.import_progress}, q{SELECT * FROM LEDGER.derivation_progress};
tells(q{SELECT * FROM LEDGER.evidence('place 2', VARIADIC '[SELECT array_agg(observation_id) FROM LEDGER.observation]'::bigint[])});
tells($_) for q{SELECT LEDGER.page()}, q{SELECT LEDGER.page('2024-01-05Z', '2024-01-20Z', since => '2024-01-07Z', note => 'a note')}, q{SELECT LEDGER.changes_geojson('2024-01-05', '2024-01-20')},
	q{SELECT LEDGER.changes_tile(0, 0, 0, '2024-01-05', '2024-01-20')}, q{SELECT LEDGER.changes_tile_query(0, 0, 0, '{"from_date": "2024-01-05", "to_date": "2024-01-20"}')};

# alerts
tells($_) for q{SELECT LEDGER.alert_add('jets', asset => 'jet', new_looks => true)}, q{SELECT LEDGER.alert_add('there', installation => 'place 2', blind_after => '1 day')},
	q{SELECT LEDGER.alert_add('around', area => 'SRID=4326;POLYGON((1.5 49, 4.5 49, 4.5 51, 1.5 51, 1.5 49))', certain_only => true)};
refuses(q{SELECT LEDGER.alert_add('none', asset => 'jett')}, qr/22S07/);
refuses(q{SELECT LEDGER.alert_add('jets', asset => 'jet')}, qr/23505/);
both(q{INSERT INTO LEDGER.observation (installation_id, observation_id, source_id, observed_at, completeness, scope, gsd_m) SELECT i, 200 + i, 1, '2024-02-01Z', 'complete', '{air}', 1 FROM generate_series(1, 7) AS i;
	INSERT INTO LEDGER.sighting (installation_id, observation_id, sighting_id, asset_class_id, count) SELECT i, 200 + i, 2000 + i, 2, '[4,4]' FROM generate_series(1, 5) AS i});
tells(q{SELECT * FROM LEDGER.alert_log});
tells(q{SELECT LEDGER.alert_blind('2024-03-01Z')});
left_alike('alerts', 'some');

# imports
sub item { my ($id, $at, $cloud, $lon) = @_; return qq[{"type": "Feature", "stac_version": "1.0.0", "id": "$id", "collection": "images", "geometry": {"type": "Polygon", "coordinates": [[[${\($lon - 0.1)},49.9],[${\($lon + 0.1)},49.9],[${\($lon + 0.1)},50.1],[${\($lon - 0.1)},50.1],[${\($lon - 0.1)},49.9]]]}, "properties": {"datetime": "$at", "gsd": 0.5, "eo:cloud_cover": $cloud, "platform": "eye-$id"}}] }
sub found { return '{"type": "FeatureCollection", "features": [' . join(', ', map { my ($image, $class, $score, $lon) = @$_; qq[{"type": "Feature", "geometry": {"type": "Point", "coordinates": [$lon, 50]}, "properties": {"image_id": "$image", "class": "$class", "score": $score}}] } @_) . ']}' }
tells("SELECT * FROM LEDGER.import_stac('" . item('a', '2024-03-01T09:00:00Z', 3, 1) . "'::text, '{air}')");
tells("SELECT * FROM LEDGER.import_stac('{\"type\": \"FeatureCollection\", \"features\": [" . join(', ', item('b', '2024-03-02T09:00:00Z', 3, 2), item('c', '2024-03-02T09:00:00Z', 30, 3), item('far', '2024-03-02T09:00:00Z', 3, 60)) . "]}'::jsonb)");
tells("SELECT * FROM LEDGER.import_stac('" . item('a', '2024-03-01T09:00:00Z', 3, 1) . "'::text, '{air}')", 'again');
tells("SELECT * FROM LEDGER.import_stac('" . item('a', '2024-03-01T09:05:00Z', 3, 1) . "'::text, '{air}')", 'corrected');
refuses(q{SELECT * FROM LEDGER.import_stac('nothing'::text)}, qr/ERROR/);
left_alike('items', 'some');
tells("SELECT * FROM LEDGER.import_detections('" . found([ 'a', 'jet', 0.9, 1 ], [ 'a', 'jet', 0.8, 1.001 ], [ 'a', 'tug', 0.3, 1 ], [ 'b', 'jet', 0.9, 2 ], [ 'b', 'plane', 0.9, 2 ], [ 'none', 'jet', 0.9, 2 ]) . "'::text, 'net', scope => '{air,sea}', class_names => '{\"plane\": \"aircraft\"}')");
tells("SELECT * FROM LEDGER.import_detections('" . found([ 'c', 'jet', 0.9, 3 ]) . "'::jsonb, 'net', scope => '{air}', images => '{c,b}', replace => true)");
refuses(q{SELECT * FROM LEDGER.import_detections('[]'::text, '')}, qr/22S07/);
left_alike('detections');
both(q{INSERT INTO LEDGER.survey_site (site_id, name, lon, lat) VALUES ('s1', 'quay', 10, 51), ('s2', 'place 4', 4, 50)});
both(q{INSERT INTO LEDGER.survey (survey_id, site_id, observed_at, partial) VALUES ('v1', 's1', '2024-03-05T10:00:00Z', false), ('v2', 's2', '2024-03-06', true), ('v3', 's3', '2024-03-06', false)});
both(q{INSERT INTO LEDGER.survey_count (survey_id, class, n) VALUES ('v1', 'jet', '3'), ('v1', 'tug', '0'), ('v2', 'ship', '2'), ('v2', 'boat', '2')});
tells(q{SELECT * FROM LEDGER.import_surveys('walkers', '{*}', 'UTC')});
tells(q{SELECT * FROM LEDGER.import_surveys('walkers', '{*}', 'Asia/Tokyo')}, 'again, of what was rejected');
both(q{DELETE FROM LEDGER.survey; DELETE FROM LEDGER.survey_count; DELETE FROM LEDGER.survey_site});
left_alike('surveys', 'some');
my $lines = q{site,date,class,count,lon,lat,weather
place 6,2024-03-07T10:00Z,jet,2,,,fog
pier,2024-03-07T11:00Z,ferry,1,11,51,
pier,2024-03-08T11:00Z,tug,0,11,51,};
tells("SELECT * FROM LEDGER.import_flat('lists', '{*}', E'$lines', 'UTC', new_classes => true)");
for my $ledger (qw(whole tenant))
{
	(my $copy = $lines) =~ s/2024-03/2024-04/g;
	$coordinator->safe_psql('postgres', "COPY $ledger.flat (line) FROM STDIN WITH (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02');\n$copy\n\\.\n");
}
tells(q{SELECT * FROM LEDGER.import_flat('lists', '{*}', time_zone => 'UTC')}, 'what COPY has brought');
refuses(q{SELECT * FROM LEDGER.import_flat('lists', '{*}', 'nothing')}, qr/22S07/);
left_alike('flat files');
# and by hand
tells(q{SELECT LEDGER.begin_load('by hand', 'from a table')});
for my $ledger (qw(whole tenant))
{
	my $load = ask("SELECT max(load_id) FROM $ledger.load");
	ask("INSERT INTO $ledger.observation (installation_id, observation_id, source_id, observed_at, completeness, load_id) VALUES (1, 300, 1, '2024-03-10Z', 'partial', $load)");
}
refuses(q{SELECT * FROM LEDGER.undo_load([SELECT min(load_id) FROM LEDGER.load])}, qr/55000/, 'a load on which others rest');
refuses(q{SELECT * FROM LEDGER.undo_load(1)}, qr/22S07/);
tells(q{SELECT * FROM LEDGER.undo_load([SELECT max(load_id) FROM LEDGER.load WHERE undone_at IS NULL])}, "undone: $_") for 1 .. 3;
left_alike('undone', 'some');
tells(q{SELECT * FROM LEDGER.undo_load([SELECT max(load_id) FROM LEDGER.load WHERE undone_at IS NULL])}, "undone: $_") for 4 .. 6;
left_alike('all undone');

# upkeep
tells(q{SELECT * FROM LEDGER.merge_installations('place 3', 'place 3 too')});
tells(q{SELECT * FROM LEDGER.split_class('jet', 'big jet', 'small jet')});
tells(q{SELECT * FROM LEDGER.move_class('vehicle', 'ship')});
refuses(q{SELECT * FROM LEDGER.move_class('jet', 'ship')}, qr/ERROR/);
refuses(q{SELECT * FROM LEDGER.split_class('jet', 'big jet', 'another jet')}, qr/22S07/);
left_alike('upkeep');
tells(q{SELECT LEDGER.undo_upkeep([SELECT max(upkeep_id) FROM LEDGER.upkeep WHERE undone_at IS NULL])}, "upkeep undone: $_") for 1 .. 3;
refuses(q{SELECT LEDGER.undo_upkeep(1)}, qr/22S07/);
left_alike('upkeep undone', 'some');
tells(q{SELECT LEDGER.rederive()});
tells(q{SELECT LEDGER.rederive('place 2')});
# the coordinator goes on with numbers that nothing has
ask(q{INSERT INTO tenant.source (name) VALUES ('a third eye'); INSERT INTO tenant.asset_class (path, name) VALUES ('rail', 'rolling stock')});
is(ask(q{SELECT count(*) FROM tenant.source AS s JOIN tenant.asset_class AS c ON c.name = 'rolling stock' WHERE s.name = 'a third eye'}), '1', 'numbers that are free');
# (ON CONFLICT uses up numbers of the one)
for my $table (qw(source asset_class))
{
	my $last = ask("SELECT max(${table}_id) FROM tenant.$table");
	ask("INSERT INTO whole.$table SELECT * FROM tenant.$table WHERE ${table}_id = $last; SELECT setval(pg_get_serial_sequence('whole.$table', '${table}_id'), $last)");
}
tells(q{SELECT * FROM LEDGER.import_stac('} . item('later', '2024-03-11T09:00:00Z', 3, 1) . q{'::text)}, 'and the other server after those');

# none forgotten
is(ask(q{SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc AS p LEFT JOIN pg_stat_user_functions AS s ON s.funcid = p.oid
	WHERE p.pronamespace = 'tenant'::regnamespace AND obj_description(p.oid, 'pg_proc') !~ '^internal' AND coalesce(s.calls, 0) = 0}), '', 'each function has been called');

# rights and policies are as they were
# (so does a later version of the extension to types of rows, before and after it has dropped the functions)
ask(q{BEGIN; ALTER TYPE whole.change_row ADD ATTRIBUTE later int; ROLLBACK});
is(ask(q{SET citus.enable_unsafe_triggers = on; BEGIN; SELECT ledger_functions_drop('tenant'); ALTER TYPE tenant.change_row ADD ATTRIBUTE later int;
	SELECT count(DISTINCT result) FROM run_command_on_all_nodes($$SELECT count(*) FROM pg_attribute WHERE attrelid = 'tenant.change_row'::regclass AND attname = 'later'$$) WHERE success; ROLLBACK}) =~ s/^\s+//r, '1', 'columns are added to types of rows on each server');
is(ask(q{SELECT upgrade_ledger('whole'), upgrade_ledger('tenant')}), '|', 'upgraded, also the one that Citus has not');
for my $case ([ 'analyst', q{SELECT * FROM LEDGER.inventory('2024-01-20')} ], [ 'analyst', q{SELECT * FROM LEDGER.track('T1')} ], [ 'barred', q{SELECT * FROM LEDGER.track('T1')} ],
	[ 'barred', q{SELECT * FROM LEDGER.conflict} ], [ 'barred', q{SELECT * FROM LEDGER.dwc_event} ], [ 'barred', q{SELECT "eventID" FROM LEDGER.dwc_event} ], [ 'analyst', q{SELECT * FROM LEDGER.dwc_event} ],
	[ 'analyst', q{SELECT * FROM LEDGER.changes('2024-01-05', '2024-01-20')} ], [ 'analyst', q{SELECT * FROM LEDGER.observation_flat} ], [ 'analyst', q{SELECT LEDGER.page()} ],
	[ 'analyst', q{SELECT LEDGER.rederive()} ], [ 'loader', q{SELECT LEDGER.rederive()} ], [ 'analyst', q{SELECT * FROM LEDGER.split_class('ship', 'one', 'two')} ], [ 'analyst', q{SELECT LEDGER.begin_load('x')} ],
	[ 'loader', q{SELECT LEDGER.begin_load('x')} ], [ 'loader', q{SELECT * FROM LEDGER.import_stac('} . item('loaded', '2024-03-12T09:00:00Z', 3, 1) . q{'::text)} ], [ 'analyst', q{SELECT * FROM LEDGER.sighting} ], [ 'analyst', q{DELETE FROM LEDGER.sighting} ])
{
	alike($case->[1], "as $case->[0]: $case->[1]", "SET ROLE $case->[0];");
}
left_alike('at the end');

# how far an import is, while it runs
my @progress = map { my $ledger = $_; ask("BEGIN; SELECT count(*) FROM $ledger.import_stac('" . item('slow', '2024-03-13T09:00:00Z', 3, 1) . "'::text); SELECT percent FROM $ledger.import_progress; ROLLBACK") } qw(whole tenant);
is($progress[1], $progress[0], 'progress');
like($progress[0], qr/^1\n\d+$/, 'which is something');
# and a derivation
my @derived = map { my $ledger = $_; ask("BEGIN; INSERT INTO $ledger.installation (installation_id, name, location) SELECT 10000 + i, 'row ' || i, ST_SetSRID(ST_MakePoint(i / 100.0, -50), 4326) FROM generate_series(1, 1100) AS i;
	INSERT INTO $ledger.observation (installation_id, observation_id, source_id, observed_at, completeness) SELECT 10000 + i, 10000 + i, 1, '2024-01-01Z', 'partial' FROM generate_series(1, 1100) AS i;
	INSERT INTO $ledger.sighting (installation_id, observation_id, sighting_id, asset_class_id) SELECT 10000 + i, 10000 + i, 100000 + i, 1 FROM generate_series(1, 1100) AS i;
	SELECT $ledger.rederive() > 1000; SELECT percent, loader = current_user FROM $ledger.derivation_progress; ROLLBACK") } qw(whole tenant);
is($derived[1], $derived[0], 'progress of a derivation');
like($derived[0], qr/^t\n\d+\|t$/, 'which is something too');

# two ledgers in one transaction, of which one is imported into
ask(q{SELECT create_ledger('other'); SELECT distribute_ledger('other')});
isnt((place_of('other', $coordinator, @workers))[0]->port, (place_of('tenant', $coordinator, @workers))[0]->port, 'two ledgers lie on two workers');
like(fails(q{BEGIN; INSERT INTO other.source (name) VALUES ('both'); SELECT * FROM tenant.import_flat('both', '{*}', E'site,date,class,count\nplace 6,2024-05-07T10:00Z,jet,2'); COMMIT}), qr/0A000: cannot PREPARE a transaction that has operated on temporary objects/, 'refused');
is(ask(q{SELECT (SELECT count(*) FROM other.source), (SELECT count(*) FROM tenant.source WHERE name = 'both'), (SELECT count(*) FROM pg_prepared_xacts)}), '0|0|0', 'and nothing is left of it');
ask(q{BEGIN; INSERT INTO other.source (name) VALUES ('both'); SELECT tenant.begin_load('both'), tenant.alert_add('both'); COMMIT});
is(ask(q{SELECT (SELECT count(*) FROM other.source), (SELECT count(*) FROM tenant.load WHERE kind = 'both'), (SELECT count(*) FROM tenant.alert WHERE name = 'both')}), '1|1|1', 'what makes no tables goes in one transaction over two');
$coordinator->psql('postgres', q{BEGIN; INSERT INTO other.source (name) VALUES ('none'); SELECT tenant.begin_load('none'); ROLLBACK});
is(ask(q{SELECT (SELECT count(*) FROM other.source), (SELECT count(*) FROM tenant.load WHERE kind = 'none')}), '1|0', 'or not at all');

# what the page says is not as on one server
like(fails(q{BEGIN; INSERT INTO other.source (name) VALUES ('none'); SELECT * FROM tenant.undo_load(LOAD); COMMIT} =~ s/LOAD/ask('SELECT max(load_id) FROM tenant.load WHERE undone_at IS NULL')/er),
	qr/0A000: cannot PREPARE a transaction that has operated on temporary objects/, 'undo_load() of one and a row of another, in one transaction');
my $again = 'INSERT INTO tenant.sighting (installation_id, observation_id%s, asset_class_id, designation) SELECT o.installation_id, o.observation_id%s, 1, \'again\' FROM tenant.observation AS o LIMIT 3';
like(fails(sprintf($again =~ s/ LIMIT 3//r, ', sighting_id', ', 70000 + o.observation_id')), qr/42601: syntax error at or near "NOT"/, 'INSERT ... SELECT of the same ledger, with numbers');
is(ask(sprintf($again, '', '') . q{; SELECT count(*) FROM tenant.sighting WHERE designation = 'again'}), '3', 'and without');
is(ask(q{BEGIN; INSERT INTO tenant.observation (installation_id, observation_id, source_id, observed_at, completeness) VALUES (1, 900, 1, '2024-08-01Z', 'partial'); INSERT INTO tenant.sighting (installation_id, observation_id, sighting_id, asset_class_id) VALUES (1, 900, 9000, 1);
	SET CONSTRAINTS ALL IMMEDIATE; SELECT count(*) > 0 FROM tenant.pending; COMMIT; SELECT count(*) FROM tenant.pending}), "t\n0", 'SET CONSTRAINTS does not derive on the worker, commit does');
# who listens there hears of alerts, who listens here does not
my $place = (place_of('tenant', $coordinator, @workers))[0];
my %heard;
my %listens = map { my $node = $_; ($node->name => IPC::Run::start([ 'psql', '-X', '-q', '-d', $node->connstr('postgres'), '-c', 'LISTEN pg_sightings_alert', '-c', 'SELECT pg_sleep(600)', '-c', 'SELECT 1' ], '<', '/dev/null', '>', \$heard{$node->name}, '2>', '/dev/null')) } $coordinator, $place;
$_->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'}) for $coordinator, $place;
ask(q{SELECT tenant.alert_add('all of them', new_looks => true)});
ask(q{BEGIN; INSERT INTO tenant.observation (installation_id, observation_id, source_id, observed_at, completeness) VALUES (1, 901, 1, '2024-08-02Z', 'partial'); INSERT INTO tenant.sighting (installation_id, observation_id, sighting_id, asset_class_id, count) VALUES (1, 901, 9001, 1, '[7,7]'); COMMIT});
$_->safe_psql('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'}) for $coordinator, $place;
$_->finish for values %listens;
like($heard{$place->name}, qr/Asynchronous notification "pg_sightings_alert"/, 'LISTEN on the worker');
unlike($heard{$coordinator->name}, qr/Asynchronous/, 'and on the coordinator');

# a function that writes is sent with no query over the ledger's tables
for my $call (split /\n/, ask(q{SELECT format('%I(%s)', p.proname, (SELECT string_agg(CASE WHEN p.provariadic > 0 AND i = p.pronargs THEN 'VARIADIC ' ELSE '' END || 'NULL::' || format_type(p.proargtypes[i - 1], NULL), ', ' ORDER BY i) FROM generate_series(1, p.pronargs) AS i))
	FROM pg_proc AS p WHERE p.pronamespace = 'tenant'::regnamespace AND p.provolatile = 'v' AND obj_description(p.oid, 'pg_proc') !~ '^internal' ORDER BY 1}))
{
	# (names that there are, and functions of SQL, which Citus refuses itself)
	$call =~ s/^(merge_installations).*/$1('place 1', 'place 2')/;
	$call =~ s/^(move_class)\(NULL::text/$1('tug'/;
	like(fails("SELECT tenant.$call FROM tenant.ledger"), qr/22S07: ledger tenant lies here as a part of Citus|0A000: could not create distributed plan/, "within a query: $call");
}

# none is as it was made
is(ask(q{SELECT count(*) FROM pg_proc AS p WHERE p.pronamespace = 'tenant'::regnamespace AND obj_description(p.oid, 'pg_proc') !~ '^internal' AND p.prosrc !~ 'ledger_ask_elsewhere'}), '0', 'each of them asks');

$_->stop('fast') for $coordinator, @workers;
done_testing();
