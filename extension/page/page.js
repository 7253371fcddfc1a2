/*
 * page.js: draws all of it, and listens.
 */

/* Places on the timeline: of many, those that have rows come first. */
function timePlaces(rows) {
	const busy = new Set(rows.map(r => r.subject.place));
	const all = ledger.places.filter(p => chosen(p) && (p.looks.length || ledger.places.length < 50)), many = all.length > shownPlaces;
	const order = many ? [...all.filter(p => busy.has(p)), ...all.filter(p => !busy.has(p))] : all;
	$('moretime').innerHTML = many ? `<button type="button" id="allplaces">Show all ${all.length} places</button>` : '';
	return order.slice(0, shownPlaces).map(p => [p, p.subjects.filter(s => s.by === state.b && matches(s)).slice(0, 60)]);
}

function drawTime(rows) {
	$('timekey').hidden = !moments.length;
	if (!moments.length) return;
	const W = Math.max(280, $('time').clientWidth), places = timePlaces(rows), key = [W, state.b, state.q, places.map(p => p[0].n)].join('|');
	if (line?.key !== key) {
		line = {...timelineSvg(ledger, places, W), key};
		const box = `viewBox="0 -4 ${W} ${line.height + 4}" height="${line.height + 4}"`, layers = `<g>${line.ticks}</g><g id="range"></g><g>${line.svg}</g><g id="handles"></g>`;
		$('time').innerHTML = `<svg ${box} role="group" aria-label="Timeline">${layers}</svg>`;
		$('densekey').hidden = !line.dense;
	}
	const held = document.activeElement?.dataset?.h;
	$('range').innerHTML = rangeSvg(line, ledger, state.f, state.t);
	$('handles').innerHTML = handlesSvg(line, ledger, state.f, state.t);
	const grips = [...document.querySelectorAll('.grip')].map(g => g.x.baseVal.value);
	for (const tick of document.querySelectorAll('.tick')) {
		const x = +tick.dataset.x, hidden = grips.some(g => x > g - 20 && x < g + line.grip + 20);
		tick.setAttribute('visibility', hidden ? 'hidden' : 'visible');
	}
	if (held) document.querySelector(`[data-h=${held}]`)?.focus();
}

function drawMap(rows) {
	const box = $('map'), held = document.activeElement?.closest?.('.place')?.dataset.s, of = new Map(ledger.places.map(p => [p, []]));
	for (const r of rows) of.get(r.subject.place).push(r);
	const states = ledger.places.map(p => placeState(p, of.get(p), lookedAt(p)));
	box.innerHTML = mapSvg(ledger.map, states, Math.max(240, box.clientWidth), state.s);
	if (held) box.querySelector(`[data-s="${held}"]`)?.focus();
}

/* Which dates can be chosen: of many looks the last of each day, and the two chosen; the timeline has all. */
function datesShown() {
	if (moments.length <= MOST_OPTIONS) return moments;
	const isLast = i => i + 1 === moments.length || Math.floor(span[i] / 86400) < Math.floor(span[i + 1] / 86400);
	const days = moments.filter((_, i) => isLast(i)).slice(-MOST_OPTIONS);
	return [...new Set([...days, state.f, state.t])].filter(m => m > start).sort((a, b) => a - b);
}

function dateOption(at) {
	const looks = looksAt.get(at) ?? [], n = looks.filter(l => l.complete).length, scope = looks[0]?.scope.replace(/[^, ]*\./g, '');
	const how = looks.length > 1 ? `${n} of ${looks.length} complete` : n ? 'complete' + (scope && ' for ' + cut(scope, 24)) : 'partial';
	return `<option value="${at}">${escape(ledger.say(at) + (looks.length ? ' \u00b7 ' + how : ''))}</option>`;
}

function drawQuestion() {
	const dates = datesShown().join();
	if (dates !== shownDates) {
		shownDates = dates;
		for (const k of ['f', 't']) $(k).innerHTML = [start, ...datesShown()].map(dateOption).join('');
	}
	$('s').querySelector('[data-several]')?.remove();
	if (state.s.includes(',')) $('s').insertAdjacentHTML('beforeend', `<option data-several value="${state.s}">${state.s.split(',').length} places</option>`);
	for (const k of ['f', 't', 'm', 'b', 's', 'q']) if ($(k).value !== String(state[k])) $(k).value = state[k];
	for (const o of $('f').options) o.disabled = +o.value >= state.t;
	for (const o of $('t').options) o.disabled = +o.value <= state.f;
}

function draw() {
	const rows = rowsNow().filter(r => r.answer), possible = state.m === 'possible' ? rows : rowsNow('possible').filter(r => r.answer);
	const unseen = possible.filter(r => ['undecided', 'not looked'].includes(r.answer.verdict)).length, passed = passedBetween(rows);
	drawQuestion();
	writeAddress();
	drawHead(rows, unseen, passed);
	drawList(rows, passed);
	drawMap(rows);
	drawTime(rows);
	drawDrawer(rows);
}

/*
 * What people do
 */
function ask(key, value) {
	state[key] = value;
	draw();
}

/* A date, which stays on its side of the other. */
function move(key, at) {
	if (at !== undefined && (key === 'f' ? at < state.t : at > state.f)) ask(key, at);
}

const choosePlace = numbers => ask('s', state.s === numbers ? '' : numbers);

function drag(event, key) {
	const time = $('time'), box = time.getBoundingClientRect();
	event.preventDefault();
	// (what is drawn anew may not hold the pointer)
	time.setPointerCapture(event.pointerId);
	document.querySelector(`[data-h=${key}]`).focus();
	time.onpointermove = e => {
		const x = ((e.clientX - box.left) / box.width) * line.W, away = at => Math.abs(dateX(line, ledger, at) - x);
		const nearest = [start, ...moments].reduce((a, b) => (away(b) < away(a) ? b : a));
		if (nearest !== state[key]) move(key, nearest);
	};
	time.onpointerup = time.onpointercancel = () => (time.onpointermove = null);
}

function clicked(e) {
	const on = selector => e.target.closest(selector), open = on('[data-o]'), place = on('.place'), sort = on('[data-k]');
	if (open) ask('o', open.dataset.o);
	else if (place) choosePlace(place.dataset.s);
	else if (sort) ask('k', state.k === sort.dataset.k ? '' : sort.dataset.k);
	else if (on('#all')) draw((shownRows = Infinity));
	else if (on('#allplaces')) draw((shownPlaces = Infinity));
	else if (on('#unseen')) {
		ask('m', 'possible');
		$('m').focus();
	} else if (e.target === $('d')) $('d').close();
}

function pressed(e) {
	const place = e.target.closest('.place'), key = e.target.closest('.handle')?.dataset.h, all = [start, ...moments], i = all.indexOf(state[key]);
	const steps = {ArrowLeft: i - 1, ArrowDown: i - 1, ArrowRight: i + 1, ArrowUp: i + 1};
	steps.Home = key === 'f' ? 0 : all.indexOf(state.f) + 1;
	steps.End = key === 't' ? all.length - 1 : all.indexOf(state.t) - 1;
	if (place && ['Enter', ' '].includes(e.key)) choosePlace(place.dataset.s);
	else if (key && e.key in steps) move(key, all[steps[e.key]]);
	else return;
	e.preventDefault();
}

/* The drawer leads back to its row. */
function closed() {
	const id = state.o;
	ask('o', '');
	[...document.querySelectorAll('[data-o]')].find(b => b.dataset.o === id)?.focus();
}

function listen() {
	for (const k of ['f', 't']) $(k).onchange = e => move(k, +e.target.value);
	for (const k of ['m', 's']) $(k).onchange = e => ask(k, e.target.value);
	$('b').onchange = e => ask('b', +e.target.value);
	$('q').oninput = e => ask('q', e.target.value);
	$('ask').onsubmit = e => e.preventDefault();
	$('csv').onclick = saveCsv;
	$('print').onclick = () => print();
	$('d').onclose = closed;
	document.addEventListener('click', clicked);
	document.addEventListener('keydown', pressed);
	document.addEventListener('pointerdown', e => {
		const handle = e.target.closest('.handle');
		if (handle) drag(e, handle.dataset.h);
	});
	let wide = innerWidth;
	addEventListener('resize', () => innerWidth !== wide && draw((wide = innerWidth)));
	addEventListener('hashchange', () => draw(readAddress()));
	addEventListener('beforeprint', () => draw((shownRows = Infinity)));
	addEventListener('afterprint', () => draw((shownRows = MOST_ROWS)));
}

/* What does not change. */
function begin() {
	const kinds = [0, 1, 2].filter(b => b === 0 || ledger.subjects.some(s => s.by === b));
	$('note').textContent = ledger.note;
	$('note').hidden = !ledger.note;
	$('by').hidden = kinds.length < 2;
	for (const o of [...$('b').options]) if (!kinds.includes(+o.value)) o.remove();
	for (const p of ledger.places.slice(0, 3000)) $('s').add(new Option(cut(p.name, 80), p.n));
	$('made').innerHTML = `Made ${dateWords(ledger.made, true, true)} of ledger ${named(ledger.ledger)} by pg_sightings; this page fetches nothing.`;
}

readAddress();
begin();
listen();
draw();
