# What the derivation and reports read grows with what they need, whatever the planner knows. A load that
# was rolled back and a vacuum leave tables that are said to be empty: then each look must still
# ask for its own rows, by the right index, and not be compared with each. auto_explain counts
# the rows and blocks of every query; no clock.

use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use Ledger;
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $looks = 400;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
autovacuum = off
session_preload_libraries = auto_explain
auto_explain.log_min_duration = 0
auto_explain.log_nested_statements = on
auto_explain.log_analyze = on
auto_explain.log_buffers = on
auto_explain.log_timing = off
auto_explain.log_format = json
log_line_prefix = ''
CONF
$node->start;
make_ledger($node, 'postgres', 'syria');

# Looks from one day on, at two installations by turns, each with counts, with numbers that
# the other has too, and with some of its own.
sub load
{
	my ($from) = @_;
	return <<"SQL";
INSERT INTO syria.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
SELECT 1 + n % 2, n, '2024-01-01Z'::timestamptz + n * interval '1 hour', 1, 'complete', '{aircraft}'
FROM generate_series($from, $from + $looks - 1) AS n;
INSERT INTO syria.sighting (installation_id, observation_id, asset_class_id, designation, count)
SELECT o.installation_id, o.observation_id, 1 + (o.observation_id + i) % 3,
	CASE WHEN i = 1 THEN 'RA-' || o.observation_id % 150 WHEN i = 2 THEN 'RF-' || o.observation_id END, '[1,1]'
FROM syria.observation AS o, generate_series(0, 2) AS i WHERE o.observation_id >= $from;
SQL
}

# What each query of the ledger's, of those logged since an offset, has done.
sub work_done
{
	my ($offset) = @_;
	my $log = slurp_file($node->logfile, $offset);
	my @done;
	while ($log =~ /^LOG:  duration: [\d.]+ ms  plan:\n(\t\{\n.*?\n\t\})$/msg)
	{
		my $query = decode_json($1);
		my $rows = 0;
		my @nodes = ($query->{Plan});
		while (my $plan = shift @nodes)
		{
			my $each = $plan->{'Actual Rows'};
			$each += $plan->{$_} // 0 for 'Rows Removed by Filter', 'Rows Removed by Join Filter', 'Rows Removed by Index Recheck';
			$rows += $each * $plan->{'Actual Loops'};
			push @nodes, @{ $plan->{Plans} // [] };
		}
		my $blocks = $query->{Plan}{'Shared Hit Blocks'} + $query->{Plan}{'Shared Read Blocks'};
		push @done, { text => $query->{'Query Text'}, rows => $rows, blocks => $blocks };
	}
	return @done;
}

# Rows and blocks of no query are more than so many, or than so many for each row of the load.
sub bounded
{
	my ($sql, $when, $least, $limit) = @_;
	$limit //= 40 * $looks;
	my $offset = -s $node->logfile;
	$node->safe_psql('postgres', "BEGIN;\n$sql\nCOMMIT;");
	my @done = grep { $_->{text} =~ /\bsyria\.\w+ [a-z]\b/ && $_->{text} =~ /\$1|FROM syria/ } work_done($offset);
	my @much = grep { $_->{rows} > $limit || $_->{blocks} > $limit } @done;
	cmp_ok(scalar(@done), '>=', $least, "$when: queries were seen");
	is(join("\n", map { "$_->{rows} rows, $_->{blocks} blocks: $_->{text}" } @much), '', "$when: each in proportion");
	return;
}

$node->safe_psql('postgres', "BEGIN;\n" . load(1) . "SET CONSTRAINTS ALL IMMEDIATE;\nROLLBACK;\n");
$node->safe_psql('postgres', "VACUUM (TRUNCATE false) syria.$_")
	for qw(observation sighting presence subject individual derivation installation asset_class);
is($node->safe_psql('postgres', "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class
	WHERE relnamespace = 'syria'::regnamespace AND relkind = 'r' AND reltuples = 0 AND relpages > 0"),
	'derivation individual observation presence sighting subject', 'tables that are said to be empty');

bounded(load(1), 'a load', 8);
bounded(load(1001), 'a second load', 10);
# what reports ask, of tables of which still nothing is known: a tenth of what is there, at most
for my $question ("changes_between('2024-01-10 00:00Z', '2024-01-10 03:00Z')", "changes_between('2024-01-10 00:00Z', '2024-01-10 03:00Z', installation => 'site 1')",
	"changes_between('2024-01-10 00:00Z', '2024-01-10 03:00Z', mode => 'possible')", "changes_between('2024-01-10 00:00Z', '2024-01-10 03:00Z', ST_MakeEnvelope(-170, 0, -100, 60, 4326))",
	"between_looks()", "between_looks('site 2', 3)", "inventory_at('2024-01-10Z')", "inventory_at('2024-01-10Z', installation => 'site 1', max_age => '2 hours')",
	"timeline_between('2024-01-10 00:00Z', '2024-01-10 06:00Z', '1 hour')", "turnover_between('2024-01-10 00:00Z', '2024-01-10 03:00Z')", "evidence('site 2', 7, 9)")
{
	bounded("SELECT count(*) FROM syria.$question;", $question, 1, 6 * $looks / 10);
}
# of each of a thousand numbers, which one class and two installations have: not all that is sighted of the class for each
for my $question ("changes_between('2024-01-10 00:00Z', '2024-01-10 03:00Z', by => 'individual', mode => 'possible')",
	"inventory_at('2024-01-10Z', by => 'individual', max_age => '2 hours')", "turnover_between('2024-01-05Z', '2024-01-10Z', by => 'individual')")
{
	bounded("SELECT count(*) FROM syria.$question;", $question, 5, 30 * $looks);
}
# (all numbers, step by step)
bounded("SELECT count(*) FROM syria.conflict;", 'conflict', 3, 60 * $looks);
bounded("UPDATE syria.sighting SET count = '[0,1]' WHERE observation_id > 1200;", 'a correction', 10);
bounded("UPDATE syria.observation SET observed_at = observed_at + interval '10 minutes' WHERE observation_id > 1200;", 'looks moved', 10);
bounded("DELETE FROM syria.sighting WHERE observation_id % 3 = 0;", 'sightings deleted', 10);
bounded("UPDATE syria.sighting SET retracted_at = recorded_at, retraction_reason = 'test' WHERE designation LIKE 'RF-%' AND observation_id % 4 = 0;",
	'sightings retracted', 10);
bounded("UPDATE syria.asset_class SET max_gsd_m = 1;", 'classes changed', 8);
# Looks appended here and there, at a number that was sighted very often there: its sightings must
# not be gone through from the first.
$node->safe_psql('postgres', <<'SQL');
BEGIN;
INSERT INTO syria.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
SELECT 4, 10000 + n, '2024-01-30Z'::timestamptz - n * interval '1 hour', 1, 'complete', '{aircraft}' FROM generate_series(1, 8000) AS n;
INSERT INTO syria.sighting (installation_id, observation_id, asset_class_id, designation, count) SELECT 4, 10000 + n, 1, 'RB-1', '[1,1]' FROM generate_series(1, 8000) AS n;
INSERT INTO syria.observation (installation_id, observation_id, observed_at, source_id, completeness, scope) VALUES (5, 20000, '2024-01-29Z', 1, 'complete', '{aircraft}');
COMMIT;
SQL
for my $n (1 .. 4)
{
	my $site = 4 + $n % 2;
	bounded(<<"SQL", "a look appended at what was often seen there, $n", 8, 10000);
INSERT INTO syria.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
VALUES ($site, 20000 + $n, '2024-02-0${n}Z', 1, 'complete', '{aircraft}');
INSERT INTO syria.sighting (installation_id, observation_id, asset_class_id, designation, count) VALUES ($site, 20000 + $n, 1, 'RB-1', '[1,1]');
SQL
}
is($node->safe_psql('postgres', "SELECT string_agg(installation_id || ' ' || date(first_seen(run)) || ' ' || date(gone_by(run)), ', ' ORDER BY first_seen(run))
	FROM syria.presence WHERE designation = 'RB-1'"),
	'4 2023-03-02 2024-02-01, 5 2024-02-01 2024-02-02, 4 2024-02-02 2024-02-03, 5 2024-02-03 2024-02-04, 4 2024-02-04 infinity', 'to and fro');
sound($node, 'postgres', 'syria', 'so far');

bounded("DELETE FROM syria.observation WHERE installation_id = 2;\nDELETE FROM syria.installation WHERE installation_id = 2;", 'an installation deleted', 10);
sound($node, 'postgres', 'syria', 'at last');

$node->stop;
done_testing();
