#!/usr/bin/env python3
"""Makes change.tsv, the truth table as data: ./change.py > change.tsv

What is expected is not computed as the extension does it, by comparing the four times
of a presence with the dates. It is read from the definition: the real start S lies in
(not_seen_at, first_seen], the real end E in (last_seen, gone_by], and between two dates
one of six things is true of a pair (S, E). Every pair that differs from another in some
comparison with a date is tried; `certain` means for all of them, `possible` for at least
one, and `last_known` for the one pair (first_seen, gone_by), with max_age
(first_seen, the earlier of gone_by and last_seen + max_age).

Columns: kind, presence, watch, one truth value per question (arrived departed stayed
passed changed present), the verdict (\\N: none or not only one), all verdicts that hold,
and whether it is there at each of the two dates, wherever the box is. Both the C unit test and pg_regress read
it; values are in the form in which they are printed.
"""
from itertools import combinations

INF = float('inf')
FIRST, LAST = -211813488000000000, 9223371331199999999	# the limits of timestamptz
ORIGIN = 787395600000000	# 2024-12-13 09:00:00+00; all other times are microseconds after
DEGREE = 10**7
WORLD = (-180 * DEGREE, -90 * DEGREE, 180 * DEGREE, 90 * DEGREE)
HERE = (359487000, 354008000)


def verdict_of(s, e, d1, d2):
	if e <= d1:
		return 'before'
	if s > d2:
		return 'after'
	if s > d1:
		return 'arrived' if e > d2 else 'passed'
	return 'stayed' if e > d2 else 'departed'


def there(s, e, d):
	return s <= d < e


QUESTIONS = {
	'arrived': lambda s, e, d1, d2: verdict_of(s, e, d1, d2) == 'arrived',
	'departed': lambda s, e, d1, d2: verdict_of(s, e, d1, d2) == 'departed',
	'stayed': lambda s, e, d1, d2: verdict_of(s, e, d1, d2) == 'stayed',
	'passed': lambda s, e, d1, d2: verdict_of(s, e, d1, d2) == 'passed',
	'present': lambda s, e, d1, d2: verdict_of(s, e, d1, d2) not in ('before', 'after'),
	'before': lambda s, e, d1, d2: verdict_of(s, e, d1, d2) == 'before',
	'after': lambda s, e, d1, d2: verdict_of(s, e, d1, d2) == 'after',
	'there_from': lambda s, e, d1, d2: there(s, e, d1),
	'there_to': lambda s, e, d1, d2: there(s, e, d2),
}


def between(low, high, critical):
	"""What may lie in (low, high], one value for each way to compare with the rest."""
	tried = {v + i for v in critical if abs(v) != INF for i in (-1, 0, 1)} | {high}
	return [v for v in tried if low < v <= high]


def pairs(times, dates, mode, max_age):
	not_seen_at, first_seen, last_seen, gone_by = times
	if mode == 'last_known':
		return [(first_seen, min(gone_by, last_seen + (max_age or INF)))]
	critical = [*times, *dates]
	return [(s, e) for s in between(not_seen_at, first_seen, critical)
			for e in between(last_seen, gone_by, critical)]


def holds(question, times, dates, mode, max_age):
	answers = [QUESTIONS[question](s, e, *dates) for s, e in pairs(times, dates, mode, max_age)]
	return any(answers) if mode == 'possible' else all(answers)


def in_box(point, box):
	"""Eastward from the western edge, as far as the eastern one."""
	(lon, lat), (west, south, east, north) = point, box
	turn = 360 * DEGREE
	width = east - west + (turn if east < west else 0)
	return south <= lat <= north and (lon - west) % turn <= width


def time_text(t):
	named = {-INF: '-infinity', INF: 'infinity', FIRST: '4714-11-24 00:00:00+00 BC',
			FIRST + 1: '4714-11-24 00:00:00.000001+00 BC', LAST: '294276-12-31 23:59:59.999999+00',
			LAST - 1: '294276-12-31 23:59:59.999998+00'}
	if t in named:
		return named[t]
	assert ORIGIN <= t < ORIGIN + 10**6
	return ('2024-12-13 09:00:00.%06d' % (t - ORIGIN)).rstrip('0').rstrip('.') + '+00'


def degrees_text(steps):
	whole, rest = divmod(abs(steps), DEGREE)
	return '-' * (steps < 0) + ('%d.%07d' % (whole, rest)).rstrip('0').rstrip('.')


def presence_text(times, point):
	return '2 POINT(%s %s)@(%s, [%s, %s], %s)' % (*map(degrees_text, point), *map(time_text, times))


def watch_text(dates, box, mode, max_age):
	text = '[%s, %s]' % tuple(map(time_text, dates))
	if box != WORLD:
		text += ' BOX(%s %s, %s %s)' % tuple(map(degrees_text, box))
	if mode != 'last_known':
		text += ' ' + mode
	if max_age:
		seconds = ('%d.%06d' % divmod(max_age, 10**6)).rstrip('0').rstrip('.')
		text += ' max_age ' + ('P106751990D' if max_age == LONG else 'PT%sS' % seconds)
	return text


LONG = 106751990 * 86400 * 10**6


def truth(yes):
	return 't' if yes else 'f'


def case(kind, times, dates, mode, max_age=None, box=WORLD, point=HERE):
	inside = in_box(point, box)
	answer = {q: holds(q, times, dates, mode, max_age) for q in QUESTIONS}
	is_so = {q: inside and answer[q] for q in QUESTIONS}
	is_so['changed'] = is_so['arrived'] or is_so['departed']
	verdicts = [v for v in ('arrived', 'departed', 'stayed', 'passed', 'before', 'after') if is_so[v]]
	print(kind, presence_text(times, point), watch_text(dates, box, mode, max_age),
		*(truth(is_so[q]) for q in ('arrived', 'departed', 'stayed', 'passed', 'changed', 'present')),
		verdicts[0] if len(verdicts) == 1 else '\\N', '{%s}' % ','.join(verdicts),
		truth(answer['there_from']), truth(answer['there_to']), sep='\t')


def at(*microseconds):
	return tuple(m if abs(m) == INF else ORIGIN + m for m in microseconds)


def date_pairs(*times):
	"""All pairs of dates that lie at one of the times, or just beside it."""
	return combinations(sorted({t + i for t in times if abs(t) != INF for i in (-1, 0, 1)}), 2)


MODES = ('last_known', 'certain', 'possible')
REGULAR = at(10, 20, 30, 40)


def time_cases():
	shapes = [REGULAR, at(-INF, 20, 30, 40), at(10, 20, 30, INF), at(-INF, 20, 30, INF),
			at(10, 20, 20, 40), at(-INF, 20, 20, INF), at(19, 20, 20, 21), at(19, 20, 21, 22)]
	for times in shapes:
		for dates in date_pairs(*times):
			for mode in MODES:
				case('times', times, dates, mode)


def max_age_cases():
	for times in (REGULAR, at(10, 20, 30, INF)):
		for age in (1, 5, 9, 10, 11, 100):
			for dates in date_pairs(times[1], times[2], times[2] + age, times[3]):
				case('max_age', times, dates, 'last_known', age)
		for mode in ('certain', 'possible'):
			for dates in date_pairs(*times[1:3], times[2] + 5):
				case('max_age', times, dates, mode, 5)


def limit_cases():
	begin, end = (-INF, FIRST, FIRST, FIRST + 1), (LAST - 1, LAST, LAST, INF)
	whole, always = (FIRST, FIRST + 1, LAST - 1, LAST), (-INF, FIRST, LAST, INF)
	for times in (begin, end, whole, always, REGULAR):
		for dates in combinations((FIRST, FIRST + 1, ORIGIN, LAST - 1, LAST), 2):
			for mode in MODES:
				case('limits', times, dates, mode)
			for age in (1, LONG):
				case('limits', times, dates, 'last_known', age)


def boxes_around(lon, lat):
	"""Boxes that the point is just in and just out of, on each side."""
	west, south, east, north = lon - DEGREE, lat - DEGREE, lon + DEGREE, lat + DEGREE
	for box in ((west, south, east, north), (lon, lat, lon, lat),
			(lon, south, east, north), (lon + 1, south, east, north), (west, lat, east, north),
			(west, lat + 1, east, north), (west, south, lon, north), (west, south, lon - 1, north),
			(west, south, east, lat), (west, south, east, lat - 1)):
		yield tuple(max(low, min(high, v)) for v, low, high in zip(box, WORLD[:2] * 2, WORLD[2:] * 2))


def box_cases():
	edges = [d * DEGREE for d in (-180, -179, -170, 0, 170, 179, 180)]
	dates = at(15, 35)
	for point in (HERE, (-359487000, -354008000)):
		for box in boxes_around(*point):
			for mode in MODES:
				case('box', REGULAR, dates, mode, None, box, point)
			case('box', REGULAR, at(25, 45), 'last_known', None, box, point)
			case('box', REGULAR, at(25, 45), 'last_known', 5, box, point)
	for lon in (*edges, 180 * DEGREE - 1, 1 - 180 * DEGREE):
		for west in edges:
			for east in edges:
				case('box', REGULAR, dates, 'last_known', None, (west, 0, east, 90 * DEGREE), (lon, HERE[1]))
	for lat in (90 * DEGREE, 90 * DEGREE - 1, -90 * DEGREE):
		for box in (WORLD, (0, 89 * DEGREE, 10 * DEGREE, 90 * DEGREE), (0, -90 * DEGREE, 10 * DEGREE, -90 * DEGREE)):
			case('box', REGULAR, dates, 'last_known', None, box, (5 * DEGREE, lat))


print('kind', 'presence', 'watch', 'arrived', 'departed', 'stayed', 'passed', 'changed', 'present',
	'verdict', 'verdicts', 'there_from', 'there_to', sep='\t')
time_cases()
max_age_cases()
limit_cases()
box_cases()
