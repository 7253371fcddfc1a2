# The disk of the write-ahead log is full: the server ends itself, in the middle of many small
# loads, of one large load, of an index that is built anew. Once there is room it comes back
# with all that it acknowledged and nothing in part.
#
# $SMALL_DISK is a folder on a small file system of its own.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);
use Ledger;

my $disk = $ENV{SMALL_DISK} or die "SMALL_DISK is not set";
my $node = PostgreSQL::Test::Cluster->new('full');
$node->init(extra => [ '--wal-segsize=1', '--waldir', "$disk/pg_wal" ]);
# what is written stays until there is a checkpoint, and there is none but by us
$node->append_conf('postgresql.conf', "checkpoint_timeout = 1h\nmax_wal_size = 1GB\nmin_wal_size = 2MB\nwal_recycle = off\nautovacuum_naptime = 1s\n");
$node->start;
make_ledger($node, 'postgres', 'syria');

# All but so many kB of the disk are taken.
sub leave
{
	my $kb = shift;
	unlink "$disk/ballast";
	$node->safe_psql('postgres', 'CHECKPOINT');
	my ($free) = (split ' ', (split /\n/, `df --output=avail -k '$disk'`)[1])[0];
	system("head -c $_ /dev/zero > '$disk/ballast'") == 0 or die for ($free - $kb) * 1024;
	return;
}

# How often the server has ended itself for want of room.
sub ends
{
	my $ends = () = slurp_file($node->logfile) =~ /PANIC: .*\n?.*No space left on device/g;
	return $ends;
}

# The server has ended, and without room does not come back for good; with room it does.
sub comes_back
{
	my ($when, $ends) = @_;
	for (1 .. 300)
	{
		last if !-e $node->data_dir . '/postmaster.pid';
		sleep 0.2;
	}
	is(ends(), $ends + 1, "$when: the server has ended itself") or $node->stop('immediate', fail_ok => 1);
	$node->{_pid} = undef;
	if ($node->start(fail_ok => 1))
	{
		# a checkpoint may just have found its place
		$node->stop('immediate');
	}
	$node->{_pid} = undef;
	unlink "$disk/ballast";
	ok($node->start(fail_ok => 1), "$when: with room it comes back");
	sound($node, 'postgres', 'syria', $when);
	same_as_scan($node, 'postgres', 'syria', $when);
	return;
}

sub state
{
	return $node->safe_psql('postgres', 'SELECT ' . join(', ', map { "(SELECT (count(*), sum(hashtext(t::text)::bigint)) FROM syria.$_ AS t)" }
			qw(observation sighting presence)));
}

for my $kb (1500, 2500, 3500)
{
	leave($kb);
	my $ends = ends();
	my @running = map { start_loader($node, 'postgres', 'syria', $kb + $_) } 1 .. 3;
	ended($_) for @running;
	comes_back("$kb kB", $ends);
	my $total = 0;
	$total += nothing_lost($node, 'postgres', 'syria', $_, "$kb kB, loader $_->{key}") for @running;
	cmp_ok($total, '>', 10, "$kb kB: in the middle of loads ($total)");
}

# each fits into the disk, not into what is left of it
my %large = (
	'one large load' => "BEGIN;
		INSERT INTO syria.observation (installation_id, observation_id, observed_at, source_id, completeness, scope)
		SELECT 1 + n % 12, n, '2023-01-01Z'::timestamptz + n * interval '1 hour', source_id, 'complete', '{aircraft}'
		FROM syria.source, generate_series(1, 9000) AS n;
		INSERT INTO syria.sighting (installation_id, observation_id, asset_class_id, count)
		SELECT 1 + n % 12, n, k, int4range(n / 12 % 3 + 1, n / 12 % 3 + 1, '[]') FROM generate_series(1, 9000) AS n, generate_series(1, 3) AS k;
		COMMIT",
	'all derived anew' => "BEGIN; DELETE FROM syria.presence; SELECT syria.rederive(); COMMIT",
	'indexes built anew' => 'REINDEX TABLE syria.presence; REINDEX TABLE syria.sighting; REINDEX TABLE syria.observation',
	'an upgrade' => "SELECT upgrade_ledger('syria')");
for my $what ('one large load', 'all derived anew', 'indexes built anew', 'an upgrade')
{
	my $before = state();
	leave($what eq 'an upgrade' ? 300 : 1500);
	my $ends = ends();
	isnt($node->psql('postgres', $large{$what}), 0, "$what: fails");
	comes_back($what, $ends);
	is(state(), $before, "$what: all is as it was");
	is($node->psql('postgres', $large{$what}), 0, "$what: then it is done");
	sound($node, 'postgres', 'syria', "$what, done");
	same_as_scan($node, 'postgres', 'syria', "$what, done");
}

$node->stop;
done_testing();
