# One question over ledgers that lie on two workers and on the coordinator says what each says
# alone; an individual that went from one to another is known there only by looks that somebody
# has copied.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Citus;

my ($coordinator, @workers) = start_nodes();

sub ask { return $coordinator->safe_psql('postgres', "SET client_min_messages = error; $_[0]") }
sub fails { my ($code, undef, $err) = $coordinator->psql('postgres', "\\set VERBOSITY verbose\nSET client_min_messages = error; $_[0]"); return $code ? $err : 'no error' }

my @ledgers = qw(north south here);
ask(join('', map { "SELECT create_ledger('$_');" } @ledgers));
ask("SELECT distribute_ledger('$_')") for qw(north south);
isnt((place_of('north', $coordinator, @workers))[0]->port, (place_of('south', $coordinator, @workers))[0]->port, 'two ledgers lie on two workers');
# rows whose type no worker knows: of a view of the ledger that lies here, of a table, and made here alone
ask('SET citus.enable_ddl_propagation = off; CREATE TYPE change AS (installation text, asset_class text, verdict text, after_look bigint, count_after_min int, before_looked_at timestamptz, geom geometry)');

for my $n (0 .. $#ledgers)
{
	my $ledger = $ledgers[$n];
	ask(qq{INSERT INTO $ledger.source (name) VALUES ('eye');
		INSERT INTO $ledger.installation (name, location) SELECT '$ledger ' || i, ST_SetSRID(ST_MakePoint($n, i), 4326) FROM generate_series(1, 3) AS i;
		INSERT INTO $ledger.asset_class (path, name) VALUES ('air', 'aircraft'), ('air.big', 'big one');} . ($n ? "INSERT INTO $ledger.asset_class (path, name) VALUES ('sea', 'ship')" : ''));
	ask(join('', 'BEGIN;', (map {
		my $day = $_;
		"INSERT INTO $ledger.observation (installation_id, observation_id, source_id, observed_at, completeness, scope) VALUES (@{[1 + $day % 3]}, $day, 1, '2024-01-01 20:00Z'::timestamptz + interval '$day days', 'complete', '{air}');
		INSERT INTO $ledger.sighting (installation_id, observation_id, asset_class_id, count, designation) VALUES (@{[1 + $day % 3]}, $day, 2, '[@{[($day * 5 + $n) % 4]},@{[($day * 5 + $n) % 4]}]', NULL)"
			. ($n == $day % 2 && $day < 5 ? ", (@{[1 + $day % 3]}, $day, 2, '[1,1]', 'T1')" : '') . ';'
	} 1 .. 12), 'COMMIT'));
}

my $both = q{ARRAY['north', 'here', 'south']};
for my $question (q{changes('2024-01-03', '2024-01-10')}, q{changes('2024-01-03', '2024-01-10', area => ST_MakeEnvelope(-1, 1, 1, 2, 4326), mode => 'possible')}, q{changes('2024-01-03', '2024-01-10') WHERE verdict <> 'departed'})
{
	for my $zone (qw(UTC Asia/Tokyo))
	{
		my $columns = 'installation, asset_class, verdict, after_look, count_after_min, before_looked_at, geom';
		my $said = ask("SET TimeZone = '$zone'; SELECT ledger, (said).* FROM everywhere(NULL::change, $both, \$\$$question\$\$) ORDER BY 1, 2, 3");
		is($said, ask("SET TimeZone = '$zone'; SELECT * FROM (" . join(' UNION ALL ', map { "SELECT '$_' AS ledger, $columns FROM $_.$question" } @ledgers) . ') AS u ORDER BY 1, 2, 3'), "$zone: $question");
		cmp_ok(scalar(() = $said =~ /^(?:north|south|here)\|/mg), '>', 3, 'and something');
	}
}
is(ask("SELECT ledger, count(*) FROM everywhere(NULL::here.current_inventory, $both, 'current_inventory') GROUP BY 1 ORDER BY 1"),
	ask(join(' UNION ALL ', map { "SELECT '$_', count(*) FROM $_.current_inventory" } sort @ledgers)), 'a view, by the row type of one');
is(ask("SELECT string_agg(DISTINCT ledger, ' ') FROM everywhere(NULL::here.sighting, $both, 'sighting')"), 'here north south', 'a table');

# what one transaction has written is seen; half an answer is none
is(ask(qq{BEGIN; INSERT INTO north.source (name) VALUES ('one more'); INSERT INTO south.source (name) VALUES ('one more');
	SELECT ledger, count(*) FROM everywhere(NULL::here.source, $both, 'source') GROUP BY 1 ORDER BY 1; ROLLBACK}), "here|1\nnorth|2\nsouth|2", 'what this transaction has written is seen');
like(fails("SELECT * FROM everywhere(NULL::change, '{north,suoth}', 'nothing()')"), qr/22S07.*no ledger is named 'suoth'/, 'an unknown ledger');
like(fails("SELECT * FROM everywhere(NULL::change, '{south,north}', \$\$changes('2024-01-03', '2024-01-10', asset => 'ship')\$\$)"),
	qr/22S07.*ship.*CONTEXT.*north\.changes/s, 'a class that one of them has not, and which that is');
$workers[0]->stop('fast');
like(fails("SELECT * FROM everywhere(NULL::change, $both, \$\$changes('2024-01-03', '2024-01-10')\$\$)"), qr/ERROR/, 'a worker that is not there: no half of an answer');
$workers[0]->start;

# An individual, south and north by turns.
my $track = qq{SELECT ledger, (said).installation, (said).first_seen::date, (said).gone_by FROM everywhere(NULL::here.presence_flat, $both, \$\$presence_flat WHERE designation = 'T1'\$\$) ORDER BY 3};
my $apart = ask($track);
is($apart, "south|south 2|2024-01-02|2024-01-04 20:00:00+00\nnorth|north 3|2024-01-03|2024-01-05 20:00:00+00\nsouth|south 1|2024-01-04|\nnorth|north 2|2024-01-05|", 'an individual, from ledger to ledger: each knows its own');
# looks of one, copied into the other, are its witnesses
ask(q{INSERT INTO north.installation (installation_id, name, location) SELECT 100 + installation_id, 'south: ' || name, location FROM south.installation;
	BEGIN;
	INSERT INTO north.observation (installation_id, observation_id, source_id, observed_at, completeness)
	SELECT 100 + s.installation_id, 100 + s.observation_id, 1, o.observed_at, 'partial'
	FROM south.sighting AS s JOIN south.observation AS o USING (installation_id, observation_id) WHERE s.designation = 'T1';
	INSERT INTO north.sighting (installation_id, observation_id, asset_class_id, designation) SELECT 100 + installation_id, 100 + observation_id, 2, designation FROM south.sighting WHERE designation = 'T1';
	COMMIT});
is(ask($track =~ s/ARRAY\[.*?\]/ARRAY['north']/r), "north|south: south 2|2024-01-02|2024-01-03 20:00:00+00\nnorth|north 3|2024-01-03|2024-01-04 20:00:00+00\nnorth|south: south 1|2024-01-04|2024-01-05 20:00:00+00\nnorth|north 2|2024-01-05|",
	'where it was seen meanwhile says when it had gone');
is(ask('SELECT count(*) FROM north.verify(thorough => true)'), '0', 'by the rules of one ledger');

$_->stop('fast') for $coordinator, @workers;
done_testing();
