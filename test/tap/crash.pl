# kill -9 of the server while several sessions load a ledger: after recovery every load
# that was acknowledged is there and none in part, the presences equal the derivation
# from the evidence, and the indexes agree with the tables.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);
use Ledger;

my $rounds = 4;
my $loaders = 3;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
# full pages and checkpoints in the middle of it
$node->append_conf('postgresql.conf', "checkpoint_timeout = 30s\nmax_wal_size = 32MB\nautovacuum_naptime = 1s\n");
$node->start;
make_ledger($node, 'postgres', 'syria');
$node->safe_psql('postgres', 'CREATE EXTENSION amcheck');

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

for my $round (1 .. $rounds)
{
	my @running = map { start_loader($node, 'postgres', 'syria', $round * 10 + $_) } 1 .. $loaders;
	sleep(1.5 + 0.7 * $round);
	my ($killed) = PostgreSQL::Test::Utils::slurp_file($node->data_dir . '/postmaster.pid') =~ /^(\d+)/;
	$node->kill9;
	ended($_) for @running;
	ok(start_again($killed), "round $round: the server comes back");
	my $total = 0;
	$total += nothing_lost($node, 'postgres', 'syria', $_, "round $round, loader $_->{key}") for @running;
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
