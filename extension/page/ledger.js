/*
 * ledger.js: a ledger as its page holds it, and the rows of its report. No document: test/page
 * runs this file and answers.js as they stand.
 *
 * Instants are numbers in the list of all instants, which orders them exactly, however close or
 * far they are; seconds since 1970 (a number may not hold their microseconds) are for people.
 */
const BY = ['class', 'status', 'individual'],
	MODES = ['last_known', 'certain', 'possible'];
const WAY = {
	arrived: 'up',
	increased: 'up',
	departed: 'down',
	decreased: 'down',
	'first look': 'first',
	varied: 'unk',
	undecided: 'unk',
	'not looked': 'unk'
};
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function readLedger(data) {
	const ledger = {...data, seconds: data.times};
	ledger.places = data.sites.map(([name, kind, lon, lat], n) => ({n, name, kind, lon, lat, looks: [], subjects: []}));
	ledger.kinds = data.classes.map(([name, path, hasBelow], n) => ({n, name, path, hasBelow: hasBelow === 1}));
	ledger.observations = data.looks.map(([site, at, since, complete, source, id, gsd, cloud, scope = '', note = null, url = null]) => {
		const look = {
			place: ledger.places[site],
			at,
			since,
			complete: complete === 1,
			source: data.sources[source],
			id,
			gsd,
			cloud,
			scope,
			note,
			url,
			notes: []
		};
		look.place.looks.push(look);
		return look;
	});
	for (const [look, kind, what, note] of data.notes) ledger.observations[look].notes.push({kind, what, note});
	const doubts = data.doubts.map(d => d.split(' ').filter(Boolean));
	ledger.wholes = new Map();
	ledger.groups = new Map();
	ledger.subjects = data.subjects.map(([site, kind, by, label, seen, told]) => {
		const subject = {place: ledger.places[site], kind: ledger.kinds[kind], by, label, seen, evidence: []};
		for (let i = 0; i < told.length; i += 6)
			subject.evidence.push({
				at: told[i],
				since: told[i + 1],
				min: told[i + 2],
				max: told[i + 3] < 0 ? Infinity : told[i + 3],
				doubt: doubts[told[i + 4]],
				look: ledger.observations[told[i + 5]]
			});
		subject.id = [subject.place.name, subject.kind.path, by, label ?? ''].join('|');
		subject.name = label === null ? subject.kind.name : by === 1 ? `${subject.kind.name} (${label})` : `${subject.kind.name} ${label}`;
		subject.place.subjects.push(subject);
		const group = site + '|' + kind;
		if (by === 0) ledger.wholes.set(group, subject);
		if (by === 1) ledger.groups.set(group, [...(ledger.groups.get(group) ?? []), subject]);
		return subject;
	});
	// the dates that can be asked for: from what was known at the beginning to the last look
	ledger.start = data.since === null ? -1 : data.times.filter(t => t < data.since).length - 1;
	ledger.moments = [...new Set(ledger.observations.map(l => l.at))].filter(at => at > ledger.start).sort((a, b) => a - b);
	return ledger;
}

/* Statuses narrow each other by what had been told of each itself by a date. */
function narrowed(group, all, known, date) {
	const least = known.map(k => k.carried.min);
	const only = group.map(s => s.kind.hasBelow && s.seen > date);
	only.forEach((o, i) => o && (known[i].carried = {...known[i].carried, min: 0}));
	statusesNarrow(all, known);
	only.forEach((o, i) => o && (known[i].carried = {...known[i].carried, min: Math.min(least[i], known[i].carried.max)}));
	return known;
}

/* Of some subjects of one kind at two dates: what was known, and what may be said of it; no row: answer null. */
function rowOf(subject, from, mode, a, b) {
	return {subject, a, b, answer: changeAnswer(from, mode, a, b)};
}

function knownOfBoth(subject, from, to) {
	const a = knownBy(subject.evidence, from);
	return [a, knownBy(subject.evidence, to, {...a}, a.next)];
}

function rowsOfGroup(ledger, key, from, to, mode) {
	const group = ledger.groups.get(key).filter(s => s.seen >= 0 && s.seen <= to),
		known = group.map(s => knownOfBoth(s, from, to));
	const [allFrom, allTo] = knownOfBoth(ledger.wholes.get(key), from, to);
	const before = narrowed(
			group,
			allFrom,
			known.map(k => k[0]),
			from
		),
		after = narrowed(
			group,
			allTo,
			known.map(k => k[1]),
			to
		);
	return group.map((subject, i) => {
		const row = rowOf(subject, from, mode, before[i], after[i]);
		if (row.answer) changeOfStatus(row.answer, allFrom, allTo);
		return row;
	});
}

/* All subjects counted by class (0), by status (1) or as individuals (2) that had been sighted by the later date. */
function rowsBetween(ledger, from, to, mode, by) {
	if (by === 1) return [...ledger.groups.keys()].flatMap(key => rowsOfGroup(ledger, key, from, to, mode));
	return ledger.subjects.filter(s => s.by === by && s.seen >= 0 && s.seen <= to).map(s => rowOf(s, from, mode, ...knownOfBoth(s, from, to)));
}

/* From what was told by the earlier date on. */
function turnoverBetween(subject, from, to) {
	const e = subject.evidence,
		upTo = e.filter(x => x.at <= to).length,
		by = e.filter(x => x.at <= from).length;
	return turnoverOf(e.slice(Math.max(by - 1, 0), upTo));
}

/*
 * Words
 */
const countWords = c =>
	c === null
		? 'not known'
		: c.max === Infinity
			? c.min
				? 'at least ' + c.min
				: 'any number'
			: c.min === c.max
				? String(c.min)
				: `${c.min} to ${c.max}`;
const countText = c => (c.max === Infinity ? c.min + '+' : c.min === c.max ? String(c.min) : `${c.min}\u2013${c.max}`);

/* A date of the calendar, for any year (a Date of JavaScript ends before PostgreSQL's do). */
function calendar(seconds) {
	const day = Math.floor(seconds / 86400),
		z = day + 719468,
		era = Math.floor(z / 146097),
		doe = z - era * 146097;
	const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36524) - Math.floor(doe / 146096)) / 365);
	const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100)),
		mp = Math.floor((5 * doy + 2) / 153);
	const month = mp < 10 ? mp + 3 : mp - 9,
		rest = seconds - day * 86400;
	return {
		year: yoe + era * 400 + (month <= 2),
		month,
		day: doy - Math.floor((153 * mp + 2) / 5) + 1,
		hour: Math.floor(rest / 3600),
		minute: Math.floor(rest / 60) % 60,
		second: rest % 60
	};
}

/* The seconds of a year's or month's first instant. */
function secondsOf(year, month = 1) {
	const y = year - (month <= 2),
		era = Math.floor(y / 400),
		yoe = y - era * 400,
		doy = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5);
	return (era * 146097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719468) * 86400;
}

const two = n => String(n).padStart(2, '0');
const yearWords = year => (year > 0 ? String(year) : `${1 - year} BC`);

/* As PostgreSQL reads it. */
function isoText(seconds) {
	const c = calendar(seconds),
		micros = Math.round((c.second % 1) * 1e6);
	return (
		`${String(c.year > 0 ? c.year : 1 - c.year).padStart(4, '0')}-${two(c.month)}-${two(c.day)} ${two(c.hour)}:${two(c.minute)}:${two(Math.floor(c.second))}` +
		`${micros ? '.' + String(micros).padStart(6, '0') : ''}+00${c.year > 0 ? '' : ' BC'}`
	);
}
