# kill -9 of the server while several sessions load a ledger: after recovery every load
# that was acknowledged is there and none in part, the presences equal the derivation
# from the evidence, and the indexes agree with the tables.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);
use Ledger;

my $rounds = 4;
my $loaders = 3;
my $loads = 3000;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
# full pages and checkpoints in the middle of it
$node->append_conf('postgresql.conf', "checkpoint_timeout = 30s\nmax_wal_size = 32MB\nautovacuum_naptime = 1s\n");
$node->start;
make_ledger($node, 'postgres', 'syria');
$node->safe_psql('postgres', 'CREATE EXTENSION amcheck');
my $dir = PostgreSQL::Test::Utils::tempdir();

sub start_loader
{
	my ($round, $loader) = @_;
	my $key = $round * 10 + $loader;
	open(my $file, '>', "$dir/$key.sql") or die;
	print $file load_sql('syria', $key, $_) for 1 .. $loads;
	close($file);
	return IPC::Run::start([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'),
			'-f', "$dir/$key.sql" ], '<', '/dev/null', '>', "$dir/$key.out", '2>', "$dir/$key.err");
}

# The backends of a killed server need a moment to notice.
sub start_again
{
	my $killed = shift;
	for (1 .. 100)
	{
		sleep 0.2;
		# where nobody reaps it (process 1 of a container), the dead one looks alive
		unlink $node->data_dir . '/postmaster.pid'
			if -r "/proc/$killed/stat" && PostgreSQL::Test::Utils::slurp_file("/proc/$killed/stat") =~ /^\d+ \(.*\) Z/;
		return 1 if $node->start(fail_ok => 1);
		# a start that failed found the dead one's pid file and took it for its own
		$node->{_pid} = undef;
	}
	return 0;
}

sub acknowledged
{
	my $key = shift;
	my @done = PostgreSQL::Test::Utils::slurp_file("$dir/$key.out") =~ /^done (\d+)$/mg;
	return @done;
}

for my $round (1 .. $rounds)
{
	my @running = map { start_loader($round, $_) } 1 .. $loaders;
	sleep(1.5 + 0.7 * $round);
	my ($killed) = PostgreSQL::Test::Utils::slurp_file($node->data_dir . '/postmaster.pid') =~ /^(\d+)/;
	$node->kill9;
	$_->finish for @running;
	ok(start_again($killed), "round $round: the server comes back");

	my $total = 0;
	for my $loader (1 .. $loaders)
	{
		my $key = $round * 10 + $loader;
		my @done = acknowledged($key);
		$total += @done;
		my $first = $key * 100_000;
		my $there = $node->safe_psql('postgres', "SELECT count(*) FROM syria.observation
			WHERE observation_id > $first AND observation_id <= $first + " . scalar @done);
		is($there, scalar @done, "round $round, loader $loader: all that was acknowledged is there");
		# at most the one load whose acknowledgement was lost may be there besides
		my $more = $node->safe_psql('postgres', "SELECT count(*) FROM syria.observation
			WHERE observation_id > $first + " . scalar(@done) . " AND observation_id < $first + 100000");
		cmp_ok($more, '<=', 1, "round $round, loader $loader: and nothing that was not asked for");
		like(PostgreSQL::Test::Utils::slurp_file("$dir/$key.err"),
			qr/server closed the connection|terminating connection|connection to server|^$/,
			"round $round, loader $loader: only the kill stopped it");
	}
	cmp_ok($total, '>', 10, "round $round: the kill came in the middle of loads ($total)");
	sound($node, 'postgres', 'syria', "round $round");
	same_as_scan($node, 'postgres', 'syria', "round $round");
	is($node->safe_psql('postgres', <<'SQL'), '0', "round $round: btrees are sound, each row in them");
SELECT count(bt_index_check(c.oid, true)) - count(*)
FROM pg_class c JOIN pg_am a ON a.oid = c.relam
WHERE c.relnamespace = 'syria'::regnamespace AND a.amname = 'btree' AND c.relkind = 'i';
SQL
}

$node->stop;
done_testing();
