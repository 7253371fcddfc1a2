/*
 * question.js: the question, kept in the address, and how names and dates are said.
 */
const $ = id => document.getElementById(id);
const escape = text => String(text ?? '').replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
/* Names may run from right to left, or turn the text around: each is kept to itself. */
const named = text => `<bdi>${escape(text)}</bdi>`;
const cut = (text, n) => ([...text].length > n ? [...text].slice(0, n - 1).join('') + '\u2026' : text);
const plural = (n, one, many = one + 's') => `${n} ${n === 1 ? one : many}`;
const SIGN = {
	arrived: '\u25b2',
	increased: '\u2191',
	departed: '\u25bc',
	decreased: '\u2193',
	varied: '\u2195',
	'first look': '\u25c7',
	undecided: '?',
	'not looked': '?'
};
const PHRASES = [
	['arrived', 'came'],
	['increased', 'rose'],
	['departed', 'left'],
	['decreased', 'fell'],
	['varied', 'varied'],
	['first look', 'seen for the first time'],
	['undecided', 'may have changed'],
	['not looked', 'not looked at again']
];
/* (of things in a status nobody says that they moved) */
const STATUS = {arrived: 'now', increased: 'more', departed: 'no longer', decreased: 'fewer'};
const MOST_ROWS = 100, MOST_PLACES = 24, MOST_OPTIONS = 400;

const ledger = readLedger(JSON.parse($('data').textContent)), {moments, start} = ledger;
const span = moments.map(m => ledger.seconds[m]), oneYear = span.length && calendar(span[0]).year === calendar(span[span.length - 1]).year;
const wholeDays = span.every(t => t % 86400 === 0), wholeMinutes = span.every(t => t % 60 === 0);
const looksAt = new Map();
for (const l of ledger.observations) looksAt.get(l.at)?.push(l) ?? looksAt.set(l.at, [l]);
let state, line, shownDates, shownRows = MOST_ROWS, shownPlaces = MOST_PLACES;

function dateWords(seconds, time = !wholeDays, year = !oneYear) {
	const c = calendar(seconds), clock = ` ${two(c.hour)}:${two(c.minute)}${wholeMinutes ? '' : ':' + two(Math.floor(c.second))}`;
	return `${c.day} ${MONTHS[c.month - 1]}${year ? ' ' + yearWords(c.year) : ''}${time ? clock : ''}`;
}

/* A date that can be asked for. */
ledger.say = (at, short = false) => {
	if (at > start) return short ? dateWords(ledger.seconds[at], false, false) : dateWords(ledger.seconds[at]);
	if (ledger.since === null) return short ? 'before' : 'before the first look';
	return short ? 'beginning' : 'the beginning, ' + dateWords(ledger.since);
};
/* The instant to ask the database for: just before the first look, if before. */
const isoOf = at => (at > start ? isoText(ledger.seconds[at]) : isoText((ledger.since ?? span[0] ?? 0) - 1e-6));

function howLooked(look) {
	const how = (look.complete ? 'complete' : 'partial') + (look.scope && ' for ' + look.scope);
	return [how, look.gsd === 0 ? 'by eye' : look.gsd && `${look.gsd} m`, look.cloud !== null && `cloud ${look.cloud} %`].filter(Boolean).join(', ');
}

const lookWords = l => `${dateWords(ledger.seconds[l.at])} UTC, ${howLooked(l)}, ${l.source}`;

function lasted(seconds) {
	if (seconds < 172800) return `${Math.round(seconds / 3600)} hours`;
	return seconds < 86400 * 800 ? `${(seconds / 86400).toFixed(1)} days` : `${(seconds / 31556952).toFixed(1)} years`;
}

/*
 * The question
 */
/* The first look by which half of the places that were looked at had been: before it most would be first looks. */
function mostLooked() {
	const firsts = ledger.places
		.filter(p => p.looks.length)
		.map(p => Math.max(p.looks[0].at, moments[0]))
		.sort((a, b) => a - b);
	return Math.min(firsts[Math.ceil(firsts.length / 2) - 1], moments[moments.length - 2]);
}

/* What is asked where the address does not say. */
function firstQuestion() {
	const by = t => moments.filter(m => ledger.seconds[m] <= t).pop(), last = moments[moments.length - 1] ?? start;
	const from = moments.length < 2 ? start : ledger.from === null ? mostLooked() : (by(ledger.from) ?? start);
	return {f: from, t: ledger.to === null ? last : (by(ledger.to) ?? last), m: 'last_known', b: 0, s: '', q: '', o: '', k: ''};
}

const first = firstQuestion();

function readAddress() {
	const h = new URLSearchParams(location.hash.slice(1));
	const at = (key, or) => {
		const said = h.get(key);
		return said === 'start' ? start : (moments.find(m => isoText(ledger.seconds[m]).slice(0, -3) === said) ?? or);
	};
	state = {...first, f: at('f', first.f), t: at('t', first.t)};
	if (MODES.includes(h.get('m'))) state.m = h.get('m');
	if (['1', '2'].includes(h.get('b'))) state.b = +h.get('b');
	for (const k of ['s', 'q', 'o', 'k']) state[k] = h.get(k) ?? '';
	state.s = state.s
		.split(',')
		.filter(n => /^\d+$/.test(n) && ledger.places[n])
		.join(',');
	if (state.t <= state.f) state.f = [start, ...moments].filter(m => m < state.t).pop() ?? start;
}

function writeAddress() {
	const h = new URLSearchParams(), at = m => (m > start ? isoText(ledger.seconds[m]).slice(0, -3) : 'start');
	h.set('f', at(state.f));
	h.set('t', at(state.t));
	for (const k of ['m', 'b', 's', 'q', 'o', 'k']) if (state[k] !== first[k]) h.set(k, state[k]);
	history.replaceState(null, '', '#' + h);
}

const chosen = place => !state.s || state.s.split(',').includes(String(place.n));
const matches = subject => !state.q || (subject.name + ' ' + subject.kind.path).toLowerCase().includes(state.q.toLowerCase());

function rowsNow(mode = state.m) {
	return rowsBetween(ledger, state.f, state.t, mode, state.b).filter(r => chosen(r.subject.place) && matches(r.subject));
}

