# Bytes of stored values and of index keys are overwritten at random while the server is
# down. What is then asked may fail or be answered wrongly; the server must not fall, and
# REINDEX must bring the index back. DAMAGE_ROUNDS=500 makes more rounds.
#
# Only what our own code reads is damaged: values in the table, and the keys in tuples of
# GiST, BRIN and btree pages. Lengths, item pointers and page headers are the server's to
# read, and it trusts them; the length of a key in a GiST page is ours to read.

use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $rounds = $ENV{DAMAGE_ROUNDS} || 2;
my $page = 8192;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nignore_checksum_failure = on\nzero_damaged_pages = off\nfsync = off\njit = off\nshared_buffers = 16MB\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION pg_sightings CASCADE');

# numbers that look random, the same everywhere
my $seed = 1;
sub chance
{
	my $below = shift;
	$seed = ($seed * 1103515245 + 12345) & 0x7fffffff;
	return int($seed / 65536) % $below;
}

my $rows = <<'SQL';
SELECT i AS n,
	sighting(t, ST_SetSRID(ST_MakePoint(lon, lat), 4326), i % 5) AS one,
	presence(CASE WHEN i % 7 > 0 THEN t - interval '1 day' ELSE '-infinity' END, t, t + i % 9 * interval '1 day 0.001 s',
		CASE WHEN i % 4 > 0 THEN t + interval '20 days' ELSE 'infinity' END,
		ST_SetSRID(ST_MakePoint(lon, lat), 4326), int4range(1 + i % 3, CASE WHEN i % 5 > 0 THEN 4 + i % 300 END)) AS run,
	watch(t, t + interval '9 days', lon, -60, -lon, 60, (ARRAY['last_known', 'certain', 'possible'])[1 + i % 3], NULL) AS question
FROM (SELECT i, '2024-01-01Z'::timestamptz + i * 7919 % 100000 * interval '300 s' + i % 2 * interval '1 us' AS t,
		(i * 7907 % 360000) / 1000.0 - 180 AS lon, (i * 6271 % 180000) / 1000.0 - 90 AS lat
	FROM generate_series(FIRST, LAST) AS i) AS seeded
SQL
sub rows
{
	my ($first, $last) = @_;
	return $rows =~ s/FIRST/$first/r =~ s/LAST/$last/r;
}

my %index = (
	gist => 'USING gist (run)',
	gist_time => 'USING gist (run presence_gist_time_ops)',
	gist_sighting => 'USING gist (one)',
	brin => 'USING brin (run) WITH (pages_per_range = 1)',
	brin_sighting => 'USING brin (one) WITH (pages_per_range = 1)',
	btree => '(run)',
	btree_sighting => '(one)');
my @kinds = sort keys %index;

# a table each, so that one index can be asked at a time; and one whose values are damaged
for my $kind (@kinds, 'values')
{
	$node->safe_psql('postgres', "CREATE TABLE t_$kind AS " . rows(1, 3000)
			. "; CREATE INDEX i_$kind ON t_$kind " . ($index{$kind} || '(n)') . "; VACUUM FREEZE ANALYZE t_$kind");
}

# a ledger, whose trees are damaged, and loads
my @trees = ('presence_run', 'presence_time');
$node->safe_psql('postgres', "\\i $FindBin::RealBin/../cases/own_ledger.sql\n" . visits(1, 3000));
sub visits
{
	my ($first, $last) = @_;
	return 'SELECT count(*) FROM (' . rows($first, $last) . ') AS r, LATERAL visit(n, run, 1)';
}

# Every way of reading an index: bounds and leaves, values without the table, nearest first.
sub questions
{
	my ($kind) = @_;
	my $sighting = $kind =~ /sighting/;
	my $col = $sighting ? 'one' : 'run';
	my @watches = ("watch('2024-03-01Z', '2024-06-01Z', 100, -60, -100, 60)", "watch('4713-01-01Z BC', '294276-01-01Z')",
		"watch('2024-03-01Z', '2024-03-02Z', -90, -90, 90, 90, 'last_known', '2 days')", "watch('2024-03-01Z', '2024-09-02Z', -170, -90, 160, 90, 'certain')");
	my @asked = ("SELECT max(md5($col\::text)) FROM t_$kind WHERE $col IS NOT NULL");
	for my $watch (@watches)
	{
		push @asked, map { "SELECT count(*), max($col\::text) FROM t_$kind WHERE $col $_ $watch" }
			($sighting ? '&&' : ('<~>', '@+', '@-', '@=', '@~', '&&'));
	}
	push @asked, "SELECT count(*) FROM t_$kind WHERE run @> '2024-06-01Z'::timestamptz" if !$sighting;
	push @asked, "SELECT $col <-> 'SRID=4326;POINT(179 10)', n FROM t_$kind ORDER BY 1 LIMIT 500" if $kind =~ /gist/;
	push @asked, "SELECT $col FROM t_$kind ORDER BY $col LIMIT 3000", "SELECT count(*) FROM t_$kind a JOIN t_$kind b USING ($col)"
		if $kind =~ /btree/;
	return @asked;
}

# What a table with values that no type lets in is asked.
my @of_values = (
	'SELECT one, run, question FROM t_values', 'COPY t_values TO \'/dev/null\' (FORMAT binary)',
	'SELECT one::geometry, run::geometry, question::geometry FROM t_values',
	(map { "SELECT count(*) FROM t_values WHERE run $_ question" } '<~>', '@+', '@-', '@=', '@~', '&&'),
	'SELECT count(*) FROM t_values WHERE one && question',
	'SELECT verdict(run, question), verdicts(run, question), mode(question), max_age(question), area(question) FROM t_values',
	'SELECT count_range(run), location(run), first_seen(run), presence_hash(run), count_range(one) FROM t_values',
	'SELECT net_change(run, question) FROM t_values GROUP BY question::text',
	'SELECT presences(one), inventory(run, \'2024-06-01Z\') FROM t_values GROUP BY n % 7',
	'SELECT count(*) FROM t_values a JOIN t_values b USING (run)', 'SELECT count(DISTINCT one), count(DISTINCT run) FROM t_values',
	'SELECT count(*) FROM t_values a JOIN t_values b ON a.run && b.question',
	'ANALYZE t_values', 'SELECT count(*) FROM t_values WHERE run <~> watch(\'2024-03-01Z\', \'2024-06-01Z\')',
	'EXPLAIN SELECT count(*) FROM t_values a JOIN t_values b ON a.run && b.question',
	(map { "CREATE INDEX ON t_values $index{$_}" } @kinds),
	'REINDEX TABLE t_values', 'VACUUM t_values');

# Where the damaged bytes of a tuple may lie: where it begins, and its bytes.
sub key_bytes
{
	my ($kind, $tuple) = @_;
	my ($first, $end);
	if ($kind eq 'values')
	{
		# sighting 24, presence 48, watch 48 bytes, after int n and its padding
		$first = unpack('x22 C', $tuple) + 8;
		$end = $first + 120;
	}
	elsif ($kind =~ /brin/)
	{
		# after the header of the bytea
		$first = (unpack('x4 C', $tuple) & 0x1f) + 1;
		$end = $first + 49;
	}
	elsif ($kind eq 'ledger')
	{
		# after the bits of what is null: included columns are, on inner pages all of them
		$first = unpack('x6 v', $tuple) & 0x8000 ? 16 : 8;
		$end = $first + (unpack("x$first C", $tuple) >> 1);
	}
	else
	{
		return (0, 0) if unpack('x6 v', $tuple) & 0x8000;
		($first, $end) = (8, length $tuple);
	}
	return $end <= length $tuple ? ($first, $end) : (0, 0);
}

# Returns how many tuples of the file were hit.
sub damage
{
	my ($kind, $path, $one_of) = @_;
	my $hit = 0;
	open(my $file, '+<:raw', $path) or die "cannot open $path: $!";
	my $bytes = do { local $/; <$file> };
	for my $block (($kind =~ /btree/ ? 1 : 0) .. length($bytes) / $page - 1)
	{
		my $start = $block * $page;
		my ($lower, $upper) = unpack('x12 v v', substr($bytes, $start, 24));
		# BRIN's map of ranges has no tuples
		next if $kind =~ /brin/ && $block < 2;
		for my $item (0 .. ($lower - 24) / 4 - 1)
		{
			my $pointer = unpack('V', substr($bytes, $start + 24 + 4 * $item, 4));
			my ($offset, $state, $length) = ($pointer & 0x7fff, $pointer >> 15 & 3, $pointer >> 17);
			next if $state != 1 || $offset + $length > $page || chance($one_of);
			my ($first, $end) = key_bytes($kind, substr($bytes, $start + $offset, $length));
			next if $end <= $first;
			for (0 .. chance(3))
			{
				my $at = $first + chance($end - $first);
				my $run = 1 + chance(8);
				$run = $end - $at if $at + $run > $end;
				my $with = chance(3) ? join('', map { chr chance(256) } 1 .. $run) : chr((0, 255, 127, 128)[chance(4)]) x $run;
				substr($bytes, $start + $offset + $at, $run) = $with;
			}
			$hit++;
		}
	}
	seek($file, 0, 0);
	print $file $bytes;
	close($file) or die;
	return $hit;
}

# All in one session, whatever fails; returns how many were answered and the codes of those that failed.
sub ask
{
	my ($setting, @asked) = @_;
	my ($out, $err) = ('', '');
	$node->psql('postgres', join("\n", "SET statement_timeout = '60s';", "\\set VERBOSITY sqlstate", $setting,
			map { "$_;\n\\echo asked :ERROR" } @asked), stdout => \$out, stderr => \$err, on_error_stop => 0);
	my @answered = $out =~ /^asked (false|true)$/mg;
	is(scalar @answered, scalar @asked, 'all was asked') or diag($err);
	# canceled by the timeout would be a hang
	unlike($err, qr/57014/, 'and nothing hung');
	return scalar grep { $_ eq 'false' } @answered;
}

my $log_from = 0;
my %hit;
my %answered;
for my $round (1 .. $rounds)
{
	my %path = map { $_ => $node->safe_psql('postgres', "SELECT pg_relation_filepath('" . ($_ eq 'values' ? 't' : 'i') . "_$_')") } @kinds, 'values';
	my %tree_path = map { $_ => $node->safe_psql('postgres', "SELECT pg_relation_filepath('own.$_')") } @trees;
	$node->stop;
	$hit{ledger} += damage('ledger', $node->data_dir . "/$tree_path{$_}", 2 + chance(40)) for @trees;
	# BRIN has few keys
	$hit{$_} += damage($_, $node->data_dir . "/$path{$_}", 2 + chance(/brin/ ? 4 : 40)) for sort keys %path;
	$node->start;
	for my $kind (@kinds)
	{
		my @asked = questions($kind);
		$answered{$kind} += ask('SET enable_seqscan = off; SET enable_bitmapscan = on; SET enable_sort = off;', @asked);
		$answered{$kind} += ask('SET enable_seqscan = off; SET enable_indexscan = off; SET enable_indexonlyscan = off;', @asked) if $kind =~ /gist/;
		# rows go in, pages split, rows go out
		ask('SET enable_seqscan = off;', "INSERT INTO t_$kind " . rows(3001, 3600), "DELETE FROM t_$kind WHERE n > 3000",
			"VACUUM t_$kind", "SELECT count(*) FROM t_$kind WHERE " . ($kind =~ /sighting/ ? 'one' : 'run') . " && watch('2024-03-01Z', '2024-06-01Z')");
		$node->safe_psql('postgres', "REINDEX TABLE t_$kind; DELETE FROM t_$kind WHERE n > 3000");
		my $col = $kind =~ /sighting/ ? 'one' : 'run';
		is($node->safe_psql('postgres', <<"SQL"), '0|t', "round $round: $kind built anew says what the scan says");
SET enable_seqscan = off;
CREATE TEMP TABLE by_index AS SELECT n, $col FROM t_$kind WHERE $col && watch('2024-03-01Z', '2024-06-01Z', 100, -60, -100, 60);
SET enable_seqscan = on; SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off;
CREATE TEMP TABLE by_scan AS SELECT n, $col FROM t_$kind WHERE $col && watch('2024-03-01Z', '2024-06-01Z', 100, -60, -100, 60);
SELECT (SELECT count(*) FROM ((TABLE by_index EXCEPT ALL TABLE by_scan) UNION ALL (TABLE by_scan EXCEPT ALL TABLE by_index)) AS d), EXISTS (TABLE by_scan);
SQL
	}
	$answered{values} += ask('', @of_values);
	my $retract = 'DELETE FROM own.observation WHERE installation_id > 3000';
	$answered{ledger} += ask('', (map { visits(3001 + 100 * $_, 3100 + 100 * $_) } 0 .. 9),
		"SELECT count(*) FROM generate_series(1, 1000, 20) AS site, LATERAL look_at(site, 100 + $round, '2025-03-01Z')",
		$retract, 'VACUUM own.presence');
	$node->safe_psql('postgres', "REINDEX TABLE own.presence; $retract; DELETE FROM own.installation WHERE installation_id > 3000");
	is($node->safe_psql('postgres', <<"SQL"), '0|t|0', "round $round: a ledger's trees built anew say what the scan says, and it is as its evidence has it");
SET enable_seqscan = off;
CREATE TEMP TABLE by_index AS SELECT presence_id, run FROM own.presence WHERE run && watch('2024-03-01Z', '2024-06-01Z', 100, -60, -100, 60);
SET enable_seqscan = on; SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off; SET pg_sightings.enable_presence_scan = off;
CREATE TEMP TABLE by_scan AS SELECT presence_id, run FROM own.presence WHERE run && watch('2024-03-01Z', '2024-06-01Z', 100, -60, -100, 60);
SELECT (SELECT count(*) FROM ((TABLE by_index EXCEPT ALL TABLE by_scan) UNION ALL (TABLE by_scan EXCEPT ALL TABLE by_index)) AS d), EXISTS (TABLE by_scan), (SELECT count(*) FROM own.verify());
SQL
	$node->safe_psql('postgres', 'DROP TABLE t_values; CREATE TABLE t_values AS ' . rows(1, 3000) . '; CHECKPOINT');
	my $log = PostgreSQL::Test::Utils::slurp_file($node->logfile, $log_from);
	$log_from += length $log;
	my @fallen = $log =~ /^.*(?:terminated by signal|TRAP|PANIC).*$/mg;
	is("@fallen", '', "round $round: the server did not fall");
}
cmp_ok($hit{$_}, '>', 5, "$_: damaged ($hit{$_} keys)") for sort keys %hit;
cmp_ok($answered{$_}, '>', 5, "$_: questions were answered nevertheless ($answered{$_})") for sort keys %answered;

$node->stop;
done_testing();
