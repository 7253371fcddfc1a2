# The upgrade of a ledger that is used hard: its name needs quotes, an ordinary role owns it,
# and users have hung on it whatever PostgreSQL lets them: a view on every function and view
# of it, functions, materialized views, indexes, columns, triggers, constraints, row-level
# security, rights. All of it must be there afterwards, as it was, and answer as it did.

use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use Ledger;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# those whose install scripts the server has; see test/tap/run
my @released = split ' ', $ENV{RELEASED};

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', "CREATE ROLE keeper; CREATE ROLE deputy IN ROLE keeper; CREATE ROLE analyst; CREATE ROLE importer");

my $text = 'Fleet "Ost" %I 2024';
my $ledger = '"Fleet ""Ost"" %I 2024"';

my $make = <<"SQL";
SET ROLE keeper;
SELECT create_ledger('$text');
INSERT INTO $ledger.source (name) VALUES ('satellite');
INSERT INTO $ledger.asset_class (path, name) SELECT p::ltree, p FROM unnest(ARRAY['aircraft.transport.il76',
	'aircraft.transport.an124', 'aircraft.helicopter.ka52', 'ship.frigate']) AS p;
INSERT INTO $ledger.installation (name, location)
SELECT 'site ' || i, ST_SetSRID(ST_MakePoint(-180 + 29.7 * i, 40 - 5 * i), 4326) FROM generate_series(1, 12) AS i;
SQL

# A view on each view, and on each function that returns rows or a value, called with nulls.
my $on_each = <<"SQL";
SET ROLE keeper;
CREATE SCHEMA "Users' own";
SELECT format('CREATE VIEW "Users'' own".%I AS SELECT * FROM %I.%I AS r', 'on_' || relname, nspname, relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = '$text' AND relkind IN ('v', 'r') ORDER BY relname
\\gexec
SELECT format('CREATE VIEW "Users'' own".%I AS SELECT * FROM %s(%s) AS r', 'of_' || proname || '_' || row_number() OVER (PARTITION BY proname ORDER BY p.oid::regprocedure::text),
	format('%I.%I', nspname, proname), (SELECT string_agg(CASE WHEN provariadic <> 0 AND n = pronargs THEN 'VARIADIC ' ELSE '' END || 'NULL::' || format_type(t, NULL), ', ' ORDER BY n) FROM unnest(proargtypes) WITH ORDINALITY AS a(t, n)))
FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
WHERE nspname = '$text' AND prokind = 'f' AND prorettype NOT IN ('trigger'::regtype, 'void'::regtype) AND provolatile <> 'v' ORDER BY proname, 1
\\gexec
SQL

my $hung = <<"SQL";
SET ROLE keeper;
SET search_path = "Users' own", public;
GRANT USAGE ON SCHEMA $ledger, "Users' own" TO analyst, importer;
-- views, one on the other, with conditions that indexes serve
CREATE VIEW stays AS SELECT installation_id, asset_class_id, run, first_seen(run) AS since FROM $ledger.presence WHERE run <~> watch('2024-03-01Z', '2024-09-01Z');
CREATE VIEW long_stays WITH (security_barrier) AS SELECT * FROM stays WHERE last_seen(run) - since > '20 days';
CREATE VIEW year AS SELECT * FROM $ledger.changes('2024-03-01', '2024-09-01');
CREATE MATERIALIZED VIEW log AS SELECT row_number() OVER () AS n, l.* FROM $ledger.change_log AS l;
CREATE UNIQUE INDEX log_key ON log (n);
-- functions bound to the reports, and one that is text; a policy, a check and an index on those
CREATE FUNCTION there(t timestamptz) RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM $ledger.inventory_at(t); END;
CREATE FUNCTION there_as_text(t timestamptz) RETURNS bigint LANGUAGE sql STABLE AS \$\$ SELECT count(*) FROM $ledger.inventory_at(t) \$\$;
CREATE FUNCTION lasted(p presence) RETURNS interval LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT last_seen(p) - first_seen(p); END;
CREATE INDEX own_time ON $ledger.presence USING gist (run presence_gist_time_ops);
CREATE INDEX own_brin ON $ledger.presence USING brin (run);
CREATE INDEX own_partial ON $ledger.presence (installation_id) WHERE run <~> watch('2024-03-01Z', '2024-09-01Z');
CREATE INDEX own_lasted ON $ledger.presence (lasted(run));
CREATE UNIQUE INDEX own_unique ON $ledger.observation (observed_at, installation_id, observation_id);
CREATE STATISTICS own_statistics ON installation_id, asset_class_id FROM $ledger.presence;
-- columns, a constraint, a trigger, a default
ALTER TABLE $ledger.presence ADD COLUMN lasted interval;
UPDATE $ledger.presence SET lasted = last_seen(run) - first_seen(run);
ALTER TABLE $ledger.observation ADD COLUMN cell text NOT NULL DEFAULT 'none' CHECK (cell <> '');
ALTER TABLE $ledger.sighting ADD COLUMN marks text[] DEFAULT '{}';
ALTER TABLE $ledger.installation ADD CONSTRAINT own_check CHECK (name NOT LIKE '%;%');
-- a function of the table's row, which none of its columns may change under
CREATE FUNCTION row_of(c $ledger.presence) RETURNS text LANGUAGE sql STABLE BEGIN ATOMIC SELECT c.run::text; END;
CREATE TABLE audit (n bigint GENERATED ALWAYS AS IDENTITY, what text, sighting_id bigint, run presence, w watch DEFAULT watch('2024-03-01Z', '2024-09-01Z'));
CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = "Users' own", public AS \$\$
	BEGIN INSERT INTO audit (what, sighting_id) VALUES (TG_OP, NEW.sighting_id); RETURN NEW; END \$\$;
CREATE TRIGGER own_audit AFTER INSERT OR UPDATE ON $ledger.sighting FOR EACH ROW EXECUTE FUNCTION note_it();
CREATE TABLE remark (installation_id bigint REFERENCES $ledger.installation ON UPDATE CASCADE, run presence, remark text, CONSTRAINT own_once EXCLUDE USING btree (installation_id WITH =, run WITH =));
-- rights: of tables, of columns, of functions; rows
GRANT SELECT ON ALL TABLES IN SCHEMA $ledger, "Users' own" TO analyst;
REVOKE SELECT ON $ledger.sighting FROM analyst;
GRANT SELECT (installation_id, sighting_id, asset_class_id, count) ON $ledger.sighting TO analyst;
REVOKE EXECUTE ON FUNCTION $ledger.inventory, $ledger.airlift FROM PUBLIC;
GRANT EXECUTE ON FUNCTION $ledger.airlift TO analyst;
GRANT INSERT ON $ledger.observation, $ledger.sighting TO importer;
ALTER TABLE $ledger.installation ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON $ledger.installation TO analyst USING (installation_id % 2 = 0);
CREATE POLICY all_of_it ON $ledger.installation TO importer USING (true);
ALTER TABLE $ledger.presence ENABLE ROW LEVEL SECURITY;
CREATE POLICY owners ON $ledger.presence TO keeper USING (true) WITH CHECK (true);
CREATE POLICY in_part ON $ledger.presence TO analyst USING (lasted(run) >= '0' AND run && watch('2024-03-01Z', '2024-09-01Z'));
COMMENT ON VIEW year IS 'ours';
SQL

my $asked = <<"SQL";
SET TimeZone = 'UTC';
SET search_path = "Users' own", public;
SET ROLE keeper;
SELECT run, since FROM stays ORDER BY run, installation_id, asset_class_id;
SELECT count(*) FROM long_stays;
SELECT count(*) FROM year AS y;
SELECT count(*), max(n) FROM log;
SELECT there('2024-06-01Z'), there_as_text('2024-06-01Z');
SELECT row_of(p), lasted FROM $ledger.presence AS p ORDER BY run, installation_id, asset_class_id, status, designation;
SELECT observation_id, cell FROM $ledger.observation ORDER BY 1;
SET ROLE analyst;
SELECT count(*) FROM $ledger.installation;
SELECT count(*) FROM $ledger.presence;
SELECT count(count) FROM $ledger.sighting;
SET enable_seqscan = off;
SELECT run FROM $ledger.presence WHERE run \@+ watch('2024-03-01Z', '2024-09-01Z') ORDER BY run, installation_id, asset_class_id;
SQL

# What is the users' own in the catalog, by definition; and what is set on the ledger's.
my $theirs = <<"SQL";
SET search_path = pg_catalog;
SELECT replace(line, E'\\n', ' ') FROM (
	SELECT 'view ' || c.relname || ' ' || pg_get_viewdef(c.oid) || coalesce(c.reloptions::text, '') || c.relowner::regrole || coalesce(c.relacl::text, '') || coalesce(obj_description(c.oid, 'pg_class'), '')
	FROM pg_class c WHERE c.relnamespace = '"Users'' own"'::regnamespace AND c.relkind IN ('v', 'm')
	UNION ALL SELECT 'function ' || pg_get_functiondef(p.oid) || p.proowner::regrole FROM pg_proc p WHERE p.pronamespace = '"Users'' own"'::regnamespace
	UNION ALL SELECT 'index ' || pg_get_indexdef(i.indexrelid) || i.indisvalid || i.indisready FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname LIKE 'own\\_%' OR c.relnamespace = '"Users'' own"'::regnamespace
	UNION ALL SELECT 'policy ' || p.polname || p.polrelid::regclass || p.polcmd::text || p.polroles::regrole[]::text || coalesce(pg_get_expr(p.polqual, p.polrelid), '') || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') FROM pg_policy p
	UNION ALL SELECT 'trigger ' || pg_get_triggerdef(t.oid) || t.tgenabled::text FROM pg_trigger t WHERE t.tgname LIKE 'own\\_%'
	UNION ALL SELECT 'constraint ' || c.conrelid::regclass || c.conname || pg_get_constraintdef(c.oid) || c.convalidated FROM pg_constraint c WHERE c.conname LIKE 'own\\_%' OR c.connamespace = '"Users'' own"'::regnamespace
	UNION ALL SELECT 'column ' || a.attrelid::regclass || a.attname || format_type(a.atttypid, -1) || a.attgenerated::text || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || coalesce(a.attacl::text, '')
	FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
	WHERE a.attrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN ('$ledger'::regnamespace, '"Users'' own"'::regnamespace)) AND (a.attacl IS NOT NULL OR a.attname IN ('lasted', 'cell', 'marks', 'w'))
	UNION ALL SELECT 'relation ' || c.relname || c.relowner::regrole || coalesce(c.relacl::text, '') || c.relrowsecurity || c.relforcerowsecurity FROM pg_class c
	WHERE c.relnamespace = '$ledger'::regnamespace AND c.relname IN ('installation', 'asset_class', 'source', 'observation', 'sighting', 'presence')
	UNION ALL SELECT 'rights ' || p.proname || p.proacl::text FROM pg_proc p WHERE p.pronamespace = '$ledger'::regnamespace AND p.proname IN ('airlift', 'inventory')
	UNION ALL SELECT 'statistics ' || pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
) AS l(line) ORDER BY line COLLATE "C";
SQL

# What of the ledger is not its owner's: nothing.
my $foreign = <<"SQL";
SELECT count(*) FROM (SELECT relowner FROM pg_class WHERE relnamespace = '$ledger'::regnamespace
	UNION ALL SELECT proowner FROM pg_proc WHERE pronamespace = '$ledger'::regnamespace
	UNION ALL SELECT typowner FROM pg_type WHERE typnamespace = '$ledger'::regnamespace) AS o(owner) WHERE owner <> 'keeper'::regrole;
SQL

sub as_keeper
{
	my ($database, $sql) = @_;
	return $node->safe_psql($database, "SET ROLE keeper;\n$sql");
}

sub fails
{
	my ($database, $sql, $like, $name) = @_;
	my ($code, $out, $err) = $node->psql($database, $sql);
	ok($code != 0 && $err =~ $like, $name) or diag($err);
	return;
}

sub upgrades_from
{
	my ($version) = @_;
	my $database = "from_$version" =~ tr/./_/r;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE EXTENSION pg_sightings VERSION '$version' CASCADE; GRANT CREATE ON DATABASE $database TO keeper");
	$node->safe_psql($database, $make);
	as_keeper($database, load_sql($ledger, 1, $_)) for 1 .. 40;
	$node->safe_psql($database, $on_each);
	$node->safe_psql($database, $hung);
	as_keeper($database, load_sql($ledger, 1, $_)) for 41 .. 60;
	as_keeper($database, 'REFRESH MATERIALIZED VIEW "Users\' own".log');

	my $views = $node->safe_psql($database, q{SELECT count(*) FROM pg_class WHERE relnamespace = '"Users'' own"'::regnamespace AND relname ~ '^o[nf]_'});
	cmp_ok($views, '>', 40, "$version: a view on everything ($views)");
	my $before = $node->safe_psql($database, $asked);
	my $objects = $node->safe_psql($database, $theirs);
	cmp_ok(length $before, '>', 5000, "$version: there are answers to compare");
	cmp_ok(scalar(split /\n/, $objects), '>', 80, "$version: and objects");
	my $audited = $node->safe_psql($database, q{SELECT count(*) FROM "Users' own".audit});
	cmp_ok($audited, '>', 10, "$version: the users' trigger ran");

	$node->safe_psql($database, 'ALTER EXTENSION pg_sightings UPDATE');
	is($node->safe_psql($database, $asked), $before, "$version: the extension updated, it answers the same");
	is($node->safe_psql($database, $theirs), $objects, "$version: and the users' objects are as they were");
	# nobody but the owner may
	fails($database, "SELECT upgrade_ledger('$text')", qr/must be owner/, "$version: a superuser is told to be the owner");
	fails($database, "SET ROLE deputy; SELECT upgrade_ledger('$text')", qr/must be owner/, "$version: so is a member of the owner");
	fails($database, "SET ROLE analyst; SELECT upgrade_ledger('$text')", qr/must be owner/, "$version: so is anybody");

	for my $time ('once', 'twice')
	{
		as_keeper($database, "SELECT upgrade_ledger('$text')");
		is($node->safe_psql($database, $asked), $before, "$version: upgraded $time, it answers the same");
		is($node->safe_psql($database, $theirs), $objects, "$version: upgraded $time, the users' objects are as they were");
		is($node->safe_psql($database, $foreign), '0', "$version: upgraded $time, all is the owner's");
		sound($node, $database, $ledger, "$version: upgraded $time");
		same_as_scan($node, $database, $ledger, "$version: upgraded $time");
	}
	is($node->safe_psql($database, q{SELECT count(*) FROM "Users' own".audit}), $audited, "$version: evidence was not touched");

	# it goes on: the owner, an importer, the users' trigger; and what they may not they still may not
	as_keeper($database, load_sql($ledger, 2, $_)) for 1 .. 15;
	$node->safe_psql($database, <<"SQL");
SET ROLE importer;
INSERT INTO $ledger.observation (installation_id, observation_id, observed_at, source_id, completeness, scope) VALUES (3, 900000, '2024-05-05Z', 1, 'complete', '{aircraft}');
INSERT INTO $ledger.sighting (installation_id, observation_id, asset_class_id, count) VALUES (3, 900000, 1, '[2,2]');
SQL
	cmp_ok($node->safe_psql($database, q{SELECT count(*) FROM "Users' own".audit}), '>', $audited, "$version: the users' trigger runs on");
	sound($node, $database, $ledger, "$version: loaded after it");
	fails($database, "SET ROLE analyst; SELECT note FROM $ledger.sighting", qr/permission denied/, "$version: columns that were not granted");
	fails($database, "SET ROLE analyst; SELECT * FROM $ledger.inventory('2024-06-01')", qr/permission denied/, "$version: functions that were not granted");
	# of rows hidden from the owner too nothing is derived away
	as_keeper($database, "ALTER TABLE $ledger.sighting ENABLE ROW LEVEL SECURITY; ALTER TABLE $ledger.sighting FORCE ROW LEVEL SECURITY;
		CREATE POLICY own_half ON $ledger.sighting USING (sighting_id % 2 = 0)");
	as_keeper($database, "UPDATE $ledger.sighting SET count = '[3,3]' WHERE designation IS NULL");
	as_keeper($database, "SELECT upgrade_ledger('$text')");
	as_keeper($database, "ALTER TABLE $ledger.sighting NO FORCE ROW LEVEL SECURITY");
	sound($node, $database, $ledger, "$version: upgraded where half is hidden from the owner");
	as_keeper($database, "SELECT $ledger.rederive()");
	sound($node, $database, $ledger, "$version: derived again");
	$node->safe_psql($database, 'DROP SCHEMA "Users\' own" CASCADE');
	as_keeper($database, "SELECT drop_ledger('$text')");
	is($node->safe_psql($database, "SELECT count(*) FROM pg_namespace WHERE nspname = '$text'"), '0', "$version: dropped");
	return;
}

$node->safe_psql('postgres', 'CREATE EXTENSION pg_sightings CASCADE');
my $now = $node->safe_psql('postgres', "SELECT extversion FROM pg_extension WHERE extname = 'pg_sightings'");
upgrades_from($now);
SKIP:
{
	skip 'no version that was released before has a tag', 1 if !@released;
	upgrades_from($_) for @released;
}

$node->stop;
done_testing();
