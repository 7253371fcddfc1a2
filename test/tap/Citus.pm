# What the tests with Citus share: a coordinator and two workers on loopback, and every report
# of one ledger compared with that of another.

package Citus;

use strict;
use warnings;
use Exporter 'import';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(start_nodes on_node place_of said_alike said_by);

# coordinator, worker, worker; in each the database "postgres" has the extensions
sub start_nodes
{
	my $settings = shift // '';
	my @nodes;
	for my $name (qw(coordinator one two))
	{
		my $node = PostgreSQL::Test::Cluster->new($name);
		$node->init(allows_streaming => 'logical');
		$node->append_conf('postgresql.conf', "shared_preload_libraries = 'citus'\nlisten_addresses = '127.0.0.1'\n"
			. "max_prepared_transactions = 50\nmax_connections = 100\ntimezone = 'UTC'\ncitus.node_conninfo = 'sslmode=disable'\n$settings");
		$node->start;
		$node->safe_psql('postgres', 'SET client_min_messages = warning; CREATE EXTENSION citus; CREATE EXTENSION pg_sightings CASCADE');
		push @nodes, $node;
	}
	my $coordinator = $nodes[0];
	$coordinator->safe_psql('postgres', join(' ', "SELECT citus_set_coordinator_host('127.0.0.1', ${\$coordinator->port});",
		map { "SELECT citus_add_node('127.0.0.1', ${\$_->port});" } @nodes[1, 2]));
	return @nodes;
}

# Of the nodes the one on which a tenant lies, and the other worker.
sub place_of
{
	my ($ledger, $coordinator, @workers) = @_;
	my $port = $coordinator->safe_psql('postgres', "SELECT nodeport FROM citus_shards WHERE table_name = '$ledger.ledger'::regclass");
	return sort { ($a->port == $port ? 0 : 1) <=> ($b->port == $port ? 0 : 1) } @workers;
}

my @questions = split /\n/, slurp_file("$ENV{TESTDIR}/cases/report_questions.sql");
# (numbers of rows and times of recording are not the same, nor need be)
my $not_said = '{presence_id,change_id,occurrence_id,occurrenceID,derived_at,version,classes_changed_at,pid,recorded_at}';

sub said_by
{
	my ($node, $ledger, $settings) = @_;
	my $script = "$settings;\n";
	for my $question (@questions)
	{
		(my $asked = $question) =~ s{LEDGER}{$ledger}g;
		# (what rows look like is the business of the coordinator)
		$script .= "CREATE TEMP TABLE said AS $asked;\nSELECT (to_jsonb(r) - '$not_said'::text[])::text FROM said AS r;\nDROP TABLE said;\n\\echo -----\n";
	}
	my ($code, $out, $err) = $node->psql('postgres', $script, on_error_stop => 0);
	is($err, '', "$ledger answers without an error");
	my @said = split(m{^-----\n?}m, $out, -1);
	return @said[0 .. $#questions];
}

# The first row of each that the other has not.
sub differs
{
	my ($one, $other) = @_;
	my (%of_one, %of_other);
	$of_one{$_}++ for split /\n/, $one;
	$of_other{$_}++ for split /\n/, $other;
	return map { my ($of, $not) = @$_; (grep { $of->{$_} != ($not->{$_} // 0) } sort keys %$of)[0] } [ \%of_one, \%of_other ], [ \%of_other, \%of_one ];
}

# Every report of one and of the other, row for row.
sub said_alike
{
	my ($node, $one, $other, $when, $settings) = @_;
	$settings //= '';
	my @by_one = said_by($node, $one, $settings);
	my @by_other = said_by($node, $other, $settings);
	my $rows = 0;
	for my $i (0 .. $#questions)
	{
		my ($one_said, $other_said) = differs($by_one[$i], $by_other[$i]);
		is($other_said, $one_said, "$when: $questions[$i]");
		$rows += () = $by_one[$i] =~ /^/mg if $by_one[$i] ne '';
	}
	cmp_ok($rows, '>', 100, "$when: much is said ($rows rows)");
	return;
}

1;
