/*
 * drawer.js: what stands behind a row, and the rows as CSV.
 */
const words = code => ledger.words[code] ?? code;

function lookRow(subject, look, told, carried, marked) {
	const notes = look.notes.filter(n => n.kind === subject.kind.n).map(n => `<br>${named(n.what)}: ${named(cut(n.note, 300))}`);
	const link = look.url && /^https?:/i.test(look.url) ? ` <a href="${escape(look.url)}" rel="noreferrer">source</a>` : '';
	const cells = [
		dateWords(ledger.seconds[look.at]) + (look.since < look.at ? `<br><small>since ${dateWords(ledger.seconds[look.since])}</small>` : ''),
		told ? `<span class="pill">${countText(told)}</span>` : '\u2013',
		subject.by !== 1 && (told ? countText(carried) : ''),
		(look.place === subject.place ? '' : `at ${named(look.place.name)}, `) +
			escape(howLooked(look)) +
			`<br><small>${named(look.source)}${look.note ? ': ' + named(cut(look.note, 300)) : ''}${link}${notes.join('')}</small>`
	];
	return `<tr${marked ? ' class="mark"' : ''}>${cells.map(c => (c === false ? '' : `<td>${c}</td>`)).join('')}</tr>`;
}

/* From the look that told of the earlier date to that of the later; of a status, what is carried depends on others. */
function evidenceTable({subject: s, a, b}) {
	const told = new Map(s.evidence.map(e => [e.at, e])), known = nothingKnown(), carried = new Map();
	for (const e of s.evidence) {
		knownTake(known, e);
		carried.set(e.at, known.carried);
	}
	const used = [a, b].filter(k => k.told).map(k => k.last.at), first = Math.min(...used, state.f);
	const elsewhere = s.evidence.map(e => e.look).filter(l => l && l.place !== s.place);
	const looks = [...s.place.looks, ...elsewhere]
		.filter(l => l.at >= first && l.at <= state.t && (told.has(l.at) || l.at > state.f))
		.sort((l, m) => l.at - m.at);
	const head = ['Look (UTC)', 'Told', s.by !== 1 && 'Carried', 'Who, how'].filter(Boolean).map(h => `<th scope="col">${h}</th>`);
	const rows = looks.slice(0, MOST_ROWS).map(l => lookRow(s, l, told.get(l.at), carried.get(l.at), used.includes(l.at)));
	return (
		`<table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>` +
		(looks.length > MOST_ROWS ? `<p class="mute">The first ${MOST_ROWS} of ${looks.length} looks.</p>` : '')
	);
}

const sqlText = text => `'${text.replace(/'/g, "''")}'`;
const sqlName = name => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replace(/"/g, '""')}"`);

function queryText({subject: s, answer, a, b}) {
	const schema = sqlName(ledger.ledger), place = sqlText(s.place.name);
	const looks = [answer.before && a.last.look, answer.after && b.last.look].filter(Boolean).map(l => l.id);
	return (
		`SELECT * FROM ${schema}.changes_between(\n    '${isoOf(state.f)}', '${isoOf(state.t)}',\n` +
		`    installation => ${place}, asset => ${sqlText(s.kind.name)},\n    mode => '${state.m}', by => '${BY[s.by]}');\n` +
		(looks.length ? `\nSELECT * FROM ${schema}.evidence(${[place, ...looks].join(', ')});\n` : '')
	);
}

function drawDrawer(rows) {
	const row = rows.find(r => r.subject.id === state.o),
		d = $('d');
	if (!row) {
		if (d.open) d.close();
		return;
	}
	const {subject: s, answer: a} = row, t = turnoverBetween(s, state.f, state.t), doubts = a.doubt.map(words);
	const when = known => dateWords(ledger.seconds[known.last.at]);
	const sure = a.certain ? ` Two looks told it, of ${when(row.a)} and ${when(row.b)}; of the time between them nothing is certain.` : '';
	d.innerHTML =
		`<button type="button" class="close" aria-label="Close">\u2715</button><h2 id="dh">${named(s.name)}</h2>` +
		`<p class="mute">${named(s.place.name)} \u00b7 ${ledger.say(state.f)} \u2192 ${ledger.say(state.t)} UTC</p>` +
		`<p class="big"><b class="${WAY[a.verdict]}">${SIGN[a.verdict]} ${a.verdict}</b>: ${beforeAfter(a)} ${sureWords(a)}</p>` +
		`<p>${escape(words(a.verdict).replace(/^./, c => c.toUpperCase()))}.${sure}</p>` +
		`<h3>What is not known</h3><ul>${(doubts.length ? doubts : ['nothing, of these two looks']).map(w => `<li>${escape(w)}</li>`).join('')}</ul>` +
		(a.before && a.after ? `<p>In between at least ${t.came} came and ${t.left} left.</p>` : '') +
		`<h3>The looks behind it</h3>${evidenceTable(row)}<details><summary>Ask the database again</summary><pre>${escape(queryText(row))}</pre></details>`;
	d.querySelector('.close').onclick = () => d.close();
	if (!d.open) d.showModal();
}

/*
 * CSV, as changes_between() has it
 */
const COLUMNS = {
	ledger: () => ledger.ledger,
	from_time: () => isoOf(state.f),
	to_time: () => isoOf(state.t),
	mode: () => state.m,
	by: r => BY[r.subject.by],
	installation: r => r.subject.place.name,
	asset_class: r => r.subject.kind.name,
	class_path: r => r.subject.kind.path,
	designation: r => (r.subject.by === 2 ? r.subject.label : null),
	status: r => (r.subject.by === 1 ? r.subject.label : null),
	count_before_min: r => r.answer.before?.min,
	count_before_max: r => r.answer.before?.max,
	count_after_min: r => r.answer.after?.min,
	count_after_max: r => r.answer.after?.max,
	change_min: r => r.answer.least,
	change_max: r => r.answer.most,
	verdict: r => r.answer.verdict,
	certain: r => r.answer.certain,
	before_looked_at: r => r.answer.before && isoText(ledger.seconds[r.a.last.at]),
	after_looked_at: r => r.answer.after && isoText(ledger.seconds[r.b.last.at]),
	doubt: r => r.answer.doubt.join(' '),
	what_is_not_known: r => r.answer.doubt.map(words).join('; ')
};

/* (a text that a spreadsheet would take for a formula gets an apostrophe) */
function csvCell(value) {
	if (typeof value === 'string') return `"${(/^[=+\-@\t\r]/.test(value) ? "'" + value : value).replace(/"/g, '""')}"`;
	return value === null || value === undefined || value === Infinity ? '' : String(value);
}

function csvText() {
	const rows = sorted(rowsNow().filter(r => r.answer)).map(r => Object.values(COLUMNS).map(value => csvCell(value(r))));
	return [Object.keys(COLUMNS), ...rows].map(r => r.join(',') + '\r\n').join('');
}

function saveCsv() {
	const a = document.createElement('a');
	a.href = URL.createObjectURL(new Blob(['\ufeff' + csvText()], {type: 'text/csv'}));
	a.download = `${ledger.ledger}_${ledger.say(state.f, true)}_${ledger.say(state.t, true)}.csv`.replace(/[^\p{L}\p{N}_.-]+/gu, '-');
	a.click();
	setTimeout(() => URL.revokeObjectURL(a.href), 1000);
}

