/*
 * page.js: the question, kept in the address, and the answer: sentence, list, drawer, CSV.
 */
const $ = id => document.getElementById(id);
const escape = text => String(text ?? '').replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
/* Names may run from right to left, or turn the text around: each is kept to itself. */
const named = text => `<bdi>${escape(text)}</bdi>`;
const cut = (text, n) => [...text].length > n ? [...text].slice(0, n - 1).join('') + '\u2026' : text;
const plural = (n, one, many = one + 's') => `${n} ${n === 1 ? one : many}`;
const SIGN = {arrived: '\u25b2', increased: '\u2191', departed: '\u25bc', decreased: '\u2193', varied: '\u2195', 'first look': '\u25c7', undecided: '?', 'not looked': '?'};
const PHRASES = [['arrived', 'came'], ['increased', 'rose'], ['departed', 'left'], ['decreased', 'fell'], ['varied', 'varied'], ['first look', 'seen for the first time'], ['undecided', 'may have changed'], ['not looked', 'not looked at again']];
/* (of things in a status nobody says that they moved) */
const STATUS = {arrived: 'now', increased: 'more', departed: 'no longer', decreased: 'fewer'};
const MOST_ROWS = 100, MOST_PLACES = 24, MOST_OPTIONS = 400;

const ledger = readLedger(JSON.parse($('data').textContent)), {moments, start} = ledger;
const span = moments.map(m => ledger.seconds[m]), oneYear = span.length && calendar(span[0]).year === calendar(span[span.length - 1]).year;
const wholeDays = span.every(t => t % 86400 === 0), wholeMinutes = span.every(t => t % 60 === 0);
let state, line, shownRows = MOST_ROWS, shownPlaces = MOST_PLACES, opener = null;

function dateWords(seconds, time = !wholeDays, year = !oneYear) {
	const c = calendar(seconds);
	return `${c.day} ${MONTHS[c.month - 1]}${year ? ' ' + yearWords(c.year) : ''}${time ? ` ${two(c.hour)}:${two(c.minute)}${wholeMinutes ? '' : ':' + two(Math.floor(c.second))}` : ''}`;
}

/* A date that can be asked for. */
ledger.say = (at, short = false) => at > start ? short ? dateWords(ledger.seconds[at], false, false) : dateWords(ledger.seconds[at]) :
	ledger.since === null ? short ? 'before' : 'before the first look' : short ? 'beginning' : 'the beginning, ' + dateWords(ledger.since);
/* The instant to ask the database for: just before the first look, if before. */
const isoOf = at => at > start ? isoText(ledger.seconds[at]) : isoText((ledger.since ?? span[0] ?? 0) - 1e-6);
const lookWords = l => `${dateWords(ledger.seconds[l.at])} UTC, ${l.complete ? 'complete' : 'partial'}${l.scope ? ' for ' + l.scope : ''}${l.gsd === 0 ? ', by eye' : l.gsd ? `, ${l.gsd} m` : ''}${l.cloud !== null ? `, cloud ${l.cloud} %` : ''}, ${l.source}`;
const lasted = seconds => seconds < 172800 ? `${Math.round(seconds / 3600)} hours` : seconds < 86400 * 800 ? `${(seconds / 86400).toFixed(1)} days` : `${(seconds / 31556952).toFixed(1)} years`;

/*
 * The question
 */
const first = {f: start, t: moments[moments.length - 1] ?? -1, m: 'last_known', b: 0, s: '', q: '', o: '', k: ''};
/* The first look by which half of the places that were looked at had been: before it most would be first looks. */
function mostLooked() {
	const firsts = ledger.places.filter(p => p.looks.length).map(p => Math.max(p.looks[0].at, moments[0])).sort((a, b) => a - b);
	return Math.min(firsts[Math.ceil(firsts.length / 2) - 1], moments[moments.length - 2]);
}

function begin() {
	const by = t => moments.filter(m => ledger.seconds[m] <= t).pop();
	first.t = ledger.to === null ? first.t : by(ledger.to) ?? first.t;
	if (moments.length > 1) first.f = ledger.from === null ? mostLooked() : by(ledger.from) ?? start;
}

function readAddress() {
	const h = new URLSearchParams(location.hash.slice(1)), at = (key, or) => {
		const seconds = h.has(key) ? h.get(key) : null;
		return seconds === 'start' ? start : moments.find(m => isoText(ledger.seconds[m]).slice(0, -3) === seconds || String(m) === seconds) ?? or;
	};
	state = {...first, f: at('f', first.f), t: at('t', first.t)};
	if (MODES.includes(h.get('m'))) state.m = h.get('m');
	if (['1', '2'].includes(h.get('b'))) state.b = +h.get('b');
	for (const k of ['s', 'q', 'o', 'k']) state[k] = h.get(k) ?? '';
	state.s = state.s.split(',').filter(n => ledger.places[n]).join(',');
	if (state.t <= state.f) state.f = [start, ...moments].filter(m => m < state.t).pop() ?? start;
}

function writeAddress() {
	const h = new URLSearchParams(), at = m => m > start ? isoText(ledger.seconds[m]).slice(0, -3) : 'start';
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

/*
 * The answer in a sentence and in figures
 */
function sentence(rows, unseen) {
	const some = (list, n) => {
		const words = list.slice(0, n).map(x => named(cut(x, 60))), more = list.length > n ? `${list.length - n} more` : words.length > 1 ? words.pop() : '';
		return words.join(', ') + (more && ` and ${more}`);
	};
	if (!ledger.places.length) return 'There is no place in this ledger.';
	if (!moments.length) return `Nobody has looked at ${ledger.places.length === 1 ? named(cut(ledger.places[0].name, 60)) : `any of ${ledger.places.length} places`}.`;
	const places = [...new Set(rows.map(r => r.subject.place))];
	if (!rows.length) return `${state.m === 'certain' ? 'Nothing is certain to have changed' : 'No change is known'} between ${ledger.say(state.f)} and ${ledger.say(state.t)}` +
		(state.q || state.s ? ' of what is chosen here' : '') + (unseen && state.m !== 'possible' ? `; ${unseen} may have changed unseen.` : '.');
	const sure = list => list.every(r => r.answer.certain) ? '' : list.some(r => r.answer.certain) ? ` (${list.filter(r => r.answer.certain).length} certain)` : ' (not certain)';
	if (places.length <= 3) return places.map(p => `${named(cut(p.name, 60))}: ` + PHRASES.map(([verdict, words]) => {
		const these = rows.filter(r => r.subject.place === p && r.answer.verdict === verdict);
		return these.length ? `${some(these.map(r => r.subject.name), 3)} ${state.b === 1 ? STATUS[verdict] ?? words : words}${WAY[verdict] === 'up' || WAY[verdict] === 'down' ? sure(these) : ''}` : '';
	}).filter(Boolean).join('; ') + '.').join(' ');
	const kinds = [...new Set(rows.map(r => r.subject.name))], subject = kinds.length === 1 ? named(kinds[0]) + ': more' : 'More';
	const at = (way, words) => {
		const these = rows.filter(r => WAY[r.answer.verdict] === way), where = [...new Set(these.map(r => r.subject.place.name))];
		return where.length ? `${words} at ${plural(where.length, 'place')} (${some(where, 3)})` : '';
	};
	const parts = [at('up', subject), at('down', 'fewer'), at('first', 'seen for the first time'), at('unk', 'open')].filter(Boolean);
	return (parts[0].startsWith(subject) ? '' : kinds.length === 1 ? named(kinds[0]) + ': ' : '') + parts.join('; ') + '.';
}

/* What came and went between, and is in no row. */
function passedBetween(rows) {
	const listed = new Set(rows.map(r => r.subject));
	return ledger.subjects.filter(s => s.by === state.b && s.by !== 1 && s.seen <= state.t && chosen(s.place) && matches(s) && !listed.has(s))
		.map(s => ({s, ...turnoverBetween(s, state.f, state.t)})).filter(t => t.came + t.left > 0);
}

const lookedAt = place => place.looks.some(l => l.at > state.f && l.at <= state.t);

function drawHead(rows, unseen, passed) {
	const way = w => rows.filter(r => WAY[r.answer.verdict] === w), sure = list => list.length ? list.every(r => r.answer.certain) ? ' (all certain)' : ` (${list.filter(r => r.answer.certain).length || 'none'} certain)` : '';
	const up = way('up'), down = way('down'), varied = rows.filter(r => r.answer.verdict === 'varied'), places = ledger.places.filter(chosen), blind = places.filter(p => !lookedAt(p));
	const tile = (colour, sign, n, words) => `<li class="${colour}"><b aria-hidden="true">${sign}</b> <b>${n}</b> <span style="color:var(--fg)">${words}</span></li>`;
	const long = !moments.length ? '' : state.f > start ? lasted(ledger.seconds[state.t] - ledger.seconds[state.f]) : plural(moments.filter(m => m <= state.t).length, 'moment') + ' of looks';
	$('kick').innerHTML = named(ledger.ledger) + (long && ` \u00b7 ${ledger.say(state.f)} \u2192 ${dateWords(ledger.seconds[state.t], !wholeDays, true)} UTC \u00b7 ${long}`);
	const words = sentence(rows, unseen);
	if ($('h1').innerHTML !== words) $('h1').innerHTML = words;
	$('tiles').innerHTML = !moments.length ? '' : tile('up', '\u25b2', up.length, 'came or rose' + sure(up)) + tile('down', '\u25bc', down.length, 'left or fell' + sure(down)) +
		(varied.length ? tile('unk', '\u2195', varied.length, 'varied in between') : '') + (passed.length ? tile('unk', '\u21c4', passed.length, 'came and went in between') : '') +
		tile('unk', '?', unseen, unseen && state.m !== 'possible' ? '<button type="button" class="link" id="unseen">may have changed unseen</button>' : 'may have changed unseen') +
		tile('first', '\u25c7', way('first').length, 'first looks, no change known') + tile('unk', '\u25a8', blind.length, `of ${plural(places.length, 'place')} nobody looked at`);
}

/*
 * The list
 */
const SORT = {
	what: r => r.subject.name.toLowerCase() + ' ' + r.subject.place.name.toLowerCase(), verdict: r => PHRASES.findIndex(p => p[0] === r.answer.verdict),
	count: r => -(r.answer.after?.min ?? 0), certain: r => !r.answer.certain
};
function sorted(rows) {
	const size = r => Math.abs((r.answer.after?.min ?? 0) - (r.answer.before?.min ?? 0)), rank = r => (r.answer.certain ? 0 : 2) + (r.answer.verdict === 'first look' ? 4 : 0);
	const key = SORT[state.k];
	return rows.sort((a, b) => key ? key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0 : rank(a) - rank(b) || size(b) - size(a));
}

function lane(count, most, colour) {
	const at = n => n / most * 86, fill = (kind, left, width) => `<i class="${kind}" style="left:${left.toFixed(1)}%;width:${width.toFixed(1)}%"></i>`;
	if (!count) return `<div class="lane unk">${fill('hatch', 0, 86)}</div>`;
	return `<div class="lane ${colour}">${count.min ? fill('solid', 0, at(count.min)) : ''}${count.max === Infinity ? fill('hatch', at(count.min), 100 - at(count.min)) : count.max > count.min ? fill('hatch', at(count.min), at(count.max) - at(count.min)) : ''}</div>`;
}

const oneKind = ledger.kinds.length === 1;
const whatWords = s => oneKind && s.by === 0 ? [s.place.name, ''] : [s.name, s.place.name];
const beforeAfter = a => `${named(countWords(a.before))} \u2192 <b>${countWords(a.after)}</b>`;
const sureWords = a => a.verdict === 'first look' || !a.certain ? '<span class="sure no">not certain</span>' : '<span class="sure">certain</span>';

function drawList(rows, passed) {
	const finite = c => c ? c.max === Infinity ? c.min : c.max : 0, most = Math.max(1, ...rows.map(r => Math.max(finite(r.answer.before), finite(r.answer.after))));
	const room = Math.max(1, Math.floor(24 / String(most).length)), step = [1, 2, 5].flatMap(s => Array.from({length: 10}, (_, i) => s * 10 ** i)).sort((a, b) => a - b).find(s => most / s <= Math.min(5, room));
	$('axis').innerHTML = Array.from({length: Math.floor(most / step) + 1}, (_, i) => `<i style="left:${i * step / most * 86}%">${i * step}</i>`).join('');
	$('rows').innerHTML = sorted(rows).slice(0, shownRows).map(({subject, answer: a}) => {
		const [what, where] = whatWords(subject), way = WAY[a.verdict];
		return `<tr><td class="what"><button type="button" class="open" data-o="${escape(subject.id)}" aria-haspopup="dialog">${named(what)}</button> <small>${named(where)}${a.doubt.includes('status_may_be_same') ? '<br>may be the same in another status' : ''}</small></td>` +
			`<td class="verdict ${way}"><span aria-hidden="true">${SIGN[a.verdict]}</span> ${a.verdict}</td><td class="count">${beforeAfter(a)}</td><td class="range" aria-hidden="true">${lane(a.before, most, 'before')}${lane(a.after, most, way)}</td><td class="sureness">${sureWords(a)}</td></tr>`;
	}).join('');
	$('list').hidden = !rows.length;
	$('rowkey').hidden = !rows.length;
	document.querySelectorAll('[data-k]').forEach(b => b.parentNode.setAttribute('aria-sort', b.dataset.k === state.k ? 'ascending' : 'none'));
	$('more').innerHTML = rows.length > shownRows ? `<button type="button" id="all">Show all ${rows.length} rows</button>` : '';
	const quiet = [], blind = ledger.places.filter(p => chosen(p) && !lookedAt(p)), names = list => list.slice(0, 6).map(p => named(cut(p.name, 60))).join(', ') + (list.length > 6 ? ` and ${list.length - 6} more` : '');
	if (passed.length) quiet.push('Came and went in between: ' + passed.slice(0, 6).map(t => `${named(whatWords(t.s).filter(Boolean).map(w => cut(w, 60)).join(', '))} (at least ${t.came} came, ${t.left} left)`).join('; ') + (passed.length > 6 ? ` and ${passed.length - 6} more` : '') + '.');
	if (moments.length && !rows.length) quiet.push('No row is no proof that nothing changed: it says what the looks told.');
	if (moments.length && blind.length) quiet.push(`Nobody looked at ${names(blind)} between these dates: that ${blind.length === 1 ? 'it has' : 'they have'} no row does not mean that nothing changed.`);
	$('quiet').innerHTML = quiet.map(q => `<p class="mute">${q}</p>`).join('');
}

/*
 * The drawer
 */
const words = code => ledger.words[code] ?? code;

function evidenceTable(row) {
	const s = row.subject, told = new Map(s.evidence.map(e => [e.at, e])), known = nothingKnown(), carried = new Map();
	for (const e of s.evidence) {
		knownTake(known, e);
		carried.set(e.at, known.carried);
	}
	const elsewhere = s.evidence.map(e => e.look).filter(l => l && l.place !== s.place), near = [...s.place.looks, ...elsewhere].filter(l => told.has(l.at) || l.at > state.f && l.at <= state.t).sort((l, m) => l.at - m.at), used = [row.a?.last?.at, row.b?.last?.at];
	const rows = near.filter(l => l.at <= state.t && l.at >= Math.min(...used.filter(u => u !== undefined), state.f)).slice(0, 200);
	return `<table><thead><tr><th scope="col">Look (UTC)</th><th scope="col">Told</th>${s.by === 1 ? '' : '<th scope="col">Carried</th>'}<th scope="col">Who, how</th></tr></thead><tbody>${rows.map(l => {
		const e = told.get(l.at), here = l.notes.filter(n => n.kind === s.kind.n);
		return `<tr${used.includes(l.at) && l.at <= state.t ? ' class="mark"' : ''}><td>${dateWords(ledger.seconds[l.at])}${l.since < l.at ? `<br><small>since ${dateWords(ledger.seconds[l.since])}</small>` : ''}</td><td>${e ? `<span class="pill">${countText(e)}</span>` : '\u2013'}</td>${s.by === 1 ? '' : `<td>${e ? countText(carried.get(l.at)) : ''}</td>`}` +
			`<td>${l.place === s.place ? '' : `at ${named(l.place.name)}, `}${l.complete ? 'complete' : 'partial'}${l.scope ? ' for ' + escape(l.scope) : ''}${l.gsd === 0 ? ', by eye' : l.gsd ? `, ${l.gsd} m` : ''}${l.cloud !== null ? `, cloud ${l.cloud} %` : ''}<br><small>${named(l.source)}${l.note ? ': ' + named(cut(l.note, 300)) : ''}${l.url && /^https?:/i.test(l.url) ? ` <a href="${escape(l.url)}" rel="noreferrer">source</a>` : ''}${here.map(n => `<br>${named(n.what)}: ${named(cut(n.note, 300))}`).join('')}</small></td></tr>`;
	}).join('')}</tbody></table>${near.length > 200 ? `<p class="mute">The first 200 of ${near.length} looks.</p>` : ''}`;
}

const sqlText = text => `'${text.replace(/'/g, "''")}'`, sqlName = name => /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replace(/"/g, '""')}"`;
function queryText(row) {
	const s = row.subject, looks = [row.answer.before && row.a.last.look, row.answer.after && row.b.last.look].map(l => l ? l.id : null);
	return `SELECT * FROM ${sqlName(ledger.ledger)}.changes_between(\n    '${isoOf(state.f)}', '${isoOf(state.t)}',\n    installation => ${sqlText(s.place.name)}, asset => ${sqlText(s.kind.name)},\n    mode => '${state.m}', by => '${BY[s.by]}');\n\n` +
		`SELECT * FROM ${sqlName(ledger.ledger)}.evidence(${sqlText(s.place.name)}, ${looks.map(id => id ?? 'NULL').join(', ')});`;
}

function drawDrawer(rows) {
	const row = rows.find(r => r.subject.id === state.o), d = $('d');
	if (!row) {
		if (d.open) d.close();
		return;
	}
	const {subject: s, answer: a} = row, t = turnoverBetween(s, state.f, state.t), doubts = a.doubt.map(words), when = (l, none) => l ? dateWords(ledger.seconds[l.at]) : none;
	d.innerHTML = `<button type="button" class="close" aria-label="Close">\u2715</button><h2 id="dh">${named(s.name)}</h2><p class="mute">${named(s.place.name)} \u00b7 ${ledger.say(state.f)} \u2192 ${ledger.say(state.t)} UTC</p>` +
		`<p class="big"><b class="${WAY[a.verdict]}">${SIGN[a.verdict]} ${a.verdict}</b>: ${beforeAfter(a)} ${sureWords(a)}</p><p>${escape(words(a.verdict).replace(/^./, c => c.toUpperCase()))}. ${a.certain ? `Two looks told it, of ${when(a.before && row.a.last, '')} and ${when(row.b.last, '')}; of the time between them nothing is certain.` : ''}</p>` +
		`<h3>What is not known</h3><ul>${(doubts.length ? doubts : ['nothing, of these two looks']).map(w => `<li>${escape(w)}</li>`).join('')}</ul>` +
		(a.before && a.after ? `<p>In between at least ${t.came} came and ${t.left} left.</p>` : '') +
		`<h3>The looks behind it</h3>${evidenceTable(row)}<details><summary>Ask the database again</summary><pre>${escape(queryText(row))}</pre></details>`;
	d.querySelector('.close').onclick = () => d.close();
	if (!d.open) d.showModal();
}

/*
 * CSV, as changes_between() has it
 */
function csvText() {
	const head = 'ledger,from_time,to_time,mode,by,installation,asset_class,class_path,designation,status,count_before_min,count_before_max,count_after_min,count_after_max,change_min,change_max,verdict,certain,before_looked_at,after_looked_at,doubt,what_is_not_known'.split(',');
	// (a text that a spreadsheet would take for a formula gets an apostrophe)
	const cell = v => typeof v === 'string' ? `"${(/^[=+\-@\t\r]/.test(v) ? "'" + v : v).replace(/"/g, '""')}"` : v === null || v === undefined || v === Infinity ? '' : String(v);
	return [head, ...sorted(rowsNow().filter(r => r.answer)).map(({subject: s, answer: x, a, b}) => [ledger.ledger, isoOf(state.f), isoOf(state.t), state.m, BY[s.by], s.place.name, s.kind.name, s.kind.path,
		s.by === 2 ? s.label : null, s.by === 1 ? s.label : null, x.before?.min, x.before?.max, x.after?.min, x.after?.max, x.least, x.most, x.verdict, x.certain,
		x.before && isoText(ledger.seconds[a.last.at]), x.after && isoText(ledger.seconds[b.last.at]), x.doubt.join(' '), x.doubt.map(words).join('; ')])].map(r => r.map(cell).join(',')).join('\r\n') + '\r\n';
}

function saveCsv() {
	const a = document.createElement('a');
	a.href = URL.createObjectURL(new Blob(['\ufeff' + csvText()], {type: 'text/csv'}));
	a.download = `${ledger.ledger}_${ledger.say(state.f, true)}_${ledger.say(state.t, true)}.csv`.replace(/[^\p{L}\p{N}_.-]+/gu, '-');
	a.click();
	setTimeout(() => URL.revokeObjectURL(a.href), 1000);
}

/*
 * Drawing
 */
function timePlaces(rows) {
	const busy = new Set(rows.map(r => r.subject.place)), all = ledger.places.filter(chosen).filter(p => p.looks.length || ledger.places.length < 50);
	const order = all.length > shownPlaces ? [...all.filter(p => busy.has(p)), ...all.filter(p => !busy.has(p))] : all;
	$('moretime').innerHTML = all.length > shownPlaces ? `<button type="button" id="allplaces">Show all ${all.length} places</button>` : '';
	return order.slice(0, shownPlaces).map(p => [p, p.subjects.filter(s => s.by === state.b && matches(s)).slice(0, 60)]);
}

function drawTime(rows) {
	const W = Math.max(280, $('time').clientWidth), places = timePlaces(rows), key = [W, state.b, state.q, places.map(p => p[0].n)].join('|');
	$('timekey').hidden = !moments.length;
	if (!moments.length) return;
	if (!line || line.key !== key) {
		line = {...timelineSvg(ledger, places, W), key};
		$('time').innerHTML = `<svg viewBox="0 -4 ${W} ${line.height + 4}" height="${line.height + 4}" role="group" aria-label="Timeline"><g>${line.ticks}</g><g id="range"></g><g>${line.svg}</g><g id="handles"></g></svg>`;
		$('densekey').hidden = !line.dense;
	}
	const held = document.activeElement?.dataset?.h;
	$('range').innerHTML = rangeSvg(line, ledger, state.f, state.t);
	$('handles').innerHTML = handlesSvg(line, ledger, state.f, state.t);
	const grips = [...document.querySelectorAll('.grip')].map(g => [+g.getAttribute('x') - 20, +g.getAttribute('x') + +g.getAttribute('width') + 20]);
	document.querySelectorAll('.tick').forEach(t => t.setAttribute('visibility', grips.some(([a, b]) => t.dataset.x > a && t.dataset.x < b) ? 'hidden' : 'visible'));
	if (held) document.querySelector(`[data-h=${held}]`)?.focus();
}

function drawMap(rows) {
	const box = $('map'), of = new Map();
	for (const r of rows) of.set(r.subject.place, [...of.get(r.subject.place) ?? [], r]);
	const shown = ledger.places.map(p => placeState(p, of.get(p) ?? [], lookedAt(p))), held = document.activeElement?.closest?.('.place')?.dataset.s;
	box.innerHTML = mapSvg(ledger.map, shown, Math.max(240, box.clientWidth), state.s);
	if (held) box.querySelector(`[data-s="${held}"]`)?.focus();
}

/* Of many looks the list has the last of each day, and those chosen; the timeline has all. */
function drawDates() {
	const few = moments.length <= MOST_OPTIONS ? moments : moments.filter((m, i) => m === state.f || m === state.t || i + 1 === moments.length || Math.floor(span[i] / 86400) < Math.floor(span[i + 1] / 86400)).slice(-4 * MOST_OPTIONS);
	const at = new Map();
	for (const l of ledger.observations) at.set(l.at, [...at.get(l.at) ?? [], l]);
	const option = m => {
		const looks = at.get(m) ?? [], n = looks.filter(l => l.complete).length, scope = looks[0]?.scope.split(', ').map(p => p.split('.').pop()).join(', ');
		const how = looks.length > 1 ? `${n} of ${looks.length} complete` : n ? 'complete' + (scope && ' for ' + cut(scope, 24)) : 'partial';
		return `<option value="${m}">${escape(ledger.say(m) + (looks.length ? ' \u00b7 ' + how : ''))}</option>`;
	};
	const options = [start, ...few].map(option).join('');
	for (const k of ['f', 't']) $(k).innerHTML = options;
}

function draw() {
	const rows = rowsNow().filter(r => r.answer), possible = state.m === 'possible' ? rows : rowsNow('possible');
	const unseen = possible.filter(r => r.answer && ['undecided', 'not looked'].includes(r.answer.verdict)).length, passed = passedBetween(rows);
	if (moments.length > MOST_OPTIONS) drawDates();
	for (const k of ['f', 't', 'm', 'b', 'q']) if ($(k).value !== String(state[k])) $(k).value = state[k];
	for (const [k, bad] of [['f', v => v >= state.t], ['t', v => v <= state.f]]) for (const o of $(k).options) o.disabled = bad(+o.value);
	const several = $('s').querySelector('[data-several]');
	if (several) several.remove();
	if (state.s.includes(',')) $('s').insertAdjacentHTML('beforeend', `<option data-several value="${state.s}">${state.s.split(',').length} places</option>`);
	$('s').value = state.s;
	writeAddress();
	drawHead(rows, unseen, passed);
	drawList(rows, passed);
	drawMap(rows);
	drawTime(rows);
	drawDrawer(rows);
}

function move(key, at) {
	if (at === undefined || (key === 'f' ? at >= state.t : at <= state.f)) return;
	state[key] = at;
	draw();
}

function choosePlace(numbers) {
	state.s = state.s === numbers ? '' : numbers;
	draw();
}

function drag(event, key) {
	event.preventDefault();
	document.querySelector(`[data-h=${key}]`).focus();
	const box = $('time').firstChild.getBoundingClientRect(), going = e => {
		const x = (e.clientX - box.left) / box.width * line.W, near = m => Math.abs((m === start ? line.scale.left : line.scale.x(ledger.seconds[m])) - x);
		const at = [start, ...moments].reduce((a, b) => near(b) < near(a) ? b : a);
		if (at !== state[key]) move(key, at);
	}, done = () => {
		removeEventListener('pointermove', going);
		removeEventListener('pointerup', done);
	};
	addEventListener('pointermove', going);
	addEventListener('pointerup', done);
}

function listen() {
	for (const k of ['f', 't']) $(k).onchange = e => move(k, +e.target.value);
	for (const k of ['m', 's']) $(k).onchange = e => { state[k] = e.target.value; draw(); };
	$('b').onchange = e => { state.b = +e.target.value; draw(); };
	$('q').oninput = e => { state.q = e.target.value; draw(); };
	$('ask').onsubmit = e => e.preventDefault();
	$('csv').onclick = saveCsv;
	$('print').onclick = () => print();
	$('d').addEventListener('close', () => {
		const id = state.o;
		state.o = '';
		draw();
		[...document.querySelectorAll('[data-o]')].find(b => b.dataset.o === id)?.focus();
	});
	document.addEventListener('click', e => {
		const on = selector => e.target.closest(selector), open = on('[data-o]'), place = on('.place'), sort = on('[data-k]');
		if (open) { state.o = open.dataset.o; draw(); }
		else if (place) choosePlace(place.dataset.s);
		else if (sort) { state.k = state.k === sort.dataset.k ? '' : sort.dataset.k; draw(); }
		else if (on('#unseen')) { state.m = 'possible'; draw(); $('m').focus(); }
		else if (on('#all')) { shownRows = Infinity; draw(); }
		else if (on('#allplaces')) { shownPlaces = Infinity; draw(); }
		else if (e.target === $('d')) $('d').close();
	});
	document.addEventListener('keydown', e => {
		const place = e.target.closest?.('.place'), handle = e.target.closest?.('.handle');
		if (place && (e.key === 'Enter' || e.key === ' ')) { e.preventDefault(); choosePlace(place.dataset.s); }
		if (!handle) return;
		const all = [start, ...moments], key = handle.dataset.h, i = all.indexOf(state[key]);
		const to = {ArrowLeft: i - 1, ArrowDown: i - 1, ArrowRight: i + 1, ArrowUp: i + 1, Home: key === 'f' ? 0 : all.indexOf(state.f) + 1, End: key === 't' ? all.length - 1 : all.indexOf(state.t) - 1}[e.key];
		if (to !== undefined) { e.preventDefault(); move(key, all[to]); }
	});
	document.addEventListener('pointerdown', e => { const h = e.target.closest?.('.handle'); if (h) drag(e, h.dataset.h); });
	let wide = innerWidth;
	addEventListener('resize', () => { if (innerWidth !== wide) { wide = innerWidth; draw(); } });
	addEventListener('hashchange', () => { readAddress(); draw(); });
	addEventListener('beforeprint', () => { shownRows = Infinity; draw(); });
}

function keys() {
	const sign = svg => `<svg viewBox="0 0 34 14" aria-hidden="true">${svg}</svg>`, lane2 = (c, s) => sign(`<rect y="3" width="${s ? 34 : 24}" height="8" fill="${c}"/>`), put = (id, list) => { $(id).innerHTML += list.map(([s, w]) => `<span>${s}${w}</span>`).join(''); };
	put('rowkey', [[lane2('var(--edge)'), 'before'], [lane2('var(--up)'), 'after, more'], [lane2('var(--down)'), 'after, fewer'], [lane2('url(#h-up)', 1), 'or more, no limit known'], [lane2('url(#h-unk)', 1), 'not known']]);
	put('mapkey', [[sign('<circle cx="17" cy="7" r="6" fill="var(--up)"/>'), 'certain'], [sign('<circle cx="17" cy="7" r="5.5" fill="none" stroke="var(--up)" stroke-width="2.2" stroke-dasharray="3 2.4"/>'), 'not certain'], [sign('<circle cx="17" cy="7" r="5.5" fill="none" stroke="var(--unk)" stroke-width="1.5"/>'), 'no change known'], [sign('<circle cx="17" cy="7" r="7" fill="url(#h-unk)"/>'), 'nobody looked']]);
	put('timekey', [[sign('<circle cx="17" cy="7" r="6" fill="var(--fg)"/>'), 'complete look'], [sign('<circle cx="17" cy="7" r="6" fill="var(--bg)" stroke="var(--fg)" stroke-width="1.5"/><path d="M17 1a6 6 0 0 0 0 12z" fill="var(--fg)"/>'), 'partial look'],
		[sign('<rect x="8" y="1" width="18" height="12" rx="3" fill="var(--bg)" stroke="var(--fg)" stroke-width="1.3"/>'), 'what a look told (2+: at least 2)'], [sign('<path d="M14 4l6 6m0-6l-6 6" stroke="var(--fg)" stroke-width="1.4"/>'), 'looked, could not tell'],
		[sign('<rect y="2" width="34" height="10" fill="var(--bar)"/>'), 'carried from look to look'], [sign('<path d="M0 7H34" stroke="var(--bar)" stroke-width="2"/>'), 'none, carried'], [sign('<rect y="2" width="34" height="10" fill="url(#h-up)" opacity=".75"/>'), 'came or rose in here'],
		[sign('<rect y="2" width="34" height="10" fill="url(#h-down)" opacity=".75"/>'), 'left or fell in here'], [sign('<rect y="2" width="34" height="10" fill="url(#h-unk)" opacity=".7"/>'), 'nobody knows']]);
	$('timekey').innerHTML += `<span id="densekey" hidden>${sign('<path d="M14 5h4v4h-4z" fill="var(--fg)"/><path d="M22 10l3-6 3 6z" fill="var(--bg)" stroke="var(--fg)"/>')}where looks are many: told, and told at least</span>`;
}

begin();
readAddress();
if (ledger.note) {
	$('note').textContent = ledger.note;
	$('note').hidden = false;
}
for (const p of ledger.places.slice(0, 3000)) $('s').add(new Option(cut(p.name, 80), p.n));
const kinds = [0, 1, 2].filter(b => b === 0 || ledger.subjects.some(s => s.by === b));
$('by').hidden = kinds.length < 2;
for (const o of [...$('b').options]) if (!kinds.includes(+o.value)) o.remove();
$('foot').innerHTML = `All times are UTC. A change is certain if two looks told it, verdict and numbers; else it is what was last known. Made ${dateWords(ledger.made, true, true)} of ledger ${named(ledger.ledger)} by pg_sightings; this page fetches nothing.`;
drawDates();
keys();
listen();
draw();
