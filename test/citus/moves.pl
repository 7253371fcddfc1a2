# A worker dies while a ledger that lies on it is loaded, or something is imported, and a ledger is
# moved to another worker meanwhile: every load that was acknowledged is there, none in part, and what
# is stored is what the evidence says.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Utils;
use IPC::Run;
use Test::More;
use Time::HiRes qw(sleep);
use Citus;
use Ledger;

my ($coordinator, @workers) = start_nodes();

sub ask { return $coordinator->safe_psql('postgres', "SET client_min_messages = error; $_[0]") }
sub fails { my ($code, undef, $err) = $coordinator->psql('postgres', "SET client_min_messages = error; $_[0]"); return $code ? $err : 'no error' }

make_ledger($coordinator, 'postgres', 'syria');
ask(q{SELECT distribute_ledger('syria')});
ask(q{SELECT create_ledger('whole')});
my ($here, $there) = place_of('syria', $coordinator, @workers);

# looks without their sightings, loads without the end of them
sub loaded_whole
{
	my ($when) = @_;
	is(ask(q{SELECT count(*) FROM syria.pending}), '0', "$when: nothing waits to be derived");
	is(ask(q{SELECT count(*) FROM syria.verify()}), '0', "$when: verify() finds nothing");
	is(ask(q{SELECT count(*) FROM syria.verify(thorough => true)}), '0', "$when: nor does verify(thorough)");
	return;
}
# The n-th load of a loader, as those of Ledger.pm; but by VALUES, as Citus 13.2 sends an INSERT of what it
# selects from the same tenant with a condition that is no SQL.
sub load
{
	my ($key) = @_;
	my $hash = ($key * 7919) % 10_007;
	my ($site, $hours, $complete) = (1 + $hash % 12, ($hash * 37) % 8760, $hash % 4 ? 'complete' : 'partial');
	my @rows = map { my $count = int($hash / (2 + $_)) % 4; $count ? "($site, $key, @{[$key * 10 + $_]}, $_, " . ($count == 1 && $_ < 3 ? "'RA-@{[$hash % 5]}'" : 'NULL') . ", '[$count,$count]')" : () } 1 .. 4;
	my $earlier = $key - $key % 100_000 + int($key % 100_000 / 2);
	return "BEGIN;\nINSERT INTO syria.observation (installation_id, observation_id, observed_at, source_id, completeness, scope) VALUES ($site, $key, '2024-01-01Z'::timestamptz + $hours * interval '1 hour', 1, '$complete', '{aircraft}');\n"
		. (@rows ? 'INSERT INTO syria.sighting (installation_id, observation_id, sighting_id, asset_class_id, designation, count) VALUES ' . join(', ', @rows) . ";\n" : '')
		. ($key % 5 ? '' : "UPDATE syria.sighting SET count = '[2,3]' WHERE observation_id = $earlier AND designation IS NULL;\n")
		. ($key % 13 ? '' : "DELETE FROM syria.sighting WHERE observation_id = $earlier;\n")
		. "COMMIT;\n\\echo done $key\n";
}
# The n-th import of a loader: a file of a source of its own, of four looks.
sub import_file
{
	my ($key) = @_;
	my $n = $key % 100_000;
	my $lines = join('\n', 'site,date,class,count', map { sprintf('site %d,2025-%02d-%02dT0%d:%02dZ,aircraft.transport.il76,%d', $_, 1 + ($n + $_) % 12, 1 + $n % 28, $key / 100_000, $n % 60, ($n + $_) % 4) } 1 .. 4);
	return "SELECT count(*) AS lines FROM syria.import_flat('list $key', '{aircraft}', E'$lines', 'UTC') \\gset\n\\echo done $key\n";
}
sub start
{
	my ($key, $how) = @_;
	my $files = PostgreSQL::Test::Utils::tempdir() . "/$key";
	append_to_file("$files.sql", join('', map { ($how // \&load)->($key * 100_000 + $_) } 1 .. 3000));
	return { key => $key, files => $files, run => IPC::Run::start([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $coordinator->connstr('postgres'), '-f', "$files.sql" ],
		'<', '/dev/null', '>', "$files.out", '2>', "$files.err") };
}
sub done_by { my $n = () = slurp_file("$_[0]->{files}.out") =~ /^done \d+$/mg; return $n }
sub all_done
{
	my ($loader, $when) = @_;
	my ($done, $first) = (done_by($loader), $loader->{key} * 100_000);
	cmp_ok($done, '>', 5, "$when: in the middle of loads ($done)");
	is(ask("SELECT count(*) FROM syria.observation WHERE observation_id > $first AND observation_id <= $first + $done"), $done, "$when: all that was acknowledged is there");
	cmp_ok(ask("SELECT count(*) FROM syria.observation WHERE observation_id > $first + $done AND observation_id < $first + 100000"), '<=', 1, "$when: and nothing that was not asked for");
	return;
}
sub wait_for { my ($loader, $n) = @_; for (1 .. 600) { last if done_by($loader) >= $n; sleep 0.1 } return }

# What an earlier move has left where it was is dropped later, by a process of Citus's own; on a busy machine not yet.
sub move_sql { my ($shard, $from, $to, $mode) = @_; $mode //= 'block_writes'; return "SELECT FROM citus_move_shard_placement($shard, '127.0.0.1', $from, '127.0.0.1', $to, shard_transfer_mode => '$mode');" }
sub move
{
	my ($said) = ('');
	for (1 .. 60)
	{
		$said = fails(move_sql(@_));
		last if $said !~ /orphaned shard/;
		fails('CALL citus_cleanup_orphaned_resources()');
		sleep 1;
	}
	is($said, 'no error', 'a ledger is moved');
	return;
}

my $loader = start(1);
wait_for($loader, 20);
$here->stop('immediate');
ended($loader);
like(slurp_file("$loader->{files}.err"), qr/ERROR|connection/, 'the load fails whose worker is gone');
like(fails(q{SELECT * FROM syria.inventory('2024-06-01')}), qr/connection to the remote node|could not connect|terminat/, 'and so does a report: it is not silent');
$here->start;
ask(q{SELECT recover_prepared_transactions()});
all_done($loader, 'after the worker died');
loaded_whole('after the worker died');

# moved while it is loaded
$loader = start(2);
wait_for($loader, 20);
for my $move ([ $here, $there ], [ $there, $here ], [ $here, $there ])
{
	my $shard = ask(q{SELECT shardid FROM citus_shards WHERE table_name = 'syria.ledger'::regclass});
	my $n = done_by($loader);
	move($shard, map { $_->port } @$move);
	is((place_of('syria', $coordinator, @workers))[0]->port, $move->[1]->port, 'moved');
	wait_for($loader, $n + 10);
	cmp_ok(done_by($loader), '>=', $n + 10, 'and loading goes on');
}
$loader->{run}->kill_kill;
is(slurp_file("$loader->{files}.err"), '', 'no load has failed');
sleep 1;
all_done($loader, 'after moves');
loaded_whole('after moves');

# imports: the worker dies, and the ledger is moved, by both ways that Citus has
sub all_imported
{
	my ($loader, $when) = @_;
	my ($done, $first) = (done_by($loader), $loader->{key} * 100_000);
	cmp_ok($done, '>', 5, "$when: in the middle of imports ($done)");
	my $kept = "FROM syria.load AS l WHERE l.what ~ '^list $loader->{key}\\d{5}\$'";
	is(ask("SELECT count(*) $kept AND substr(l.what, 6)::int <= $first + $done"), $done, "$when: all that was acknowledged is there");
	cmp_ok(ask("SELECT count(*) $kept AND substr(l.what, 6)::int > $first + $done"), '<=', 1, "$when: and nothing that was not asked for");
	is(ask("SELECT count(*) FROM (SELECT (SELECT count(*) FROM syria.observation AS o WHERE o.load_id = l.load_id) AS looks, (SELECT count(*) FROM syria.imported AS i JOIN syria.observation AS o USING (installation_id, observation_id) WHERE o.load_id = l.load_id) AS records $kept) AS n WHERE (n.looks, n.records) <> (4, 4)"), '0', "$when: none in part");
	is(ask(q{SELECT count(*) FROM pg_prepared_xacts}), '0', "$when: nothing waits to be committed");
	return;
}
($here, $there) = place_of('syria', $coordinator, @workers);
$loader = start(3, \&import_file);
wait_for($loader, 8);
$here->stop('immediate');
ended($loader);
like(slurp_file("$loader->{files}.err"), qr/ERROR|connection/, 'the import fails whose worker is gone');
$here->start;
ask(q{SELECT recover_prepared_transactions()});
all_imported($loader, 'after the worker died');
loaded_whole('after the worker died in an import');
$loader = start(4, \&import_file);
wait_for($loader, 6);
for my $mode (qw(block_writes auto))
{
	my $shard = ask(q{SELECT shardid FROM citus_shards WHERE table_name = 'syria.ledger'::regclass});
	my $n = done_by($loader);
	move($shard, $here->port, $there->port, $mode);
	is((place_of('syria', $coordinator, @workers))[0]->port, $there->port, "moved: $mode");
	wait_for($loader, $n + 4);
	cmp_ok(done_by($loader), '>=', $n + 4, "and importing goes on: $mode");
	($here, $there) = ($there, $here);
}
$loader->{run}->kill_kill;
is(slurp_file("$loader->{files}.err"), '', 'no import has failed');
sleep 1;
all_imported($loader, 'after moves');
loaded_whole('after moves while importing');

# a session that has asked before asks where it lies now, also what it has prepared
my $shard = ask(q{SELECT shardid FROM citus_shards WHERE table_name = 'syria.ledger'::regclass});
my ($from, $to) = map { $_->port } place_of('syria', $coordinator, @workers);
my @said = split /\n+/, ask(join("\n", q{PREPARE asked AS SELECT count(*), sum(count_min), max(looked_at) FROM syria.inventory('2024-06-01', mode => 'possible');},
	"EXECUTE asked;\nEXECUTE asked;\nCALL citus_cleanup_orphaned_resources();\n" . move_sql($shard, $from, $to) . "\nEXECUTE asked;\nEXECUTE asked;"));
is(scalar(@said), 4, 'asked before and after a move');
is(join(' ', @said), join(' ', ($said[0]) x 4), 'a session that was there before says the same after');
like($said[0], qr/^[1-9]/, 'and something');

# what it says now is what the same evidence says on one server
ask(q{INSERT INTO whole.source SELECT * FROM syria.source; INSERT INTO whole.load SELECT * FROM syria.load; INSERT INTO whole.asset_class SELECT * FROM syria.asset_class; INSERT INTO whole.installation SELECT * FROM syria.installation});
ask(q{BEGIN; INSERT INTO whole.observation SELECT * FROM syria.observation; INSERT INTO whole.sighting SELECT * FROM syria.sighting; COMMIT});
my $asked = q{SELECT installation_id, asset_class_id, status, designation, run::text FROM LEDGER.presence ORDER BY 1, 2, 3, 4, 5;
	SELECT installation, asset_class, verdict, count_before_min, count_after_min, before_look, after_look FROM LEDGER.changes('2024-03-01', '2024-09-01') ORDER BY 1, 2;
	SELECT installation, asset_class, count_min, count_max, state, look FROM LEDGER.inventory('2024-06-01', mode => 'possible') ORDER BY 1, 2};
my ($of_whole, $of_syria) = map { (my $said = $asked) =~ s/LEDGER/$_/g; ask($said) } qw(whole syria);
is($of_syria, $of_whole, 'the same as on one server');
cmp_ok(length $of_whole, '>', 5000, 'and much');

$_->stop('fast') for $coordinator, @workers;
done_testing();
