/*
 * answers.mjs PAGE ROWS: runs the page's own answers (extension/page/answers.js and ledger.js) on
 * the data of the page in file PAGE, and holds every row between every two looks against what
 * rows.sql wrote into file ROWS.
 *
 * answers.mjs --cases FILE: the questions of test/cases/answers.tsv that a page can be asked.
 */
import { readFileSync } from 'node:fs';

const code = ['answers.js', 'ledger.js'].map(f => readFileSync(new URL('../../extension/page/' + f, import.meta.url), 'utf8')).join('\n');
const page = new Function(code + `\nreturn {readLedger, rowsBetween, turnoverBetween, turnoverOf, nothingKnown, knownBy, changeAnswer, changeOfStatus, statusesNarrow, isSame, secondsOf,
	calendar, isoText, MODES, BY, DOUBTS};`)();
let passed = 0, failed = 0;

function check(holds, what, detail = '') {
	console.log(`${holds ? 'ok' : 'not ok'} - ${what}`);
	if (holds) passed++;
	else {
		failed++;
		console.log(detail.split('\n').map(l => '    ' + l).join('\n'));
	}
}

function same(what, got, expected) {
	const extra = [...got].filter(r => !expected.has(r)), missing = [...expected].filter(r => !got.has(r));
	check(!extra.length && !missing.length, what, [...extra.slice(0, 5).map(r => 'page:   ' + r), ...missing.slice(0, 5).map(r => 'report: ' + r)].join('\n'));
}

const number = n => n === null || n === undefined || n === Infinity ? '' : String(n);
const seconds = s => Number(s).toFixed(6);

/*
 * Pages against reports
 */
/* A page of part of the looks knows no answer of its own for just before them that rows.sql asks for. */
const datesOf = ledger => ledger.since === null ? [ledger.start, ...ledger.moments] : ledger.moments;

function rowsOfPage(ledger) {
	const rows = new Set(), dates = datesOf(ledger), sec = at => seconds(at > ledger.start ? ledger.seconds[at] : ledger.seconds[ledger.moments[0]] - 1e-6);
	for (const from of dates)
		for (const to of dates.filter(d => d > from))
			for (const mode of page.MODES)
				page.BY.forEach((by, n) => {
					for (const {subject: s, answer: x, a, b} of page.rowsBetween(ledger, from, to, mode, n)) {
						if (!x) continue;
						const before = x.before ? a.last : null, after = x.after ? b.last : null;
						rows.add([sec(from), sec(to), mode, by, s.place.name, s.kind.path, n === 1 ? s.label : '', n === 2 ? s.label : '',
							number(x.before?.min), number(x.before?.max), number(x.after?.min), number(x.after?.max), number(x.least), number(x.most), x.verdict, x.certain ? 't' : 'f',
							before ? seconds(ledger.seconds[before.at]) : '', after ? seconds(ledger.seconds[after.at]) : '', x.doubt.join(' '), before ? before.look?.id ?? "-" : "", after ? after.look?.id ?? "-" : ""].join('|'));
					}
				});
	return rows;
}

function turnoverOfPage(ledger) {
	const rows = new Set(), sec = at => seconds(ledger.seconds[at]);
	for (const from of ledger.moments)
		for (const to of ledger.moments.filter(d => d > from))
			for (const s of ledger.subjects.filter(x => x.by !== 1 && x.seen <= to)) {
				const t = page.turnoverBetween(s, from, to);
				if (t.came + t.left > 0) rows.add(['turnover', sec(from), sec(to), page.BY[s.by], s.place.name, s.kind.path, '', s.by === 2 ? s.label : '', t.came, t.left, t.looks].join('|'));
			}
	return rows;
}

function comparePage(file, rowsFile) {
	const html = readFileSync(file, 'utf8'), data = JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)[1]);
	const ledger = page.readLedger(data), held = new Set(ledger.moments.map(m => seconds(ledger.seconds[m])));
	const lines = readFileSync(rowsFile, 'utf8').split('\n').filter(l => l && (ledger.since === null || l.replace('turnover|', '').split('|', 2).every(t => held.has(t))));
	const dates = datesOf(ledger).length, pairs = dates * (dates - 1) / 2, changes = lines.filter(l => !l.startsWith('turnover|'));
	same(`${data.ledger}: the answers between ${pairs} pairs of dates, in three modes, are the reports' (${changes.length} rows)`, rowsOfPage(ledger), new Set(changes));
	const turnover = lines.filter(l => l.startsWith('turnover|'));
	same(`${data.ledger}: and so is the turnover (${turnover.length} rows)`, turnoverOfPage(ledger), new Set(turnover));
	check(changes.length > 0, `${data.ledger}: there are rows`);
	check(data.times.every(t => Math.abs(page.secondsOf(page.calendar(t).year, page.calendar(t).month) - t) < 32 * 86400), `${data.ledger}: its dates are dates`);
}

/*
 * Cases written by hand
 */
function instant(text) {
	const m = /^(\d+)-(\d+)-(\d+)(?: (\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?)?( BC)?$/.exec(text), year = m[8] ? 1 - m[1] : +m[1];
	const day = page.secondsOf(year, +m[2]) + (m[3] - 1) * 86400;
	return m[4] === undefined ? (BigInt(day) + 86400n) * 1000000n - 1n : BigInt(day + m[4] * 3600 + m[5] * 60 + +(m[6] ?? 0)) * 1000000n + BigInt((m[7] ?? '').padEnd(6, '0'));
}

const CODES = {'~': 'told_less_closely', '^': 'shelter', '?': 'pixels_unknown'};
function mark(text) {
	if (text === '-') return null;
	const m = /^(\d+)(?:-(\d+))?(!|\.\.)([~^?]*)$/.exec(text);
	return {min: +m[1], max: m[3] === '..' ? Infinity : +(m[2] ?? m[1]), doubt: [...m[4]].map(c => CODES[c])};
}

/* What the looks told of each subject; null: two told of one moment, which is the engine's to put together. */
function subjectsOf(looks) {
	const subjects = new Map([['', []]]);
	looks.split('; ').forEach((text, i) => {
		const words = text.split(' '), marks = [];
		while (/=/.test(words[words.length - 1])) marks.unshift(words.pop().split('='));
		marks.unshift(['', words.pop()]);
		const [since, at = since] = words.join(' ').split('/').map(instant);
		for (const [name, m] of marks) {
			const told = mark(m);
			if (!subjects.has(name)) subjects.set(name, []);
			if (told && (told.min > 0 || told.max < Infinity)) subjects.get(name).push({...told, since, at, look: i + 1});
		}
	});
	for (const evidence of subjects.values()) {
		evidence.sort((a, b) => a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
		if (evidence.some((e, i) => i > 0 && e.at === evidence[i - 1].at)) return null;
	}
	return subjects;
}

/* Instants as their numbers in order, as a page has them. */
function inOrder(subjects, dates) {
	const all = [...new Set([...dates, ...[...subjects.values()].flat().flatMap(e => [e.at, e.since])])].sort((a, b) => a < b ? -1 : 1), n = new Map(all.map((t, i) => [t, i]));
	for (const e of [...subjects.values()].flat()) [e.at, e.since] = [n.get(e.at), n.get(e.since)];
	return dates.map(d => n.get(d));
}

const counts = c => !c ? '?' : c.max === Infinity ? `${c.min}..` : c.min === c.max ? `${c.min}` : `${c.min}..${c.max}`;
const doubtWords = d => d.length ? '; doubt ' + d.join(',') : '';

function known(subjects, at) {
	const all = page.knownBy(subjects.get(''), at), names = [...subjects.keys()].slice(1), each = names.map(n => page.knownBy(subjects.get(n), at));
	page.statusesNarrow(all, each);
	return new Map([['', all], ...names.map((n, i) => [n, each[i]])]);
}

function changeText(subjects, of, from, to, mode) {
	const a = known(subjects, from), b = known(subjects, to), x = page.changeAnswer(from, mode, a.get(of), b.get(of));
	if (!x) return 'none';
	if (of) page.changeOfStatus(x, a.get(''), b.get(''));
	const change = x.least === null && x.most === null ? '' : '; change ' + (x.least ?? '') + (x.least === null || x.most === null || x.least < x.most ? '..' : '') + (x.most !== null && (x.least === null || x.least < x.most) ? x.most : '');
	return `${counts(x.before)} -> ${counts(x.after)} ${x.verdict}${change}; looks ${x.before ? a.get(of).last.look : '-'}, ${x.after ? b.get(of).last.look : '-'}${x.certain ? '; certain' : ''}${doubtWords(x.doubt)}`;
}

function turnoverText(evidence, from, to) {
	const before = evidence.filter(e => e.at <= from).length, t = page.turnoverOf(evidence.slice(Math.max(before - 1, 0)).filter(e => e.at <= to));
	return !t.looks ? 'none' : `came ${t.came}; left ${t.left}; looks ${t.looks}`;
}

function compareCases(file) {
	let asked = 0;
	for (const line of readFileSync(file, 'utf8').split('\n').slice(1).filter(Boolean)) {
		const [name, looks, question, from, to, modes, maxAge, expected] = line.split('\t'), [what, of = ''] = question.split(' of '), subjects = subjectsOf(looks);
		// (pages know no max_age, no inventory and no timeline)
		if (!['changes', 'turnover'].includes(what) || maxAge || !subjects) continue;
		const [f, t] = inOrder(subjects, [instant(from), instant(to)]), answers = what === 'turnover' ? [turnoverText(subjects.get(of), f, t)] : modes.split(',').map(m => changeText(subjects, of, f, t, m));
		asked++;
		for (const got of new Set(answers)) check(got === expected, `${name} (${question})`, `page:     ${got}\nexpected: ${expected}`);
	}
	check(asked > 100, `${asked} questions were asked`);
}

if (process.argv[2] === '--cases') compareCases(process.argv[3]);
else comparePage(...process.argv.slice(2));
console.log('done');
process.exitCode = failed ? 1 : 0;
