# Plain tables with presences over two workers, as doc/scale.md makes them: every operator,
# polygons, nearest first and the aggregates say what one table says, by the indexes of the shards.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Utils;
use Test::More;
use Citus;

my ($coordinator, @workers) = start_nodes();

sub ask { return $coordinator->safe_psql('postgres', "SET client_min_messages = error; $_[0]") }

# the page's own words
my ($page) = slurp_file("$ENV{TESTDIR}/scale.md") =~ /^## Plain tables\n(.*?)(?=^## |\z)/ms;
my ($recipe) = $page =~ /^```sql\n(.*?)^```/ms;
my ($shown) = $page =~ /^```text\n(.*?)^```/ms;
ask($recipe);
ask(<<'SQL');
CREATE TABLE one (LIKE stay);
INSERT INTO one
SELECT i, 'class ' || c, presence(t.at - interval '2 days', t.at, t.at + l * interval '1 day', CASE WHEN h % 9 > 0 THEN t.at + (l + 2) * interval '1 day' ELSE 'infinity' END,
	ST_SetSRID(ST_MakePoint(i * 37 % 360 - 180, i * 17 % 160 - 80), 4326), int4range(1 + h % 3, 1 + h % 3 + h % 2, '[]'))
FROM generate_series(1, 1000) AS i, generate_series(1, 5) AS c, generate_series(1, 20) AS k,
	LATERAL (SELECT abs(hashint4(i * 7919 + c * 101 + k)) AS h) AS x, LATERAL (SELECT timestamptz '2024-01-01 00:00Z' + k * interval '18 days' + h % 5000 * interval '1 minute' AS at, CASE WHEN h % 31 = 0 THEN 50 ELSE 1 + h % 4 END AS l) AS t;
INSERT INTO site SELECT i, 'site ' || i FROM generate_series(1, 1000) AS i;
INSERT INTO stay SELECT * FROM one;
SQL
ask("VACUUM ANALYZE $_") for qw(one stay);

# which port and which shard is nobody's business
sub plan { my ($question) = @_; (my $plan = ask("SET citus.explain_all_tasks = off; EXPLAIN (COSTS OFF) $question")) =~ s/port=\d+/port=5433/; $plan =~ s/_10\d{4}\b/_102008/g; return $plan }
sub trimmed { my ($text) = @_; $text =~ s/^ +| +$//mg; return $text }
my @shown = $shown =~ /^=> EXPLAIN \(COSTS OFF\) (.*?);\n(.*?)(?=^=> |\z)/msg;
is(scalar(@shown), 2, 'the page shows a question and its plan');
while (my ($question, $plan) = splice @shown, 0, 2)
{
	is(trimmed(plan($question)), trimmed($plan) =~ s/\n\z//r, "as the page shows it: $question");
}

my $triangle = q{'SRID=4326;POLYGON((-100 -60, 120 -50, 10 70, -100 -60))'};
my @questions;
for my $mode (qw(last_known certain possible))
{
	for my $area ('', $triangle)
	{
		my $watch = "watch('2024-05-20', '2024-06-14', " . ($area ? "ST_Envelope($area\::geometry)" : 'NULL') . ", '$mode')";
		push @questions, map { "SELECT site_id, class, run::text FROM TABLE WHERE run $_ $watch" } '<~>', '@+', '@-', '@=', '@~', '&&';
		push @questions, "SELECT class, net_change(run, $watch) FROM TABLE WHERE run <~> $watch GROUP BY class", "SELECT site_id, net_change(run, $watch) FROM TABLE WHERE run <~> $watch GROUP BY site_id",
			"SELECT net_change(run, $watch) FROM TABLE WHERE run <~> $watch";
		push @questions, map { "SELECT site_id, class, run::text FROM TABLE WHERE $_\_between(run, '2024-05-20', '2024-06-14', $area, '$mode')" } qw(changed arrived departed stayed) if $area;
	}
	push @questions, "SELECT class, inventory(run, '2024-06-01', '$mode', NULL) FROM TABLE WHERE run && watch('2024-05-31', '2024-06-02', NULL, '$mode') GROUP BY class",
		"SELECT inventory(run, '2024-06-01', '$mode', '30 days') FROM TABLE WHERE run && watch('2024-05-31', '2024-06-02', NULL, '$mode')";
}
push @questions, q{SELECT site_id, class, run::text FROM TABLE WHERE run @> timestamptz '2024-06-01'}, q{SELECT inventory(run, '2024-06-01') FROM TABLE WHERE run @> timestamptz '2024-06-01'},
	q{SELECT run <-> 'SRID=4326;POINT(10 50)'::geometry FROM TABLE ORDER BY run <-> 'SRID=4326;POINT(10 50)'::geometry LIMIT 20},
	q{SELECT site.name, count(*) FROM TABLE JOIN site USING (site_id) WHERE run @+ watch('2024-05-20', '2024-06-14') GROUP BY site.name};
for my $question (@questions)
{
	my ($of_one, $of_stay) = map { my $table = $_; join "\n", sort split /\n/, ask($question =~ s/TABLE/$table/r) } qw(one stay);
	is($of_stay, $of_one, $question);
	isnt($of_one, q{}, "$question: something");
	my $plan = plan($question =~ s/TABLE/stay/r);
	like($plan, qr/PresenceScan|Index Scan|Bitmap Index Scan/, 'by an index of the shards');
	like($plan, qr/Task .*Aggregate/s, 'added up where the rows lie') if $question =~ /net_change|inventory|count\(/;
}

my $of_site = q{SELECT class, run::text FROM TABLE WHERE site_id = 7 AND run <~> watch('2024-05-20', '2024-06-14') ORDER BY 1, 2};
is(ask($of_site =~ s/TABLE/stay/r), ask($of_site =~ s/TABLE/one/r), 'of one site');
like(plan($of_site =~ s/TABLE/stay/r), qr/Task Count: 1$/m, 'one shard is asked');

$_->stop('fast') for $coordinator, @workers;
done_testing();
