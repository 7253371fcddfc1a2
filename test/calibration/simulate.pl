#!/usr/bin/perl
#
# simulate.pl FOLDER SITES DAYS PAIRS SEED: sites whose true counts are known, and what looks
# tell of them; as psql scripts. The same arguments give the same files.
#
#   FOLDER/truth.sql       who came and left when, and the pairs of dates to ask about
#   FOLDER/run_NAME.sql    looks and sightings as the loader of one run has them; see @runs
#
# Groups of one to six arrive at random and stay exponentially long. All runs have the same
# sites, stays and looks. In run `declared` each look is what it says it is: half of them
# complete (a few for one class only), the others partial, too coarse or clouded; of some the
# pixels are not known, some lasted for days, of some two detectors read the same image. They tell
# ranges, sightings they are not sure of, a class less closely, a status or none. Some sites have
# a shelter. In each other run one thing is otherwise than the looks say.

use strict;
use warnings;
use POSIX qw(strftime);

use constant {DAY => 86400, STRIP => 3 * 3600, FIRST_DAY => 1704067200, COARSE => 3, FINE => 0.5};

die "simulate.pl FOLDER SITES DAYS PAIRS SEED\n" unless @ARGV == 5;
my ($folder, $sites, $days, $pairs, $seed) = @ARGV;
srand($seed);

my @runs = (
	[declared => 'every look as declared'],
	[missed => 'a complete look misses 1 object in 20'],
	[doubled => '1 object in 20 told twice'],
	[phantom => '1 look in 20 tells an object too many'],
	[roof => '1 object in 20 stays under a roof that nobody declared'],
	[partial => '1 partial look in 10 loaded as complete'],
	[pixels => 'pixels that are not known loaded as fine'],
	[readers => 'two readers of one image loaded as one look'],
	[ended => 'looks that lasted loaded as of their last instant'],
	[mosaic => 'complete looks of three strips, 3 h apart']);

# limit: coarser pixels show nothing of the class, or not all; or, if something, no more than `above`.
# Classes that nobody tells, but by their total, come with keep.
my @classes = (
	{name => 'aircraft', path => 'aircraft', limit => 1, keep => 1},
	{name => 'transport', path => 'aircraft.transport', above => 'aircraft'},
	{name => 'Il-76', path => 'aircraft.transport.il76', limit => 2, above => 'transport', statuses => [qw(operational loading)]},
	{name => 'An-124', path => 'aircraft.transport.an124', above => 'transport', statuses => [qw(loading operational)]},
	{name => 'Ka-52', path => 'aircraft.helicopter.ka52', limit => 1, statuses => [qw(operational dismantled)]},
	{name => 'tank wagon', path => 'wagon.tank', limit => 1.5},
	{name => 'flat wagon', path => 'wagon.flat'},
	{name => 'ship', path => 'ship', limit => 2, keep => 1},
	{name => 'frigate', path => 'ship.frigate', above => 'ship', numbered => 1},
	{name => 'patrol boat', path => 'ship.patrol', limit => 2});
@{$classes[$_]}{qw(id statuses)} = ($_, $classes[$_]{statuses} || []) for 0 .. $#classes;
my %class = map { $_->{name} => $_ } @classes;
my @kinds = (
	{kind => 'air base', scope => 'aircraft', classes => ['Il-76', 'An-124', 'Ka-52']},
	{kind => 'yard', scope => 'wagon', classes => ['tank wagon', 'flat wagon']},
	{kind => 'port', scope => 'ship', classes => ['frigate', 'patrol boat']});

sub chance { return rand() < $_[0] }
sub one_of { return $_[rand @_] }
sub waiting { return -log(1 - rand()) * $_[0] }

# Stays, in seconds since the first day.

my %hulls;	# of each fleet, the stays of each hull: it is at one place at a time
sub hull
{
	my ($fleet, $stay) = @_;
	my $n = 0;
	$n++ while grep { $_->{since} <= $stay->{until} && $stay->{since} <= $_->{until} } @{$hulls{$fleet}[$n]};
	push @{$hulls{$fleet}[$n]}, $stay;
	return "$fleet-$n";
}

# Is a place under the site's roof free as long as one stays?
sub is_room
{
	my ($site, $stay) = @_;
	return if !$site->{shelter} || $site->{shelter}{class} ne $stay->{class};
	for my $place (@{$site->{shelter}{places}})
	{
		next if grep { $_->{since} <= $stay->{until} && $stay->{since} <= $_->{until} } @$place;
		return push @$place, $stay;
	}
	return;
}

sub arrive
{
	my ($site, $class, $day, $length) = @_;
	my ($since, $until) = (int($day * DAY), int(($day + $length) * DAY));
	my @statuses = chance(0.5) ? @{$class->{statuses}} : reverse @{$class->{statuses}};
	my %stay = (class => $class->{name}, since => $since, until => $until, hull => '', strip => int rand 3, roofed => chance(0.05),
		statuses => \@statuses, turn => chance(0.5) ? $since + int rand($until - $since) : $until);
	return if $until <= 0 || $until == $since;
	$stay{hull} = hull($site->{fleet}, \%stay) if $class->{numbered};
	$stay{sheltered} = chance(0.5) && is_room($site, \%stay);
	push @{$site->{stays}}, \%stay;
}

sub populate
{
	my ($site, $class) = @_;
	my $tempo = $site->{tempo};
	my $gap = $tempo * 3.5 / one_of(0.5, 2, 5);	# so many are there on average
	for (my $day = -4 * $tempo + waiting($gap); $day < $days; $day += waiting($gap))
	{
		my $together = chance(0.5) && waiting($tempo);
		arrive($site, $class, $day, $together || waiting($tempo)) for 1 .. 1 + int rand 6;
	}
}

my $looks = 0;
sub schedule
{
	my ($site) = @_;
	my $gap = 10 / 8 ** rand();		# days: 0.1 to 0.8 looks a day
	for (my $day = waiting($gap); $day < $days; $day += waiting($gap))
	{
		my $at = int($day * DAY);
		# one that lasted showed some instant between its ends, nobody knows which
		my $from = chance(0.06) ? $at - int waiting(8 * DAY) : $at;
		my $shown = $from + int rand($at - $from + 1);
		my %look = (id => ++$looks, at => $at, from => $from, shown => $shown, gsd_known => chance(0.9), readers => chance(0.15) ? 2 : 1, share => 0.2 + rand(0.7), mislabelled => chance(0.1),
			kind => chance(0.5) ? 'complete' : one_of(qw(partial coarse clouded)), of => '');
		$look{of} = one_of(@{$site->{classes}}) if $look{kind} eq 'complete' && chance(0.15);
		$looks++ if $look{readers} == 2;
		# all that any of its strips may show
		$look{near} = [grep { $_->{since} <= $shown && $shown - 2 * STRIP < $_->{until} } @{$site->{stays}}];
		push @{$site->{looks}}, \%look;
	}
}

sub site
{
	my ($id) = @_;
	my $kind = $kinds[$id % @kinds];
	my $site = {%$kind, id => $id, name => "$kind->{kind} $id", tempo => one_of(400, 60, 15, 3), fleet => int($id / 12),
		stays => [], looks => []};
	$site->{shelter} = {class => one_of(@{$site->{classes}}), places => [map { [] } 1 .. 1 + int rand 3]} if chance(0.25);
	populate($site, $class{$_}) for @{$site->{classes}};
	schedule($site);
	return $site;
}

# What a reader sees in a look: lists of class, status, hull, confidence.

# The second reader's confidence counts from 0.9 on, the first one's from 0.5 on, as the ledger has it.
use constant UNSURE => (0.3, 0.7);

sub shown
{
	my ($stay, $at, $hull, $confidence) = @_;
	return [$stay->{class}, chance(0.8) ? $stay->{statuses}[$at < $stay->{turn} ? 0 : 1] // '' : '', $hull, $confidence];
}

sub nothing_there
{
	my ($site, $confidence) = @_;
	my $class = one_of(@{$site->{classes}});
	return [$class, one_of(@{$class{$class}{statuses}}) // '', '', $confidence];
}

sub less_closely
{
	my ($class, @rest) = @{$_[0]};
	return chance(0.05) && $class{$class}{above} ? [$class{$class}{above}, @rest] : [$class, @rest];
}

sub coarsely
{
	my ($class, $status, undef, $confidence) = @{$_[0]};
	return [$class{$class}{above}, '', '', $confidence] if $class{$class}{above} && !$class{$class}{numbered};
	return $class{$class}{limit} ? () : [$class, $status, '', $confidence];
}

sub seen
{
	my ($site, $look, $run, $reader) = @_;
	my $complete = $look->{kind} eq 'complete';
	my $unsure = (UNSURE)[$reader];
	my @seen;
	return if $look->{kind} eq 'clouded';
	for my $stay (@{$look->{near}})
	{
		my $at = $look->{shown} - ($complete && $run eq 'mosaic' ? $stay->{strip} * STRIP : 0);
		next if $stay->{sheltered};
		next if $at < $stay->{since} || $stay->{until} <= $at;
		next if $look->{kind} eq 'partial' && !chance($look->{share});
		next if $run eq 'missed' && $complete && chance(0.05);
		next if $run eq 'roof' && $stay->{roofed};
		push @seen, shown($stay, $at, chance(0.8) ? $stay->{hull} : '', chance(0.03) ? $unsure : 1);
		push @seen, shown($stay, $at, '', 1) if $run eq 'doubled' && chance(0.05);
	}
	push @seen, nothing_there($site, $unsure) if chance(0.03);
	push @seen, nothing_there($site, 1) if $run eq 'phantom' && chance(0.05);
	@seen = grep { $_->[0] eq $look->{of} } @seen if $look->{of};
	return map { $look->{kind} eq 'coarse' ? coarsely($_) : less_closely($_) } @seen;
}

# Rows

sub instant { return strftime('%Y-%m-%d %H:%M:%S+00', gmtime(FIRST_DAY + $_[0])) }

# A class and those above it.
sub up
{
	my ($name) = @_;
	return map { $_->{name} } grep { index("$class{$name}{path}.", "$_->{path}.") == 0 } @classes;
}

# Stays under each label that is counted: none, a status, a hull; of each label also one that never was.
# What is of a class is of those above it.
sub stay_rows
{
	my ($site) = @_;
	my (@rows, %labels);
	for my $class (@{$site->{classes}})
	{
		@{$labels{$_}}{'', @{$class{$class}{statuses}}} = () for up($class);
	}
	for my $stay (@{$site->{stays}})
	{
		my ($class, $since, $until, $turn) = @$stay{qw(class since until turn)};
		my @parts = (['', $since, $until]);
		push @parts, [$stay->{hull}, $since, $until] if $stay->{hull};
		push @parts, [$stay->{statuses}[0], $since, $turn], [$stay->{statuses}[1], $turn, $until] if @{$stay->{statuses}};
		for my $counted (up($class))
		{
			push @rows, map { [$site->{name}, $counted, $_->[0], instant($_->[1]), instant($_->[2])] } @parts;
			$labels{$counted}{$stay->{hull}} = ();
		}
	}
	for my $class (sort keys %labels)
	{
		push @rows, map { [$site->{name}, $class, $_, '-infinity', '-infinity'] } sort keys %{$labels{$class}};
	}
	return @rows;
}

sub pair_row
{
	my $from = 5 + int rand($days - 10);
	my $to = $from + 1 + int(($days - 1 - $from) * rand() ** 2);
	return [$_[0], map { substr(instant($_ * DAY), 0, 10) } $from, $to];
}

# One for each reader.
sub look_rows
{
	my ($site, $look, $run) = @_;
	my $complete = $look->{kind} =~ /complete|coarse/ || $run eq 'partial' && $look->{mislabelled};
	my $scope = $look->{of} ? $class{$look->{of}}{path} : $site->{scope};
	my $gsd = $look->{gsd_known} ? $look->{kind} eq 'coarse' ? COARSE : FINE : $run eq 'pixels' ? FINE : undef;
	my $from = $look->{from} < $look->{at} && $run ne 'ended' ? instant($look->{from}) : undef;
	return map { [$site->{id}, $look->{id} + $_, $from, instant($look->{at}), $_, $complete ? 'complete' : 'partial', "{$scope}", $gsd] }
		0 .. ($run eq 'readers' ? 0 : $look->{readers} - 1);
}

# How many of each sort were seen; sometimes as a range.
sub sighting_rows
{
	my ($site, $look, $run) = @_;
	my (%n, @rows);
	for my $reader (0 .. $look->{readers} - 1)
	{
		$n{join("\t", $look->{id} + ($run eq 'readers' ? 0 : $reader), @$_)}++ for seen($site, $look, $run, $reader);
	}
	for my $sort (sort keys %n)
	{
		my ($id, $class, $status, $hull, $confidence) = split(/\t/, $sort);
		# (one that moved from strip to strip is still one)
		$n{$sort} = 1 if $hull;
		my ($less, $more) = $hull eq '' && chance(0.15) ? (int rand 2, int rand 3) : (0, 0);
		push @rows, [$site->{id}, $id, $class{$class}{id}, $status || undef, $hull || undef,
			sprintf('[%d,%d]', $n{$sort} - $less, $n{$sort} + $more), $confidence];
	}
	return @rows;
}

sub copy
{
	my ($name, @tables) = @_;
	open(my $file, '>', "$folder/$name.sql") or die "$folder/$name.sql: $!\n";
	while (my ($table, $rows) = splice(@tables, 0, 2))
	{
		print $file "COPY $table FROM stdin;\n", map({ join("\t", map { $_ // '\N' } @$_) . "\n" } @$rows), "\\.\n";
	}
	close($file) or die "$folder/$name.sql: $!\n";
}

my @sites = map { site($_) } 1 .. $sites;
copy('truth',
	'run (run_id, run, words)' => [map { [$_, @{$runs[$_]}] } 0 .. $#runs],
	'pair (pair_id, from_date, to_date)' => [map { pair_row($_) } 1 .. $pairs],
	'stay (installation, asset_class, label, since, until)' => [map { stay_rows($_) } @sites]);
for my $run (map { $_->[0] } @runs)
{
	my (@looks, @sightings);
	srand($seed + 1);
	for my $site (@sites)
	{
		push @looks, map { look_rows($site, $_, $run) } @{$site->{looks}};
		push @sightings, map { sighting_rows($site, $_, $run) } @{$site->{looks}};
	}
	copy("run_$run",
		'source (source_id, name, min_confidence)' => [[0, 'a detector', undef], [1, 'another detector', 0.9]],
		'asset_class (asset_class_id, name, path, max_gsd_m, keep_total)' => [map { [@$_{qw(id name path limit)}, $_->{keep} // 0] } @classes],
		'installation (installation_id, name, kind, location)' =>
			[map { [@$_{qw(id name kind)}, sprintf('SRID=4326;POINT(%d %d)', $_->{id} % 360 - 180, $_->{id} / 360 % 90)] } @sites],
		'shelter (installation_id, asset_class_id, hidden_max)' => [map { [$_->{id}, $class{$_->{shelter}{class}}{id}, scalar @{$_->{shelter}{places}}] }
			grep { $_->{shelter} } @sites],
		'observation (installation_id, observation_id, observed_from, observed_at, source_id, completeness, scope, gsd_m)' => \@looks,
		'sighting (installation_id, observation_id, asset_class_id, status, designation, count, confidence)' => \@sightings);
}
