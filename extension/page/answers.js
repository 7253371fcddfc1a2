/*
 * answers.js: what may be said of one subject, from what the looks told of it: model/answers.c
 * once more, for a page that has no server. Rules of evidence are not here: what each look told
 * is the engine's. test/page holds every answer against the reports.
 *
 * Evidence is {at, since, min, max, doubt, look}: max Infinity means "or more", doubt is a list
 * of codes, times are numbers in any unit, in order.
 */
'use strict';
const DOUBTS = [
	'no_look_before',
	'no_look_after',
	'minimum',
	'minimum_before',
	'minimum_after',
	'range',
	'range_before',
	'range_after',
	'carried',
	'carried_before',
	'carried_after',
	'stale',
	'stale_before',
	'stale_after',
	'looks_overlap',
	'corrected',
	'told_less_closely',
	'readers_disagree',
	'shelter',
	'pixels_unknown',
	'status_may_be_same'
];

const isExact = c => c.min === c.max;
const isSame = (a, b) => a.min === b.min && a.max === b.max;
const areApart = (a, b) => a.max < b.min || b.max < a.min;

/* What is known of a subject before the first evidence. */
const nothingKnown = () => ({told: false, noneFirst: false, runs: 0, carried: {min: 0, max: 0}, last: null, mostTold: 0});

/* With the next evidence in order of time. */
function knownTake(known, e) {
	const min = Math.max(known.carried.min, e.min),
		max = Math.min(known.carried.max, e.max);
	if (known.told && min <= max) known.carried = {min, max};
	else {
		known.carried = {min: e.min, max: e.max};
		known.runs++;
	}
	if (e.max === known.carried.max) known.mostTold = e.at;
	if (known.runs === 1) known.noneFirst = known.carried.max === 0;
	known.told = true;
	known.last = e;
}

/* By a date. */
function knownBy(evidence, at, known = nothingKnown(), first = 0) {
	let i = first;
	for (; i < evidence.length && evidence[i].at <= at; i++) knownTake(known, evidence[i]);
	known.next = i;
	return known;
}

const shown = (known, mode) => (mode === 'last_known' ? known.carried : known.last);

function doubtOf(known, mode, side) {
	const count = shown(known, mode),
		doubt = known.last.doubt.filter(d => d === 'readers_disagree');
	if (count.max === Infinity) doubt.push('minimum' + side);
	else if (!isExact(count)) doubt.push('range' + side);
	if (!isExact(count)) doubt.push(...known.last.doubt);
	if (!isSame(count, known.last)) doubt.push('carried' + side);
	return doubt;
}

const inOrder = doubt => DOUBTS.filter(d => doubt.includes(d));

function apartVerdict(before, after) {
	if (before.max < after.min) return before.max === 0 ? 'arrived' : 'increased';
	return after.max === 0 ? 'departed' : 'decreased';
}

const looksOverlap = (a, b) => b.last.since <= a.last.at;
const looksAreApart = (a, b) => !looksOverlap(a, b) && areApart(a.last, b.last);

function carriedVerdict(a, b) {
	if (areApart(a.carried, b.carried)) return apartVerdict(a.carried, b.carried);
	return a.runs !== b.runs && (a.carried.min > 0 || b.carried.min > 0) ? 'varied' : 'undecided';
}

const firstVerdict = b => (!b.noneFirst ? 'first look' : b.carried.min > 0 ? 'arrived' : 'undecided');

/* null: no row */
function findVerdict(mode, from, a, b) {
	let verdict;
	if (b.last.at <= from) return mode === 'possible' ? 'not looked' : null;
	if (!a.told) return (mode === 'last_known' ? b.carried.min > 0 : mode === 'possible' && b.last.max > 0) ? firstVerdict(b) : null;
	if (mode === 'certain') return looksAreApart(a, b) ? apartVerdict(a.last, b.last) : null;
	verdict = carriedVerdict(a, b);
	return verdict !== 'undecided' || (mode === 'possible' && !(isExact(a.last) && isSame(a.last, b.last))) ? verdict : null;
}

/* A change between two dates, from what was known by each; null: no row. */
function changeAnswer(from, mode, a, b) {
	const verdict = b.told ? findVerdict(mode, from, a, b) : null,
		doubt = [];
	if (verdict === null) return null;
	const answer = {verdict, before: null, after: null, least: null, most: null, certain: false};
	if (a.told) {
		answer.before = shown(a, mode);
		doubt.push(...doubtOf(a, mode, '_before'));
	} else doubt.push('no_look_before');
	if (verdict !== 'not looked') {
		answer.after = shown(b, mode);
		doubt.push(...doubtOf(b, mode, '_after'));
	} else doubt.push('no_look_after');
	if (answer.before && answer.after) {
		answer.least = answer.before.max < Infinity ? answer.after.min - answer.before.max : null;
		answer.most = answer.after.max < Infinity ? answer.after.max - answer.before.min : null;
		if (looksOverlap(a, b)) doubt.push('looks_overlap');
		answer.certain =
			looksAreApart(a, b) &&
			isSame(answer.before, a.last) &&
			isSame(answer.after, b.last) &&
			verdict === apartVerdict(answer.before, answer.after);
	}
	answer.doubt = inOrder(doubt);
	return answer;
}

/* Statuses of one class are states of the same things: narrows what is carried of each by the others. */
function statusesNarrow(all, statuses) {
	const most = all.carried.max;
	let at = Infinity,
		told = 0,
		say = {at: all.mostTold, look: all.last};
	if (!all.told || most === Infinity) return;
	for (const s of statuses) if (s.told && s.carried.min > 0 && s.last.at >= say.at) say = {at: s.last.at, look: s.last};
	for (;;) {
		const before = statuses.filter(s => s.told && s.last.at < at).map(s => s.last.at);
		if (!before.length) return;
		at = Math.max(...before);
		const these = statuses.filter(s => s.told && s.last.at === at);
		for (const s of these) told += s.carried.min;
		for (const s of these) {
			const later = say.at > s.last.at,
				left = Math.max(most - (told - s.carried.min), later ? 0 : s.last.min);
			if (left >= s.carried.max) continue;
			s.carried = {min: Math.min(s.carried.min, left), max: left};
			if (later) s.last = {...say.look, min: 0, max: Infinity};
		}
	}
}

/* A row about a status, where all of its class does not go the same way. */
function changeOfStatus(answer, allFrom, allTo) {
	const way = {arrived: 1, increased: 1, departed: -1, decreased: -1}[answer.verdict] || 0;
	const all = !allFrom.told
		? +(firstVerdict(allTo) === 'arrived')
		: (allFrom.carried.max < allTo.carried.min) - (allTo.carried.max < allFrom.carried.min);
	if (way && all !== way) answer.doubt = inOrder([...answer.doubt, 'status_may_be_same']);
}

/* The fewest that came and left: of evidence in order of time, from that told by the earlier date on. */
function turnoverOf(evidence) {
	const t = {came: 0, left: 0, looks: 0};
	let high, low, until;
	for (const e of evidence) {
		if (t.looks && e.since <= until) continue;
		until = e.at;
		if (!t.looks++) {
			high = e.max;
			low = e.min;
			continue;
		}
		if (high > e.max) high = e.max;
		else if (high < e.min) {
			t.came += e.min - high;
			high = e.min;
		}
		if (low < e.min) low = e.min;
		else if (low > e.max) {
			t.left += low - e.max;
			low = e.max;
		}
	}
	return t;
}
