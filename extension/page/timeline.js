/*
 * timeline.js: who looked when, and what that leaves open. What a look told stands in a pill, or
 * where looks are many as a mark; what is carried forward from it is a bar; hatched is what nobody
 * knows: when something came or left, and what came after the last look or before the first.
 */
const ROW = 26, HIGH = 42;
const px = n => +n.toFixed(1);

/* The span of time on the screen's width, with some room on both sides. */
function timeScale(ledger, W, left, right) {
	const first = ledger.seconds[ledger.moments[0]], last = ledger.seconds[ledger.moments[ledger.moments.length - 1]], room = (last - first) * 0.04 || 43200;
	const t0 = first - room, t1 = last + room;
	return {t0, t1, left, right: W - right, x: s => px(left + ((Math.min(Math.max(s, t0), t1) - t0) / (t1 - t0)) * (W - right - left))};
}

/* Where the axis has its marks, and what stands there: by the first step that leaves room. */
function ticksOf(scale, room) {
	const most = (scale.right - scale.left) / room, span = scale.t1 - scale.t0, ticks = [];
	const step = [3600, 10800, 21600, 43200, 86400, 172800, 604800, 1209600].find(s => span / s <= most);
	if (step)
		for (let t = Math.ceil(scale.t0 / step) * step; t <= scale.t1; t += step) {
			const c = calendar(t);
			ticks.push([t, c.hour ? two(c.hour) + ':00' : c.day + ' ' + MONTHS[c.month - 1]]);
		}
	else {
		const months = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000, 60000].find(m => span / m / 2629746 <= most) ?? 120000;
		const from = calendar(scale.t0), to = calendar(scale.t1);
		for (let m = Math.ceil((from.year * 12 + from.month - 1) / months) * months; m <= to.year * 12 + to.month; m += months) {
			const year = Math.floor(m / 12), month = m - year * 12;
			ticks.push([secondsOf(year, month + 1), month && months < 12 ? MONTHS[month] : yearWords(year)]);
		}
	}
	return ticks.filter(([t]) => t >= scale.t0 && scale.x(t) < scale.right - 18);
}

const rect = (x, y, w, h, fill, opacity = 1) =>
	w > 0 ? `<rect x="${px(x)}" y="${px(y)}" width="${px(w)}" height="${px(h)}" fill="${fill}"${opacity < 1 ? ` opacity="${opacity}"` : ''}/>` : '';
const unknown = (from, to, y, h) => rect(from, y, to - from, h, 'url(#h-unk)', 0.55);

function lookSvg(look, x, y) {
	const half = look.complete ? '' : `<path class="dark" d="M${x} ${y - 6}a6 6 0 0 0 0 12z"/>`;
	return `<g><title>${escape(lookWords(look))}</title><circle class="${look.complete ? 'dark' : 'paper'}" cx="${x}" cy="${y}" r="6"/>${half}</g>`;
}

/* Where looks are many: a long stroke for a complete one, a short one for a partial. */
function strokes(looks, y, at, width) {
	const path = looks.map(l => `M${at(l.at)} ${l.complete ? y - 6 : y}V${y + 5}`);
	return `<path d="${path.join('')}" stroke="var(--fg)" stroke-width="${px(Math.min(1.3, width / looks.length / 2))}"/>`;
}

/* What was carried from each piece of evidence on, and whether another run begins with the next: which way it goes. */
function walk(evidence) {
	const known = nothingKnown(), steps = evidence.map(e => {
		knownTake(known, e);
		return {e, carried: known.carried, runs: known.runs};
	});
	steps.forEach((s, i) => {
		const next = steps[i + 1];
		s.next = next?.e.at;
		if (next && next.runs > s.runs) s.way = s.carried.max < next.carried.min ? 'up' : next.carried.max < s.carried.min ? 'down' : 'unk';
	});
	return steps;
}

/* What stands between a look and the next that told of it. */
function gapSvg({carried, way}, x, end, y) {
	if (way) return rect(x, y + 6, end - x, 10, `url(#h-${way})`, 0.75);
	if (carried.min > 0) return rect(x, y + 4, end - x, 14, 'var(--bar)');
	return carried.max === 0 ? rect(x, y + 10, end - x, 2, 'var(--bar)') : rect(x, y + 6, end - x, 10, 'url(#h-bar)');
}

function pillSvg(e, x, y) {
	const text = countText(e), w = text.length * 7.4 + 9;
	return `<rect class="paper" x="${px(x - w / 2)}" y="${y + 2}" width="${px(w)}" height="18" rx="4"/><text class="b mid" x="${x}" y="${y + 15.5}">${text}</text>`;
}

/* Few looks: pills and bars; a cross where a look could not tell. */
function sparseRow(subject, y, scale, at, looks) {
	const steps = walk(subject.evidence), told = new Set(steps.map(s => s.e.at)), ends = steps.map(s => at(s.e.at));
	const crosses = looks.filter(l => !told.has(l.at)).map(l => {
		const x = at(l.at);
		return `<circle cx="${x}" cy="${y + 11}" r="6.5" fill="var(--bg)"/><path class="cross" d="M${x - 3} ${y + 8}l6 6m0-6l-6 6"/>`;
	});
	return (
		unknown(scale.left, ends[0], y + 3, 16) +
		unknown(ends[ends.length - 1], scale.right, y + 3, 16) +
		steps.map((s, i) => (s.next === undefined ? '' : gapSvg(s, ends[i], ends[i + 1], y))).join('') +
		crosses.join('') +
		steps.map(({e}, i) => (e.at >= looks[0]?.at ? pillSvg(e, ends[i], y) : '')).join('')
	);
}

/* Many looks: a step for what is carried, a mark for what a look told (a triangle: at least). */
function denseRow(subject, y, scale, at) {
	const steps = walk(subject.evidence), base = y + HIGH, most = steps.reduce((n, {carried: c}) => Math.max(n, c.max === Infinity ? c.min : c.max), 1);
	const level = n => px(base - (Math.min(n, most) / most) * (HIGH - 5)), d = {solid: '', open: '', some: '', line: '', marks: '', least: ''};
	let gaps = '';
	for (const {e, carried: c, next, way} of steps) {
		const x = at(e.at), end = next === undefined ? px(x + 1.5) : at(next), low = level(c.min), told = level(e.min);
		if (end > x) {
			d.solid += `M${x} ${base}V${low}H${end}V${base}z`;
			d.line += `M${x} ${low}H${end}`;
			if (c.max > c.min) d[c.max === Infinity ? 'open' : 'some'] += `M${x} ${low}V${c.max === Infinity ? y : level(c.max)}H${end}V${low}z`;
		}
		if (way && end - x > 14) gaps += rect(x, y + 2, end - x, HIGH - 2, `url(#h-${way})`, 0.45);
		if (isExact(e)) d.marks += `M${px(x - 1.3)} ${px(told - 1.3)}h2.6v2.6h-2.6z`;
		else d.least += `M${px(x - 2.2)} ${px(told + 1)}l2.2-4l2.2 4z`;
	}
	const number = (n, at) => `<text class="halo small end" x="${scale.left - 5}" y="${at}">${n}</text>`;
	return (
		unknown(scale.left, at(steps[0].e.at), y, HIGH) +
		unknown(at(steps[steps.length - 1].e.at), scale.right, y, HIGH) +
		`<path d="${d.solid}" fill="var(--soft)"/><path d="${d.some}" fill="url(#h-bar)"/><path d="${d.open}" fill="url(#h-unk)" opacity=".3"/>${gaps}` +
		`<path d="${d.line}" stroke="var(--bar)" stroke-width="1.6"/><path d="M${scale.left} ${base}H${scale.right}" stroke="var(--edge)"/>` +
		`<path class="paper thin" d="${d.least}"/><path class="dark" d="${d.marks}"/>${number(most, level(most) + 5)}${number(0, base + 1)}`
	);
}

/* A place: its looks, and a row for each subject, which needs no name where there is but one class. */
function placeSvg(ledger, place, subjects, y, scale, phone) {
	const at = i => scale.x(ledger.seconds[i]), width = scale.right - scale.left, looks = place.looks.filter(l => l.at > ledger.start);
	const dense = looks.length * 22 > width, single = ledger.kinds.length === 1 && subjects.length < 2;
	const label = (text, x, at, bold) => `<text class="halo${bold ? ' b' : ''}" x="${x}" y="${at}">${escape(cut(text, phone ? 42 : 25))}</text>`;
	let svg = label(place.name, 0, y + 15, true);
	if (phone) y += 20;
	if (dense) svg += strokes(looks, y + 8, at, width);
	else svg += looks.map(l => lookSvg(l, at(l.at), y + 11)).join('');
	if (!looks.length) svg += unknown(scale.left, scale.right, y + 3, 16) + label('nobody looked', scale.left + 8, y + 15);
	y += dense ? 17 : 25;
	for (const s of subjects) {
		if (!single) svg += label(s.name, phone ? 0 : 12, y + (phone ? 12 : 15));
		if (phone && !single) y += 16;
		svg += dense ? denseRow(s, y, scale, at) : sparseRow(s, y, scale, at, looks);
		y += dense ? HIGH + 8 : ROW;
	}
	return {svg, y: y + 10, dense};
}

/* All of it but the two dates, which move. */
function timelineSvg(ledger, places, W) {
	const phone = W < 640, scale = timeScale(ledger, W, phone ? 22 : 200, phone ? 8 : 14), line = {scale, W, height: 34, svg: '', dense: false, grip: phone ? 74 : 86};
	for (const [place, subjects] of places) {
		const part = placeSvg(ledger, place, subjects, line.height, scale, phone);
		line.svg += part.svg;
		line.height = part.y;
		line.dense ||= part.dense;
	}
	line.ticks = ticksOf(scale, phone ? 62 : 78)
		.map(([t, text]) => [scale.x(t), text])
		.map(([x, text]) => `<path d="M${x} 22V${line.height}" stroke="var(--line)"/><text class="tick mid" data-x="${x}" x="${x}" y="14">${text}</text>`)
		.join('');
	return line;
}

/* A date that can be asked for; what was known at the beginning lies left of all looks. */
const dateX = (line, ledger, at) => (at === ledger.start ? line.scale.left : line.scale.x(ledger.seconds[at]));

/* What lies between the two dates, below all else. */
function rangeSvg(line, ledger, from, to) {
	const a = dateX(line, ledger, from), b = dateX(line, ledger, to);
	return `${rect(a, 22, b - a, line.height - 22, 'var(--sel)')}<path d="M${a} 22V${line.height}M${b} 22V${line.height}" stroke="var(--fg)" stroke-width="2"/>`;
}

/* The two dates as handles, side by side where they would hide each other. */
function handlesSvg(line, ledger, from, to) {
	const w = line.grip, moments = [ledger.start, ...ledger.moments];
	let a = dateX(line, ledger, from) - w / 2, b = dateX(line, ledger, to) - w / 2;
	const push = Math.max(0, (w + 4 - b + a) / 2);
	a = Math.min(Math.max(a - push, 0), line.W - 2 * w - 4);
	b = Math.max(Math.min(b + push, line.W - w), a + w + 4);
	const handle = (at, left, key, name) =>
		`<g class="handle" tabindex="0" role="slider" data-h="${key}" aria-label="${name}" aria-valuemin="0" aria-valuemax="${moments.length - 1}" ` +
		`aria-valuenow="${moments.indexOf(at)}" aria-valuetext="${escape(ledger.say(at))}">` +
		`<rect x="${dateX(line, ledger, at) - 12}" y="20" width="24" height="${line.height - 20}" fill="transparent"/>` +
		`<rect class="grip" x="${px(left)}" y="-2" width="${w}" height="24" rx="4"/><text class="b mid" x="${px(left + w / 2)}" y="14">${escape(ledger.say(at, true))}</text></g>`;
	return handle(from, a, 'f', 'From the look of') + handle(to, b, 't', 'To the look of');
}
