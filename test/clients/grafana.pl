# grafana.pl DASHBOARD ALERT: every query of a dashboard is put to the database as Grafana would
# put it, for each choice of its variables, and held against what its panel refers to.
# Macros and formats as Grafana documents them: $__timeFrom() and $__timeTo() are quoted
# instants, ${x:sqlstring} is quoted for SQL, several values each, and ${x:doublequote} as an
# identifier.
use strict;
use warnings;
use utf8;
use JSON::PP;
binmode(STDOUT, ':encoding(UTF-8)');

my $board = do {
	open(my $file, '<', $ARGV[0]) or die "$ARGV[0]: $!";
	local $/;
	decode_json(<$file>);
};

sub check
{
	my ($holds, $what, $detail) = @_;
	print(($holds ? 'ok' : 'not ok'), " - $what\n");
	print "    $detail\n" if !$holds && defined $detail;
	return $holds;
}

# what psql says to a script, and whether it was content
sub psql
{
	my ($sql, @options) = @_;
	open(my $file, '>:encoding(UTF-8)', 'build/clients/grafana/query.sql') or die "query.sql: $!";
	print $file $sql;
	close($file);
	open(my $said, '-|:encoding(UTF-8)', 'psql', '-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', @options,
		'-f', 'build/clients/grafana/query.sql') or die "psql: $!";
	my @lines = <$said>;
	my $fine = close($said);
	chomp @lines;
	return ($fine, @lines);
}

sub quoted
{
	my ($value, $quote) = @_;
	$value =~ s/$quote/$quote$quote/g;
	return "$quote$value$quote";
}

our ($from, $to) = @{ $board->{time} }{qw(from to)};

# A choice is the text of each variable, or a list of them.
sub expanded
{
	my ($sql, $choice) = @_;
	$sql =~ s/\$__timeFrom\(\)/'$from'/g;
	$sql =~ s/\$__timeTo\(\)/'$to'/g;
	$sql =~ s/\$__timeFilter\((\w+)\)/$1 BETWEEN '$from' AND '$to'/g;
	$sql =~ s/\$\{(\w+):(sqlstring|doublequote)\}/
		!defined $choice->{$1} ? "no variable $1" : join(',', map { quoted($_, $2 eq 'sqlstring' ? "'" : '"') }
			ref $choice->{$1} ? @{ $choice->{$1} } : $choice->{$1})/gex;
	return $sql;
}

# names of the columns and their types, in order
sub columns
{
	my $sql = shift;
	my ($fine, @said) = psql("$sql \\gdesc");
	return $fine ? map { [ split /\|/ ] } @said : ();
}

sub rows
{
	my $sql = shift;
	my ($fine, @said) = psql("SELECT pg_catalog.to_jsonb(q) FROM (\n$sql\n) AS q");
	return $fine ? map { decode_json(Encode::encode_utf8($_)) } @said : ();
}
use Encode ();

# the dashboard itself
check($board->{schemaVersion} == 39 && $board->{uid} =~ /^[\w-]{1,40}$/ && $board->{title}, 'it has a title, an uid and a schema version');
my %ids;
$ids{ $_->{id} }++ for @{ $board->{panels} };
check(@{ $board->{panels} } >= 6 && !grep({ $_ > 1 } values %ids), 'its panels have ids of their own');
my @cells;
my $overlap = 0;
for my $p (map { $_->{gridPos} } @{ $board->{panels} })
{
	for my $x ($p->{x} .. $p->{x} + $p->{w} - 1)
	{
		$overlap += $x > 23 || $cells[$x][$_]++ for $p->{y} .. $p->{y} + $p->{h} - 1;
	}
}
check(!$overlap, 'which do not lie on one another');
my $text = do { open(my $f, '<', $ARGV[0]) or die; local $/; <$f> };
check($text !~ m{https?://|localhost|\b\d+\.\d+\.\d+\.\d+\b|"password"}i, 'no address and no password stands in it');

my %variable = map { $_->{name} => $_ } @{ $board->{templating}{list} };
check($variable{datasource}{type} eq 'datasource', 'the data source is a variable');
my @sources = map { $_->{datasource} } @{ $board->{panels} }, (map { @{ $_->{targets} } } @{ $board->{panels} }),
	@{ $board->{annotations}{list} }, grep { $_->{type} eq 'query' } values %variable;
check(!grep({ $_->{uid} ne '${datasource}' || $_->{type} ne $variable{datasource}{query} } @sources), 'which everything reads from');

# what the variables offer
my %offer;
my ($fine, @ledgers) = psql(expanded($variable{ledger}{query}, {}));
check("@ledgers" eq 'syria_illustrated syria', 'the variable ledger lists the ledgers', "@ledgers");
$offer{$_} = [ map { $_->{value} } @{ $variable{$_}{options} } ] for grep { $variable{$_}{type} eq 'custom' } keys %variable;
for my $name (keys %offer)
{
	check($variable{$name}{query} eq join(',', @{ $offer{$name} }), "the options of $name are those of its query");
}
my $default = { ledger => 'syria_illustrated', installation => [ 'Khmeimim', 'Tartus' ], class => 'all', source => 'all', place => '', looks => '', __timezone => 'utc',
	map { $_ => $variable{$_}{current}{value} } keys %offer };
my @choices = ($default);
for my $ledger (@ledgers)
{
	my ($listed, @names) = psql(expanded($variable{installation}{query}, { ledger => $ledger }));
	check("@names" eq 'Khmeimim Tartus', "the variable installation lists those of $ledger", "@names");
	push @choices, { %$default, ledger => $ledger, installation => $_ } for @names;
	my (undef, @classes) = psql(expanded($variable{class}{query}, { ledger => $ledger }));
	check($classes[0] eq 'all' && grep({ $_ eq 'An-124' } @classes), "the variable class lists those of $ledger, and all", "@classes");
	push @choices, { %$default, ledger => $ledger, class => $_ } for @classes[0, -1];
	my (undef, @told_by) = psql(expanded($variable{source}{query}, { ledger => $ledger }));
	check($told_by[0] eq 'all' && @told_by > 1, "the variable source lists those of $ledger, and all", "@told_by");
	push @choices, { %$default, ledger => $ledger, source => $told_by[-1] };
}
for my $name (keys %offer)
{
	push @choices, { %$default, $name => $_ } for @{ $offer{$name} };
}

# a row of the table of changes leads to the looks behind it
check($variable{installation}{multi} && $variable{installation}{includeAll}, 'several installations can be chosen');
my ($changes) = grep { $_->{title} =~ /^What changed between/ } @{ $board->{panels} };
my (undef, $place, $looks) = psql("SELECT installation, looks FROM (\n" . expanded($changes->{targets}[0]{rawSql}, $default) . "\n) AS q WHERE looks ~ ',' LIMIT 1", '-R', "\n", '-F', "\n");
$default->{place} = $place;
$default->{looks} = $looks;
push @choices, { %$default, __timezone => 'Asia/Damascus' }, { %$default, place => '', looks => '' };
my ($link) = map { $_->{value}[0]{url} } grep { $_->{id} eq 'links' } map { @{ $_->{properties} } } @{ $changes->{fieldConfig}{overrides} };
check($link =~ /var-place=\$\{__data\.fields\.installation\}/ && $link =~ /var-looks=\$\{__data\.fields\.looks\}/ && !grep({ $link !~ /\$\{$_:queryparam\}/ } grep { !/^(place|looks)$/ } keys %variable),
	'a link in it keeps every choice and names the looks', $link);

# of the WCAG; of a colour, its relative luminance
sub luminance
{
	my @rgb = map { my $c = hex($_) / 255; $c <= 0.03928 ? $c / 12.92 : (($c + 0.055) / 1.055)**2.4 } $_[0] =~ /^#(..)(..)(..)$/;
	return 0.2126 * $rgb[0] + 0.7152 * $rgb[1] + 0.0722 * $rgb[2];
}

sub contrast
{
	my ($more, $less) = sort { $b <=> $a } map { luminance($_) } @_;
	return ($more + 0.05) / ($less + 0.05);
}

# A mapping matches a value by name or by pattern.
sub mapped
{
	my ($mappings, $value) = @_;
	for my $m (@$mappings)
	{
		return 1 if $m->{type} eq 'value' && exists $m->{options}{$value};
		return 1 if $m->{type} eq 'regex' && $value =~ /$m->{options}{pattern}/;
	}
	return 0;
}

# what the reports can say
sub words
{
	my (undef, @words) = psql("SELECT word FROM report_words() WHERE about = '$_[0]'");
	return @words;
}
my %possible = (
	verdict => [ words('verdict of a change') ],
	sureness => [ 'certain', 'not certain' ],
	'inventory state' => [ words('state of an inventory') ],
	'timeline state' => [ words('state of a timeline') ]);
check(@{ $possible{verdict} } == 8 && @{ $possible{'inventory state'} } == 3 && @{ $possible{'timeline state'} } == 4,
	'there are words for what changed, what is there and how it went', join(', ', map { @$_ } values %possible));

my %plain = map { $_ => 1 } 'text', 'integer', 'bigint', 'numeric', 'double precision', 'boolean', 'timestamp with time zone';

# the fields that a panel refers to
sub referred
{
	my $panel = shift;
	my @names = map { $_->{matcher}{options} } @{ $panel->{fieldConfig}{overrides} };
	push @names, @{ $_->{options}{fields} } for @{ $panel->{transformations} // [] };
	for my $layer (@{ $panel->{options}{layers} // [] })
	{
		push @names, @{ $layer->{location} }{qw(latitude longitude)}, $layer->{config}{style}{color}{field},
			$layer->{config}{style}{text}{field};
	}
	push @names, $1 if ($panel->{fieldConfig}{defaults}{displayName} // '') =~ /labels\.(\w+)/;
	return @names;
}

for my $panel (@{ $board->{panels} })
{
	my $sql = $panel->{targets}[0]{rawSql};
	my $title = "$panel->{type}, $panel->{title}";
	my @columns = columns(expanded($sql, $default));
	my %type = map { $_->[0] => $_->[1] } @columns;
	check(@columns && @columns == keys %type, "$title: returns columns of different names");
	check(!grep({ !$plain{$_} } values %type), "$title: of plain types", join(', ', map { "@$_" } @columns));
	my @missing = grep { !exists $type{$_} } referred($panel);
	check(!@missing, "$title: has every field that the panel refers to", "@missing");
	check((scalar grep { my ($ok) = psql(expanded($sql, $_)); !$ok } @choices) == 0, "$title: runs for every choice of the variables");
	my @rows = rows(expanded($sql, $default));
	check(scalar @rows, "$title: has rows for the time range of the dashboard");
	check($sql !~ /\.(changes_between|inventory_at|timeline_between|stale_at)\(/ || $sql =~ /\$\{max_age:sqlstring\}/, "$title: a look counts as long as is chosen");
	check(!grep({ /^(ms|s|m|h|d)$/ } map { $_->{value} } grep { $_->{id} eq 'unit' } map { @{ $_->{properties} } } @{ $panel->{fieldConfig}{overrides} }),
		"$title: no unit that Grafana turns into another");
	check($sql =~ /ORDER BY|count\(\*\)/, "$title: in an order of its own");

	my %override = map { $_->{matcher}{options} => { map { $_->{id} => $_->{value} } @{ $_->{properties} } } } @{ $panel->{fieldConfig}{overrides} };
	$override{verdict} && check(!grep({ !mapped($override{verdict}{mappings}, $_) } @{ $possible{verdict} }), "$title: a colour for every verdict");
	if ($override{verdict})
	{
		my %colour = map { $_ => $override{verdict}{mappings}[0]{options}{$_}{color} } @{ $possible{verdict} };
		my %text = map { $_ => $override{verdict}{mappings}[0]{options}{$_}{text} } @{ $possible{verdict} };
		check($colour{arrived} eq $colour{increased} && $colour{departed} eq $colour{decreased} && $colour{arrived} ne $colour{departed}
			&& "$text{arrived}$text{increased}" =~ /▲.*▲/ && "$text{departed}$text{decreased}" =~ /▼.*▼/, "$title: up and down are told by colour and by arrow");
		my %sure = %{ $override{sureness}{mappings}[0]{options} };
		check(contrast($sure{certain}{color}, $sure{'not certain'}{color}) >= 4.5 && contrast($sure{certain}{color}, $colour{'first look'}) >= 2,
			"$title: certain stands out without colour");
	}
	$override{sureness} && check(!grep({ !mapped($override{sureness}{mappings}, $_) } @{ $possible{sureness} }), "$title: a colour for certain or not");
	$override{state} && check(!grep({ !mapped($override{state}{mappings}, $_) } @{ $possible{'inventory state'} }), "$title: a colour for every state");

	if ($panel->{type} eq 'state-timeline')
	{
		check($type{time} eq 'timestamp with time zone', "$title: its time is an instant");
		my %last;
		check(!grep({ my $before = $last{ $_->{series} }; $last{ $_->{series} } = $_->{time}; defined $before && $before ge $_->{time} } @rows),
			"$title: in order of time, each time once in a series");
		check(!grep({ !mapped($panel->{fieldConfig}{defaults}{mappings}, $_) } @{ $possible{'timeline state'} }, map { $_->{state} } @rows),
			"$title: a colour for every state");
		my %colour = map { $_->{options}{result}{color} => 1 } @{ $panel->{fieldConfig}{defaults}{mappings} };
		check(keys %colour == 4, "$title: four different ones");
		check((scalar grep { $_->{state} eq 'unobserved' } @rows) > 0 && (scalar grep { $_->{state} eq 'stale' } @rows) > 0
			&& !grep({ $_->{state} =~ /^(unobserved|stale)./ } @rows), "$title: shows what is unobserved or stale, without a count");
		check((scalar grep { $_->{state} =~ /^observed: [0-9.]+$/ } @rows) > 0 && !grep({ $_->{state} =~ /^(observed|last known)$/ } @rows),
			"$title: and all else with one");
		check($panel->{transformations}[0]{id} eq 'partitionByValues' && $panel->{transformations}[0]{options}{naming}{asLabels}
			&& !$panel->{fieldConfig}{defaults}{custom}{spanNulls}, "$title: a series each, nothing drawn over gaps");
	}
	if ($panel->{type} eq 'geomap')
	{
		check($type{latitude} eq 'double precision' && $type{longitude} eq 'double precision', "$title: latitude and longitude are numbers");
		check(!grep({ abs($_->{latitude}) > 90 || abs($_->{longitude}) > 180 || $_->{latitude} > $_->{longitude} } @rows),
			"$title: not one for the other");
		my @early = rows(do { local ($from, $to) = ('2024-12-06', '2024-12-07'); expanded($sql, $default) });
		check(2 == grep({ $_->{sureness} eq 'nobody looked' } @early), "$title: a place that nobody looked at is a point too");
		check(!grep({ !mapped($panel->{fieldConfig}{defaults}{mappings}, $_->{sureness}) } @rows, @early, { sureness => 'nothing changed' }), "$title: a colour for each point");
	}
	# what is told of statuses is a part of what is told of classes: never in one table
	check($sql =~ /\.evidence\(/ ? 1 : $type{status} ? $sql =~ /by => 'status'/ && !grep({ !defined $_->{status} } @rows) : $sql !~ /\bby =>|\bstatus\b/,
		"$title: either all of each class, or each status");
	if ($type{before})
	{
		check((scalar grep { $_->{before} eq '?' && $_->{verdict} eq 'first look' } @rows) > 0, "$title: what is not known is ?, and a first look")
			if !$type{status};
		check(!grep({ $_->{sureness} eq 'certain' && ($_->{verdict} eq 'first look' || !$_->{before_looked_at} || !$_->{after_looked_at}) } @rows),
			"$title: what is certain was told by two looks");
		check(!grep({ !defined $_->{before} || !defined $_->{after} } @rows), "$title: no count is an empty field");
	}
}

for my $annotation (@{ $board->{annotations}{list} })
{
	my $sql = expanded($annotation->{target}{rawSql}, $default);
	check(join(' ', map { $_->[0] } columns($sql)) eq 'time text tags', "annotation $annotation->{name}: time, text and tags");
	check(scalar(rows($sql)) > 0, "annotation $annotation->{name}: has rows");
}
# the alert rule: its query is put as the dashboard's are
my $rule = do { open(my $f, '<:encoding(UTF-8)', $ARGV[1]) or die "$ARGV[1]: $!"; local $/; <$f> };
my ($block) = $rule =~ /^ +rawSql: \|\n((?: {16}.*\n)+)/m;
check($rule =~ /^apiVersion: 1$/m && defined $block, 'the alert rule has a query');
for my $time ([ '2024-12-06', '2024-12-14', 1 ], [ '2024-12-14', '2024-12-15', 0 ])
{
	local ($from, $to) = @$time;
	my @alerts = rows(expanded($block, {}));
	check(@alerts == 1 && ($alerts[0]{value} > 0) == $time->[2], "from $from to $to it " . ($time->[2] ? 'raises an alert' : 'is quiet'));
}
print "done\n";
