/*
 * list.js: the answer in a sentence, in figures, and row by row.
 */
const isCertain = r => r.answer.certain;
const short = name => named(cut(name, 90));

/* So many of some names, and how many more there are. */
function some(names, n) {
	const words = names.slice(0, n).map(short);
	const last = names.length > n ? `${names.length - n} more` : words.length > 1 ? words.pop() : '';
	return words.join(', ') + (last && ` and ${last}`);
}

function sentenceOfNone(unseen) {
	const none = state.m === 'certain' ? 'Nothing is certain to have changed' : 'No change is known';
	const unless = unseen && state.m !== 'possible' ? `; ${unseen} may have changed unseen.` : '.';
	return `${none} between ${ledger.say(state.f)} and ${ledger.say(state.t)}${state.q || state.s ? ' of what is chosen here' : ''}${unless}`;
}

/* What happened at a few places, each by its name. */
function sentenceOf(place, rows) {
	const phrases = PHRASES.map(([verdict, said]) => {
		const these = rows.filter(r => r.subject.place === place && r.answer.verdict === verdict), n = these.filter(isCertain).length;
		const sure = !['up', 'down'].includes(WAY[verdict]) || n === these.length ? '' : n ? ` (${n} certain)` : ' (not certain)';
		return these.length && `${some(these.map(r => r.subject.name), 3)} ${state.b === 1 ? (STATUS[verdict] ?? said) : said}${sure}`;
	});
	return `${short(place.name)}: ${phrases.filter(Boolean).join('; ')}.`;
}

/* At how many places there are more, or fewer. */
function sentenceOfMany(rows) {
	const names = [...new Set(rows.map(r => r.subject.name))];
	const parts = [['up', 'more'], ['down', 'fewer'], ['first', 'seen for the first time'], ['unk', 'open']].map(([way, said]) => {
		const where = [...new Set(rows.filter(r => WAY[r.answer.verdict] === way).map(r => r.subject.place.name))];
		return where.length && `${said} at ${plural(where.length, 'place')} (${some(where, 3)})`;
	});
	const said = parts.filter(Boolean).join('; ') + '.';
	return names.length === 1 ? `${short(names[0])}: ${said}` : said[0].toUpperCase() + said.slice(1);
}

function sentence(rows, unseen) {
	const all = ledger.places, places = [...new Set(rows.map(r => r.subject.place))];
	if (!all.length) return 'There is no place in this ledger.';
	if (!moments.length) return `Nobody has looked at ${all.length === 1 ? short(all[0].name) : `any of ${all.length} places`}.`;
	if (!rows.length) return sentenceOfNone(unseen);
	return places.length > 3 ? sentenceOfMany(rows) : places.map(p => sentenceOf(p, rows)).join(' ');
}

/* What came and went between, and is in no row. */
function passedBetween(rows) {
	const listed = new Set(rows.map(r => r.subject));
	return ledger.subjects
		.filter(s => s.by === state.b && s.by !== 1 && s.seen >= 0 && s.seen <= state.t && chosen(s.place) && matches(s) && !listed.has(s))
		.map(s => ({s, ...turnoverBetween(s, state.f, state.t)}))
		.filter(t => t.came + t.left > 0);
}

const lookedAt = place => place.looks.some(l => l.at > state.f && l.at <= state.t);

function drawHead(rows, unseen, passed) {
	const verdicts = (...wanted) => rows.filter(r => wanted.includes(r.answer.verdict));
	const places = ledger.places.filter(chosen), blind = places.filter(p => !lookedAt(p)), changed = 'may have changed unseen';
	const sure = list => (list.length && list.every(isCertain) ? ' (all certain)' : list.length ? ` (${list.filter(isCertain).length || 'none'} certain)` : '');
	const tiles = [
		['up', '\u25b2', verdicts('arrived', 'increased'), list => 'came or rose' + sure(list)],
		['down', '\u25bc', verdicts('departed', 'decreased'), list => 'left or fell' + sure(list)],
		['unk', '\u2195', verdicts('varied'), list => list.length && 'varied in between'],
		['unk', '\u21c4', passed, list => list.length && 'came and went in between'],
		['unk', '?', {length: unseen}, () => (unseen && state.m !== 'possible' ? `<button type="button" class="link" id="unseen">${changed}</button>` : changed)],
		['first', '\u25c7', verdicts('first look'), () => 'first looks, no change known'],
		['unk', '\u25a8', blind, () => `of ${plural(places.length, 'place')} nobody looked at`]
	].map(([colour, sign, list, said]) => {
		const words = said(list);
		return words && `<li class="${colour}"><b aria-hidden="true">${sign}</b> <b>${list.length}</b> <span>${words}</span></li>`;
	});
	$('tiles').innerHTML = moments.length ? tiles.filter(Boolean).join('') : '';
	const said = sentence(rows, unseen);
	if ($('h1').innerHTML !== said) $('h1').innerHTML = said;
	$('kick').innerHTML = named(ledger.ledger);
	if (!moments.length) return;
	const to = ledger.seconds[state.t], looks = moments.filter(m => m <= state.t).length;
	const long = state.f > start ? lasted(to - ledger.seconds[state.f]) : plural(looks, 'moment') + ' of looks';
	$('kick').innerHTML += ` \u00b7 ${ledger.say(state.f)} \u2192 ${dateWords(to, !wholeDays, true)} UTC \u00b7 ${long}`;
}

/*
 * The list
 */
const SORT = {
	what: r => r.subject.name.toLowerCase() + ' ' + r.subject.place.name.toLowerCase(),
	verdict: r => PHRASES.findIndex(p => p[0] === r.answer.verdict),
	count: r => -(r.answer.after?.min ?? 0),
	certain: r => !r.answer.certain
};

function sorted(rows) {
	const size = r => Math.abs((r.answer.after?.min ?? 0) - (r.answer.before?.min ?? 0)), key = SORT[state.k];
	const rank = r => (r.answer.certain ? 0 : 2) + (r.answer.verdict === 'first look' ? 4 : 0);
	if (!key) return rows.sort((a, b) => rank(a) - rank(b) || size(b) - size(a));
	return rows.sort((a, b) => (key(a) < key(b) ? -1 : +(key(a) > key(b))));
}

/* A count on the scale that all rows share, which leaves some room for "or more". */
const SCALE = 86;
function lane(count, most, colour) {
	const at = n => (n / most) * SCALE, part = (kind, from, to) => (to > from ? `<i class="${kind}" style="left:${from.toFixed(1)}%;width:${(to - from).toFixed(1)}%"></i>` : '');
	if (!count) return `<div class="lane unk">${part('hatch', 0, SCALE)}</div>`;
	return `<div class="lane ${colour}">${part('solid', 0, at(count.min))}${part('hatch', at(count.min), count.max === Infinity ? 100 : at(count.max))}</div>`;
}

/* Where the scale has its numbers: at most six, and fewer if they are long. */
function axis(most) {
	const room = Math.min(5, Math.max(1, Math.floor(24 / String(most).length)));
	let step = 1;
	for (let i = 0; most / step > room; i++) step = [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3);
	return Array.from({length: Math.floor(most / step) + 1}, (_, i) => `<i style="left:${((i * step) / most) * SCALE}%">${i * step}</i>`).join('');
}

const oneKind = ledger.kinds.length === 1;
const whatWords = s => (oneKind && s.by === 0 ? [s.place.name, ''] : [s.name, s.place.name]);
const beforeAfter = a => `${countWords(a.before)} \u2192 <b>${countWords(a.after)}</b>`;
const sureWords = a => (a.certain ? '<span class="sure">certain</span>' : '<span class="sure no">not certain</span>');

function rowHtml({subject, answer: a}, most) {
	const [what, where] = whatWords(subject), way = WAY[a.verdict], same = a.doubt.includes('status_may_be_same') ? '<br>may be the same in another status' : '';
	return (
		`<tr><td class="what"><button type="button" class="open" data-o="${escape(subject.id)}" aria-haspopup="dialog">${named(what)}</button> <small>${named(where)}${same}</small></td>` +
		`<td class="verdict ${way}"><span aria-hidden="true">${SIGN[a.verdict]}</span> ${a.verdict}</td><td class="count">${beforeAfter(a)}</td>` +
		`<td class="range" aria-hidden="true">${lane(a.before, most, 'before')}${lane(a.after, most, way)}</td><td class="sureness">${sureWords(a)}</td></tr>`
	);
}

/* What no row tells. */
function quietWords(rows, passed) {
	const blind = ledger.places.filter(p => chosen(p) && !lookedAt(p)), went = t => `${whatWords(t.s).filter(Boolean).join(', ')} (at least ${t.came} came, ${t.left} left)`;
	return [
		passed.length && `Came and went in between: ${some(passed.map(went), 6)}.`,
		!rows.length && 'No row is no proof that nothing changed: it says what the looks told.',
		blind.length && `Nobody looked at ${some(blind.map(p => p.name), 6)} between these dates: no row there does not mean that nothing changed.`
	].filter(Boolean);
}

function drawList(rows, passed) {
	const end = c => (!c ? 0 : c.max === Infinity ? c.min : c.max), most = rows.reduce((n, r) => Math.max(n, end(r.answer.before), end(r.answer.after)), 1);
	$('axis').innerHTML = axis(most);
	$('rows').innerHTML = sorted(rows).slice(0, shownRows).map(r => rowHtml(r, most)).join('');
	$('list').hidden = $('rowkey').hidden = !rows.length;
	document.querySelectorAll('[data-k]').forEach(b => b.parentNode.setAttribute('aria-sort', b.dataset.k === state.k ? 'ascending' : 'none'));
	$('more').innerHTML = rows.length > shownRows ? `<button type="button" id="all">Show all ${rows.length} rows</button>` : '';
	$('quiet').innerHTML = moments.length ? quietWords(rows, passed).map(q => `<p class="mute">${q}</p>`).join('') : '';
}
