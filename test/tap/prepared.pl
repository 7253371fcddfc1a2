# Two-phase commit: a load that is prepared has been derived. Whatever session ends it, after
# whatever happened in between, the presences follow from the evidence.

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
$node->append_conf('postgresql.conf', "max_prepared_transactions = 4\n");
$node->start;
make_ledger($node, 'postgres', 'syria');

# a load, but prepared and not committed
sub prepare
{
	my ($loader, $n, $name) = @_;
	my $sql = load_sql('syria', $loader, $n);
	$sql =~ s/COMMIT;\n.*$/PREPARE TRANSACTION '$name';\n/s;
	return $sql;
}

sub presences
{
	return $node->safe_psql('postgres', 'SELECT count(*) FROM syria.presence');
}

$node->safe_psql('postgres', load_sql('syria', 1, $_)) for 1 .. 20;
my $before = presences();

# the same session goes on with another transaction
$node->safe_psql('postgres', prepare(2, 1, 'kept') . load_sql('syria', 3, 2) . "COMMIT PREPARED 'kept';");
sound($node, 'postgres', 'syria', 'prepared and committed');
cmp_ok(presences(), '>', $before, 'it was derived');

$before = presences();
$node->safe_psql('postgres', prepare(2, 3, 'undone') . "ROLLBACK PREPARED 'undone';" . load_sql('syria', 3, 1));
sound($node, 'postgres', 'syria', 'prepared and undone');

# within a savepoint
$node->safe_psql('postgres', "BEGIN; SAVEPOINT a; " . (prepare(2, 5, 'saved') =~ s/^BEGIN;//r) . "COMMIT PREPARED 'saved';");
sound($node, 'postgres', 'syria', 'prepared after a savepoint');

# a restart between the two phases
$node->safe_psql('postgres', prepare(2, 7, 'waiting'));
$before = presences();
$node->restart;
is($node->safe_psql('postgres', "SELECT count(*) FROM pg_prepared_xacts"), '1', 'a restart keeps it');
is(presences(), $before, 'not committed yet');
$node->safe_psql('postgres', "COMMIT PREPARED 'waiting'");
sound($node, 'postgres', 'syria', 'committed after a restart');
$node->safe_psql('postgres', load_sql('syria', 4, $_)) for 1 .. 5;
sound($node, 'postgres', 'syria', 'and loaded again');
is($node->safe_psql('postgres', 'SELECT count(*) FROM syria.pending'), '0', 'nothing is pending');

$node->stop;
done_testing();
