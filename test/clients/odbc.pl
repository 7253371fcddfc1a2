# DBD::ODBC against the example; started by test/clients/odbc. --string: the connection.

use strict;
use warnings;
use utf8;
use DBI qw(:sql_types);

binmode(STDOUT, ':encoding(UTF-8)');
my $string = "Driver={PostgreSQL Unicode};Servername=$ENV{PGHOST};Port=$ENV{PGPORT};Database=$ENV{PGDATABASE};"
	. "UID=$ENV{PGUSER};PWD=" . ($ENV{PGPASSWORD} // '') . ';BoolsAsChar=0';
if (@ARGV && $ARGV[0] eq '--string')
{
	print $string;
	exit;
}

sub check
{
	my ($what, $got, $expected) = @_;
	my @told = map { join("\n", map { ref $_ ? join('|', map { $_ // '-' } @$_) : $_ // '-' } ref $_ ? @$_ : $_) } $got, $expected;
	print $told[0] eq $told[1] ? "ok - $what\n" : "not ok - $what\n  expected:\n$told[1]\n  got:\n$told[0]\n";
	return;
}

sub connected
{
	my $options = shift;
	my $dbh = DBI->connect("dbi:ODBC:$string;$options", undef, undef, { RaiseError => 1, PrintError => 0, LongReadLen => 10000 });
	$dbh->{odbc_ignore_named_placeholders} = 1;    # :: is a cast
	return $dbh;
}

for my $options ('UseServerSidePrepare=1', 'UseServerSidePrepare=0')
{
	my $dbh = connected($options);
	my (@wrong, $count);
	for my $call (@{ $dbh->selectall_arrayref('SELECT object, sql, array_to_json(arguments)::text, expected FROM client_call ORDER BY call_id') })
	{
		my ($object, $sql, $arguments, $expected) = @$call;
		my @arguments = @{ $dbh->selectcol_arrayref('SELECT json_array_elements_text(?::json)', undef, $arguments) };
		# the server says that a bytea is binary, so bytes are bound to it
		my @binary = map { $_ - 1 } $options =~ /=1/ ? $sql =~ /\$(\d+)::bytea/g : ();
		$arguments[$_] =~ s/\\x(.*)/pack('H*', $1)/e for @binary;
		$sql =~ s/\$\d+/?/g;    # in order, each once
		my $sth = $dbh->prepare("SELECT ($sql)::text");
		for (1 .. 2)
		{
			my ($got) = eval { $sth->execute(@arguments); $sth->fetchrow_array };
			$sth->finish;
			push @wrong, [ $object, $@ || $got, $expected ] if $@ || ($got // '') ne ($expected // '');
		}
		$count++;
	}
	check("operators and functions with parameters, prepared, $options", \@wrong, []);
	check("there are calls, $options", $count > 100, 1);
}

my $dbh = connected('');
my @views = map { $_->{TABLE_NAME} } @{ $dbh->table_info(undef, 'syria_illustrated', '%', 'VIEW')->fetchall_arrayref({}) };
check('SQLTables lists the views', [ sort @views ],
	$dbh->selectcol_arrayref("SELECT relname FROM pg_class WHERE relnamespace = 'syria_illustrated'::regnamespace AND relkind = 'v' ORDER BY relname COLLATE \"C\""));
my $columns = $dbh->column_info(undef, 'syria_illustrated', 'change_log', '%')->fetchall_arrayref({});
check('SQLColumns gives their columns and types', [ map { "$_->{COLUMN_NAME} $_->{TYPE_NAME}" } sort { $a->{ORDINAL_POSITION} <=> $b->{ORDINAL_POSITION} } @$columns ],
	[ 'change_id int8', 'installation text', 'asset_class text', 'class_path text', 'designation text', 'status text',
		'by text', 'verdict text', 'count_before_min int4', 'count_before_max int4', 'count_after_min int4',
		'count_after_max int4', 'happened_after timestamptz', 'happened_by timestamptz', 'lon float8', 'lat float8', 'geom geometry',
		'count_before_text text', 'count_after_text text', 'kind text', 'class_group text', 'asset_class_id int4' ]);
check('SQLPrimaryKeys gives the key of a table', [ $dbh->primary_key('', 'syria_illustrated', 'presence') ], [ 'installation_id', 'presence_id' ]);

my $changes = $dbh->prepare(q{SELECT asset_class, count_before_min, count_after_min, count_after_max, certain, after_looked_at, lon
	FROM syria_illustrated.changes(?, to_date => ?, asset => ?) WHERE verdict = 'increased'});
$changes->execute('2024-12-05', '2024-12-13', 'aircraft');
check('changes() with named arguments', [ $changes->fetchrow_array ], [ 'An-32', 1, 3, undef, 1, '2024-12-13 12:00:00', 35.9487 ]);
check('its columns describe themselves', [ map { $dbh->type_info($_)->{TYPE_NAME} } @{ $changes->{TYPE} } ],
	[ 'text', 'int4', 'int4', 'int4', 'bool', 'timestamptz', 'float8' ]);
$changes->finish;

$dbh->{AutoCommit} = 0;
my $look = $dbh->prepare(q{INSERT INTO syria_illustrated.observation (installation_id, source_id, observed_at, completeness, scope, gsd_m, note)
	SELECT installation_id, source_id, ?, ?, ?::ltree[], 0.5, ?
	FROM syria_illustrated.installation, syria_illustrated.source
	WHERE installation.name = ? AND source.name = ? RETURNING installation_id, observation_id});
$look->execute('2024-12-27 09:00:00', 'complete', '{aircraft.transport}', 'Ан-72 на стоянке', 'Khmeimim', 'ILLUSTRATIVE, not real');
my ($installation, $observation) = $look->fetchrow_array;
$look->finish;
my $sighting = $dbh->prepare(q{INSERT INTO syria_illustrated.sighting (installation_id, observation_id, asset_class_id, count)
	SELECT ?, ?, asset_class_id, ?::int4range FROM syria_illustrated.asset_class WHERE name = ?});
$sighting->execute($installation, $observation, @$_) for [ '[2,2]', 'An-72' ], [ '[4,)', 'Il-76' ];
$dbh->commit;
check('what was loaded', $dbh->selectall_arrayref(q{SELECT asset_class, verdict, count_after_min, count_after_max
	FROM syria_illustrated.changes('2024-12-20', '2024-12-27') ORDER BY class_path}),
	[ [ 'Il-76', 'arrived', 4, undef ], [ 'An-32', 'departed', 0, 0 ], [ 'An-72', 'increased', 2, 2 ] ]);
my ($note, $length) = $dbh->selectrow_array('SELECT note, length(note) FROM syria_illustrated.observation WHERE observation_id = ?', undef, $observation);
utf8::decode($note);    # DBD::ODBC gives bytes
check('a note in another script', [ $note, $length ], [ 'Ан-72 на стоянке', 16 ]);
$dbh->commit;

for my $bad ([ 'SELECT (?::presence)::text', '22P02', '2 POINT(1)' ],
	[ 'SELECT watch(?::timestamptz, ?::timestamptz)::text', '22S05', '2024-12-13', '2024-12-05' ],
	[ 'SELECT asset_class FROM syria.changes(?, ?, asset => ?)', '22S07', '2024-12-05', '2024-12-13', 'Zeppelin' ])
{
	my ($sql, $state, @arguments) = @$bad;
	eval { my $sth = $dbh->prepare($sql); $sth->execute(@arguments); $sth->fetchrow_array };
	check("SQLSTATE of $sql with $arguments[-1]", $@ ? $dbh->state : 'no error', $state);
	$dbh->rollback;
}
$dbh->disconnect;
print "done\n";
