# ALTER EXTENSION ... UPDATE from each released version gives the catalog of a fresh
# install, and upgrade_ledger() the ledger of a fresh one, with the user's objects kept;
# of the present version too, whose ledgers it leaves as they are. And a made-up next version
# gives a report further columns, beside views and functions of users (test/tap/next).

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
$node->start;

# Every object of the extension, one line each with all that defines it; no OIDs.
my $extension = <<'SQL';
SET search_path = pg_catalog;
WITH ours AS (
	SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
	WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'pg_sightings'),
line(line) AS (
	SELECT 'function ' || p.oid::regprocedure || ' ' || (to_jsonb(p) - '{oid,pronamespace,proowner,prosupport,proargdefaults,provariadic,protrftypes,prosqlbody,prorettype,proargtypes,proallargtypes}'::text[]) || ' '
		|| p.prosupport::text || ' ' || pg_get_function_arguments(p.oid) || ' ' || coalesce(pg_get_function_result(p.oid), '') || ' '
		|| coalesce(pg_get_function_sqlbody(p.oid), '')
	FROM pg_proc p WHERE EXISTS (SELECT FROM ours WHERE classid = 'pg_proc'::regclass AND objid = p.oid)
	UNION ALL
	SELECT 'aggregate ' || a.aggfnoid::regprocedure || ' ' || jsonb_build_array(a.aggkind, a.aggtransfn, a.aggfinalfn, a.aggcombinefn,
		a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggsortop::regoperator, a.aggtranstype::regtype, a.aggtransspace, a.agginitval,
		a.aggfinalextra, a.aggfinalmodify)
	FROM pg_aggregate a WHERE EXISTS (SELECT FROM ours WHERE classid = 'pg_proc'::regclass AND objid = a.aggfnoid)
	UNION ALL
	SELECT 'type ' || t.oid::regtype || ' ' || jsonb_build_array(t.typlen, t.typbyval, t.typtype, t.typcategory, t.typispreferred, t.typdelim,
		t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, t.typanalyze, t.typalign, t.typstorage,
		t.typelem::regtype, t.typbasetype::regtype, t.typdefault, t.typacl)
	FROM pg_type t WHERE EXISTS (SELECT FROM ours WHERE classid = 'pg_type'::regclass AND objid = t.oid)
	UNION ALL
	SELECT 'attribute ' || t.oid::regtype || ' ' || a.attnum || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
	FROM pg_type t JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
	WHERE EXISTS (SELECT FROM ours WHERE classid = 'pg_type'::regclass AND objid = t.oid)
	UNION ALL
	SELECT 'operator ' || o.oid::regoperator || ' ' || jsonb_build_array(o.oprkind, o.oprcanmerge, o.oprcanhash, o.oprresult::regtype,
		o.oprcom::regoperator, o.oprnegate::regoperator, o.oprcode, o.oprrest, o.oprjoin)
	FROM pg_operator o WHERE EXISTS (SELECT FROM ours WHERE classid = 'pg_operator'::regclass AND objid = o.oid)
	UNION ALL
	SELECT 'cast ' || c.castsource::regtype || ' ' || c.casttarget::regtype || ' ' || c.castfunc::regproc::text || c.castcontext::text || c.castmethod::text
	FROM pg_cast c WHERE EXISTS (SELECT FROM ours WHERE classid = 'pg_cast'::regclass AND objid = c.oid)
	UNION ALL
	SELECT 'opclass ' || jsonb_build_array(c.opcname, m.amname, f.opfname, c.opcintype::regtype, c.opcdefault, c.opckeytype::regtype)::text
	FROM pg_opclass c JOIN pg_am m ON m.oid = c.opcmethod JOIN pg_opfamily f ON f.oid = c.opcfamily
	WHERE EXISTS (SELECT FROM ours WHERE classid = 'pg_opclass'::regclass AND objid = c.oid)
	UNION ALL
	SELECT 'opfamily ' || jsonb_build_array(f.opfname, m.amname, o.amoplefttype::regtype, o.amoprighttype::regtype, o.amopstrategy, o.amoppurpose,
		o.amopopr::regoperator, (SELECT s.opfname FROM pg_opfamily s WHERE s.oid = o.amopsortfamily))::text
	FROM pg_amop o JOIN pg_opfamily f ON f.oid = o.amopfamily JOIN pg_am m ON m.oid = f.opfmethod
	WHERE EXISTS (SELECT FROM ours WHERE classid = 'pg_opfamily'::regclass AND objid = f.oid)
	UNION ALL
	SELECT 'opfamily ' || jsonb_build_array(f.opfname, m.amname, p.amproclefttype::regtype, p.amprocrighttype::regtype, p.amprocnum, p.amproc)::text
	FROM pg_amproc p JOIN pg_opfamily f ON f.oid = p.amprocfamily JOIN pg_am m ON m.oid = f.opfmethod
	WHERE EXISTS (SELECT FROM ours WHERE classid = 'pg_opfamily'::regclass AND objid = f.oid)
	UNION ALL
	SELECT 'member ' || (i.identity).type::text || ' ' || (i.identity).identity || ' comment ' || coalesce(i.comment, '')
	FROM (SELECT pg_identify_object(classid, objid, 0) AS identity,
			obj_description(objid, (SELECT relname FROM pg_class WHERE oid = classid)) AS comment FROM ours) AS i)
SELECT replace(line, E'\n', ' ') FROM line ORDER BY line COLLATE "C";
SQL

# The same of a ledger's schema. The order of a table's columns may differ; what clients
# name does not depend on it. That of a report's may not.
my $ledger = <<'SQL';
SET search_path = pg_catalog;
WITH relation AS (SELECT c.* FROM pg_class c WHERE c.relnamespace = 'kept'::regnamespace),
line(line) AS (
	SELECT 'relation ' || r.relname || ' ' || r.relkind::text || ' ' || coalesce(r.reloptions::text, '') || ' ' || coalesce(r.relacl, acldefault(CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", r.relowner))::text || ' '
		|| r.relrowsecurity || ' ' || coalesce(obj_description(r.oid, 'pg_class'), '') || CASE WHEN r.relkind = 'v' THEN pg_get_viewdef(r.oid) ELSE '' END
	FROM relation r WHERE r.relkind <> 'i'
	UNION ALL
	SELECT 'column ' || r.relname || '.' || CASE WHEN r.relkind = 'c' THEN a.attnum || ' ' ELSE '' END || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || a.attidentity::text || ' '
		|| coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' ' || coalesce(col_description(r.oid, a.attnum), '')
	FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
	LEFT JOIN pg_attrdef d ON d.adrelid = r.oid AND d.adnum = a.attnum WHERE r.relkind <> 'i'
	UNION ALL
	SELECT 'index ' || pg_get_indexdef(r.oid) FROM relation r WHERE r.relkind = 'i'
	UNION ALL
	SELECT 'constraint ' || r.relname || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid) FROM relation r JOIN pg_constraint c ON c.conrelid = r.oid
	UNION ALL
	SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM relation r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
	UNION ALL
	SELECT 'function ' || p.oid::regprocedure || ' ' || coalesce(p.proacl::text, '') || ' ' || pg_get_functiondef(p.oid) || ' '
		|| coalesce(obj_description(p.oid, 'pg_proc'), '')
	FROM pg_proc p WHERE p.pronamespace = 'kept'::regnamespace
	UNION ALL
	SELECT 'type ' || t.typname || ' ' || coalesce(obj_description(t.oid, 'pg_type'), '') FROM pg_type t WHERE t.typnamespace = 'kept'::regnamespace)
SELECT replace(line, E'\n', ' ') FROM line ORDER BY line COLLATE "C";
SQL

# What a user may hang on a ledger.
my $users = <<'SQL';
CREATE ROLE analyst;
CREATE SCHEMA users;
GRANT USAGE ON SCHEMA kept, users TO analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA kept TO analyst;
CREATE VIEW users.year AS SELECT * FROM kept.changes('2024-03-01', '2024-09-01');
CREATE VIEW users.now AS SELECT * FROM kept.current_inventory;
CREATE VIEW users.stays AS SELECT presence_id, run, first_seen(run) AS since FROM kept.presence WHERE run <~> watch('2024-03-01Z', '2024-09-01Z');
CREATE MATERIALIZED VIEW users.log AS SELECT * FROM kept.change_log;
CREATE VIEW users.whole AS SELECT c FROM kept.changes('2024-03-01', '2024-09-01') AS c;
CREATE MATERIALIZED VIEW users.verdicts AS SELECT installation, class_path, verdict FROM kept.changes('2024-03-01', '2024-09-01');
CREATE FUNCTION users.changed(mode text) RETURNS TABLE (installation text, class_path text, verdict text, geom geometry) LANGUAGE sql STABLE
	BEGIN ATOMIC SELECT c.installation, c.class_path, c.verdict, c.geom FROM kept.changes('2024-03-01', '2024-09-01', mode => changed.mode) AS c; END;
CREATE FUNCTION users.said(mode text) RETURNS SETOF text LANGUAGE plpgsql STABLE AS $$
	DECLARE r record; BEGIN FOR r IN SELECT * FROM kept.changes('2024-03-01', '2024-09-01', mode => said.mode) LOOP RETURN NEXT r.verdict || r.installation; END LOOP; END $$;
CREATE TABLE users.stored (n int, change kept.change_row);
INSERT INTO users.stored SELECT 1, c FROM kept.changes('2024-03-01', '2024-09-01') AS c;
CREATE FUNCTION users.there(t timestamptz) RETURNS bigint LANGUAGE sql STABLE
	BEGIN ATOMIC SELECT count(*) FROM kept.inventory_at(t); END;
CREATE TABLE users.remark (installation_id bigint REFERENCES kept.installation, run presence, remark text);
CREATE INDEX ON users.remark USING gist (run);
INSERT INTO users.remark SELECT installation_id, run, 'seen' FROM kept.presence;
GRANT SELECT ON ALL TABLES IN SCHEMA users TO analyst;
ALTER TABLE kept.installation ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON kept.installation TO analyst USING (installation_id % 2 = 0);
SQL

my $asked = <<'SQL';
SET TimeZone = 'UTC';
SELECT * FROM users.year AS y ORDER BY y::text;
SELECT (c).installation, (c).class_path, (c).verdict, (c).geom FROM users.whole ORDER BY 1, 2;
REFRESH MATERIALIZED VIEW users.verdicts;
SELECT * FROM users.verdicts AS v ORDER BY v::text;
SELECT * FROM users.changed('possible') AS c ORDER BY c::text;
SELECT * FROM users.said('certain') AS c ORDER BY c;
SELECT (change).installation, (change).class_path, (change).geom FROM users.stored ORDER BY 1, 2;
SELECT count(*) FROM users.now;
SELECT run, since FROM users.stays ORDER BY run;
SELECT count(*) FROM users.log;
SELECT users.there('2024-06-01Z');
SELECT count(*) FROM users.remark WHERE run <~> watch('2024-03-01Z', '2024-09-01Z');
SET ROLE analyst;
SELECT count(*) FROM kept.installation;
SELECT count(*) FROM users.stays;
SQL

# What is meant to differ after an upgrade, of the extension or of a ledger: patterns of lines, by the
# version from which (extension/upgrade/differences).
my %intended;
my $differences = "$ENV{TESTDIR}/differences";
for my $line (-e $differences ? split(/\n/, slurp_file($differences)) : ())
{
	my ($version, $pattern) = split /\t/, $line, 2;
	push @{ $intended{$version} }, qr/$pattern/ if defined $pattern && $version !~ /^#/;
}
my %met;

sub is_intended
{
	my ($version, $line) = @_;
	my ($pattern) = grep { $line =~ $_ } @{ $intended{$version} // [] };
	$met{$version}{$pattern} = 1 if defined $pattern;
	return defined $pattern;
}

# Says of each line that only one side has where it differs from one that begins alike.
sub same_lines
{
	my ($old, $new, $name) = @_;
	my %count;
	$count{$_}++ for split /\n/, $new;
	$count{$_}-- for split /\n/, $old;
	my ($version) = $name =~ /^(\S+):/;
	my @fresh = grep { $count{$_} > 0 && !is_intended($version, $_) } sort keys %count;
	my @upgraded = grep { $count{$_} < 0 && !is_intended($version, $_) } sort keys %count;
	my $said = '';
	for my $line (@fresh, @upgraded)
	{
		my @others = $count{$line} > 0 ? @upgraded : @fresh;
		my ($at) = sort { $b <=> $a } map { ($line ^ $_) =~ /^(\0*)/; length $1 } @others, '';
		$said .= ($count{$line} > 0 ? 'only fresh: ' : 'only upgraded: ') . substr($line, 0, 70) . ' ... '
			. substr($line, $at > 20 ? $at - 20 : 0, 100) . "\n";
	}
	is($said, '', $name);
	return;
}

# The extension and a ledger as a version makes them.
my %fresh;

sub fresh
{
	my ($version) = @_;
	return @{ $fresh{$version} } if $fresh{$version};
	my $database = "fresh_$version" =~ tr/./_/r;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE EXTENSION pg_sightings VERSION '$version' CASCADE");
	make_ledger($node, $database, 'kept');
	$fresh{$version} = [ $node->safe_psql($database, $extension), $node->safe_psql($database, $ledger) ];
	cmp_ok(scalar(split /\n/, $fresh{$version}[0]), '>', 300, "$version: there is a catalog to compare");
	cmp_ok(scalar(split /\n/, $fresh{$version}[1]), '>', 100, "$version: there is a ledger to compare");
	return @{ $fresh{$version} };
}

$node->safe_psql('postgres', 'CREATE EXTENSION pg_sightings CASCADE');
my $now = $node->safe_psql('postgres', "SELECT extversion FROM pg_extension WHERE extname = 'pg_sightings'");

# those whose install scripts the server has; see test/tap/run
my @released = split ' ', $ENV{RELEASED};

# Upgrades the ledger under a session that has asked it before: returns what a prepared question for some
# columns answers before and after, and what one for all columns is told.
sub upgrade_under_session
{
	my ($database) = @_;
	my ($host, $port) = ($node->host, $node->port);
	my ($code, $out, $err) = $node->psql($database, <<"SQL", on_error_stop => 0);
PREPARE few AS SELECT installation, class_path, verdict FROM kept.changes('2024-03-01', '2024-09-01') AS c ORDER BY c::text;
PREPARE all_of_it AS SELECT * FROM kept.changes('2024-03-01', '2024-09-01');
CREATE TEMP TABLE first AS EXECUTE all_of_it;
EXECUTE few;
\\! psql -X -q -v ON_ERROR_STOP=1 -h '$host' -p $port -d $database -o /dev/null -c "SELECT upgrade_ledger('kept')"
\\echo then
EXECUTE few;
EXECUTE all_of_it;
SQL
	my ($before, $after) = split /^then\n/m, "$out\n";
	return ($before, $after, $err);
}

# A made-up version's further columns: one of the ledger's functions, and one that the library does not know.
sub has_grown
{
	my ($database, $name) = @_;
	is($node->safe_psql($database, <<'SQL'), '0|t|t', "$name: changes() has them, null where the library knows nothing of it");
SELECT count(lens), count(*) > 0, bool_and(days_between = extract(day FROM after_looked_at - before_looked_at))
FROM kept.changes('2024-03-01', '2024-09-01', mode => 'certain');
SQL
	is($node->safe_psql($database, <<'SQL'), 'between_looks changes changes_between changes_since top_changes unusual', "$name: so have its like, as their last");
SELECT string_agg(f.proname, ' ' ORDER BY f.proname COLLATE "C")
FROM pg_proc f JOIN pg_class c ON c.reltype = f.prorettype JOIN pg_attribute a ON a.attrelid = c.oid
WHERE f.pronamespace = 'kept'::regnamespace AND a.attname = 'lens' AND a.attnum = c.relnatts;
SQL
	return;
}

sub upgrades_from
{
	my ($version, $to) = @_;
	my ($fresh_extension, $fresh_ledger) = fresh($to);
	my $grows = $to eq 'next';
	my $database = "from_${version}_to_$to" =~ tr/./_/r;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, "CREATE EXTENSION pg_sightings VERSION '$version' CASCADE");
	make_ledger($node, $database, 'kept');
	$node->safe_psql($database, load_sql('kept', 1, $_)) for 1 .. 60;
	$node->safe_psql($database, $users);
	my $before = $node->safe_psql($database, $asked);
	my $answered = answers($node, $database, 'kept');

	$node->safe_psql($database, "ALTER EXTENSION pg_sightings UPDATE TO '$to'");
	is($node->safe_psql($database, "SELECT extversion FROM pg_extension WHERE extname = 'pg_sightings'"),
		$to, "$version: updated");
	same_lines($node->safe_psql($database, $extension), $fresh_extension, "$version: the extension is as if fresh");
	same_lines($node->safe_psql($database, $asked), $before, "$version: the ledger answers as before it is upgraded");
	$node->safe_psql($database, load_sql('kept', 2, $_)) for 1 .. 10;
	sound($node, $database, 'kept', "$version: before upgrade_ledger()");
	$node->safe_psql($database, 'DELETE FROM kept.observation WHERE observation_id > 200000');
	sound($node, $database, 'kept', "$version: deleted again");

	if ($grows)
	{
		my ($first, $then, $told) = upgrade_under_session($database);
		cmp_ok(scalar(split /\n/, $first), '>', 10, "$version: a session has asked");
		is($then, $first, "$version: some columns are prepared, and go on");
		like($told, qr/^psql:\S+ ERROR:  cached plan must not change result type$/, "$version: all are, and must be prepared anew");
		has_grown($database, $version);
		# what PostgreSQL refuses after 15: a view of whole rows that have a column more by now, until it is made anew
		if ($node->pg_version >= 16)
		{
			my (undef, undef, $refused) = $node->psql($database, 'SELECT * FROM users.whole');
			like($refused, qr/too few column names for subquery/, "$version: a view of whole rows is refused");
			$node->safe_psql($database, "CREATE OR REPLACE VIEW users.whole AS SELECT c FROM kept.changes('2024-03-01', '2024-09-01') AS c");
		}
	}
	else
	{
		$node->safe_psql($database, "SELECT upgrade_ledger('kept')");
	}
	same_lines($node->safe_psql($database, $asked), $before, "$version: what users hung on the ledger answers as before");
	# presences derived again have other numbers
	same_lines(map({ s/^\d+$//gmr } answers($node, $database, 'kept'), $answered), "$version: the reports answer as before") if !$grows;
	sound($node, $database, 'kept', "$version: after upgrade_ledger()");
	same_as_scan($node, $database, 'kept', "$version: after upgrade_ledger()");

	$node->safe_psql($database, <<'SQL');
ALTER TABLE kept.installation DISABLE ROW LEVEL SECURITY;
DROP SCHEMA users CASCADE;
DROP POLICY few ON kept.installation;
DROP OWNED BY analyst;
DROP ROLE analyst;
SQL
	same_lines($node->safe_psql($database, $ledger), $fresh_ledger, "$version: the ledger is as if fresh");
	$node->safe_psql($database, load_sql('kept', 3, $_)) for 1 .. 10;
	sound($node, $database, 'kept', "$version: loaded after upgrade_ledger()");
	return;
}

upgrades_from($now, $now);
upgrades_from($now, 'next');
SKIP:
{
	skip 'no version that was released before has a tag', 1 if !@released;
	for my $version (@released)
	{
		upgrades_from($version, $now);
		my @unmet = grep { !$met{$version}{$_} } @{ $intended{$version} // [] };
		is("@unmet", '', "$version: all that was meant to differ does");
	}
}

$node->stop;
done_testing();
