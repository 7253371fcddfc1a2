/*
 * timeline.js: who looked when, and what that leaves open. What a look told stands in a pill, or
 * where looks are many as a mark; what is carried forward from it is a bar; hatched is what nobody
 * knows: when something came or left, and what came after the last look or before the first.
 */
const ROW = 26, HIGH = 42;

/* The span of time on the screen's width, with some room on both sides. */
function timeScale(ledger, W, left, right) {
	const all = ledger.moments.map(m => ledger.seconds[m]), first = all[0], last = all[all.length - 1];
	const room = (last - first) * .04 || 43200, t0 = first - room, t1 = last + room;
	return {t0, t1, left, right: W - right, x: s => left + (Math.min(Math.max(s, t0), t1) - t0) / (t1 - t0) * (W - right - left)};
}

/* Where the axis has its marks, and what stands there: of the first step that leaves room. */
function ticksOf(scale, room) {
	const most = (scale.right - scale.left) / room, span = scale.t1 - scale.t0, ticks = [];
	const step = [3600, 10800, 21600, 43200, 86400, 172800, 604800, 1209600].find(s => span / s <= most);
	if (step) {
		for (let t = Math.ceil(scale.t0 / step) * step; t <= scale.t1; t += step) {
			const c = calendar(t);
			ticks.push([t, c.hour || step < 86400 && t % 86400 ? two(c.hour) + ':00' : c.day + ' ' + MONTHS[c.month - 1]]);
		}
		return ticks.filter(([t]) => scale.x(t) < scale.right - 18);
	}
	const months = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000, 60000, 120000, 600000].find(m => span / m / 2629746 <= most) ?? 1200000;
	const from = calendar(scale.t0), end = calendar(scale.t1), last = end.year * 12 + end.month;
	for (let m = Math.ceil((from.year * 12 + from.month - 1) / months) * months; m <= last; m += months) {
		const year = Math.floor(m / 12), month = m - year * 12;
		ticks.push([secondsOf(year, month + 1), month && months < 12 ? MONTHS[month] : yearWords(year)]);
	}
	return ticks.filter(([t]) => t >= scale.t0 && scale.x(t) < scale.right - 18);
}

const rect = (x, y, w, h, fill, more = '') => w > 0 ? `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${w.toFixed(1)}" height="${h.toFixed(1)}" fill="${fill}" ${more}/>` : '';

function lookSvg(look, x, y, dense) {
	if (dense) return `<path d="M${x.toFixed(1)} ${look.complete ? y - 6 : y}V${y + 5}" stroke="var(--fg)" stroke-width="${dense}"/>`;
	return `<g><title>${escape(lookWords(look))}</title><circle cx="${x}" cy="${y}" r="6" fill="${look.complete ? 'var(--fg)' : 'var(--bg)'}" stroke="var(--fg)" stroke-width="1.5"/>` +
		(look.complete ? '' : `<path d="M${x} ${y - 6}a6 6 0 0 0 0 12z" fill="var(--fg)"/>`) + '</g>';
}

/* What was carried from each piece of evidence on, and whether a new run begins with the next. */
function walk(evidence) {
	const known = nothingKnown();
	return evidence.map((e, i) => {
		knownTake(known, e);
		return {e, i, carried: known.carried, runs: known.runs};
	});
}

/* Few looks: pills and bars. */
function sparseRow(subject, y, scale, ledger) {
	const at = i => scale.x(ledger.seconds[i]), steps = walk(subject.evidence), mid = y + 11;
	let svg = '', x0 = scale.left, last = scale.left;
	for (const {e, i, carried, runs} of steps) {
		const x = at(e.at), next = steps[i + 1];
		if (i === 0) svg += rect(x0, y + 3, x - x0, 16, 'url(#h-unk)', 'opacity=".55"');
		if (next && next.runs > runs) {
			const way = carried.max < next.carried.min ? 'up' : next.carried.max < carried.min ? 'down' : 'unk';
			svg += rect(x, y + 6, at(next.e.at) - x, 10, `url(#h-${way})`, 'opacity=".75"');
		} else if (next) svg += carried.min > 0 ? rect(x, y + 4, at(next.e.at) - x, 14, 'var(--bar)') :
			carried.max === 0 ? `<path d="M${x} ${mid}H${at(next.e.at)}" stroke="var(--bar)" stroke-width="2"/>` : rect(x, y + 6, at(next.e.at) - x, 10, 'url(#h-bar)');
		last = x;
	}
	svg += rect(last, y + 3, scale.right - last, 16, 'url(#h-unk)', 'opacity=".55"');
	const told = new Set(subject.evidence.map(e => e.at));
	for (const look of subject.place.looks) {
		if (told.has(look.at) || look.at <= ledger.start) continue;
		const x = at(look.at);
		svg += `<circle cx="${x}" cy="${mid}" r="6.5" fill="var(--bg)"/><path d="M${x - 3} ${mid - 3}l6 6m0-6l-6 6" stroke="var(--fg)" stroke-width="1.4"/>`;
	}
	for (const {e} of steps) {
		if (e.at <= ledger.start) continue;
		const text = countText(e), w = text.length * 7.4 + 9, x = at(e.at);
		svg += `<rect x="${x - w / 2}" y="${y + 2}" width="${w}" height="18" rx="4" fill="var(--bg)" stroke="var(--fg)" stroke-width="1.3"/><text x="${x}" y="${y + 15.5}" text-anchor="middle" class="b">${text}</text>`;
	}
	return svg;
}

/* Many looks: a step for what is carried, a mark for what a look told (a triangle: at least). */
function denseRow(subject, y, scale, ledger, labels) {
	const at = i => scale.x(ledger.seconds[i]), steps = walk(subject.evidence);
	const most = Math.max(1, ...steps.map(s => s.carried.max === Infinity ? s.carried.min : s.carried.max)), level = n => y + HIGH - Math.min(n, most) / most * (HIGH - 5);
	const base = y + HIGH, first = steps.length ? at(steps[0].e.at) : scale.right;
	let solid = '', open = '', some = '', line = '', marks = '', least = '', gaps = '';
	for (const {e, i, carried, runs} of steps) {
		const x = at(e.at), next = steps[i + 1], end = next ? at(next.e.at) : x + 1.5, l = level(carried.min);
		if (end > x) {
			solid += `M${x.toFixed(1)} ${base}V${l.toFixed(1)}H${end.toFixed(1)}V${base}z`;
			if (carried.max === Infinity) open += `M${x.toFixed(1)} ${l.toFixed(1)}V${y}H${end.toFixed(1)}V${l.toFixed(1)}z`;
			else if (carried.max > carried.min) some += `M${x.toFixed(1)} ${l.toFixed(1)}V${level(carried.max).toFixed(1)}H${end.toFixed(1)}V${l.toFixed(1)}z`;
			line += `M${x.toFixed(1)} ${l.toFixed(1)}H${end.toFixed(1)}`;
		}
		if (next && next.runs > runs && end - x > 14) gaps += rect(x, y + 2, end - x, HIGH - 2, `url(#h-${carried.max < next.carried.min ? 'up' : next.carried.max < carried.min ? 'down' : 'unk'})`, 'opacity=".45"');
		if (isExact(e)) marks += `M${(x - 1.3).toFixed(1)} ${(level(e.min) - 1.3).toFixed(1)}h2.6v2.6h-2.6z`;
		else least += `M${(x - 2.2).toFixed(1)} ${(level(e.min) + 1).toFixed(1)}l2.2-4l2.2 4z`;
	}
	labels.push(`<text class="halo" x="${scale.left - 5}" y="${level(most) + 5}" text-anchor="end" style="font-size:11px">${most}</text><text class="halo" x="${scale.left - 5}" y="${base + 1}" text-anchor="end" style="font-size:11px">0</text>`);
	const end = steps.length ? at(steps[steps.length - 1].e.at) : scale.right;
	return rect(scale.left, y, first - scale.left, HIGH, 'url(#h-unk)', 'opacity=".45"') + rect(end, y, scale.right - end, HIGH, 'url(#h-unk)', 'opacity=".45"') +
		`<path d="${solid}" fill="var(--soft)"/><path d="${some}" fill="url(#h-bar)"/><path d="${open}" fill="url(#h-unk)" opacity=".3"/>${gaps}` +
		`<path d="${line}" stroke="var(--bar)" stroke-width="1.6" fill="none"/><path d="M${scale.left} ${base}H${scale.right}" stroke="var(--edge)"/>` +
		`<path d="${least}" fill="var(--bg)" stroke="var(--fg)" stroke-width=".9"/><path d="${marks}" fill="var(--fg)"/>`;
}

function placeSvg(ledger, place, subjects, y, scale, phone, labels) {
	const dense = place.looks.length * 22 > scale.right - scale.left, one = subjects.length === 1, name = (text, at, more) => `<text class="${more}" x="0" y="${at}">${escape(cut(text, phone ? 40 : 25))}</text>`;
	const single = ledger.kinds.length === 1 && subjects.length < 2;
	let svg = '';
	svg += name(place.name, y + 15, 'halo b');
	if (phone) y += 20;
	const looks = place.looks.filter(l => l.at > ledger.start);
	svg += looks.map(l => lookSvg(l, scale.x(ledger.seconds[l.at]), y + (dense ? 8 : 11), dense && Math.min(1.3, (scale.right - scale.left) / looks.length / 2).toFixed(2))).join('');
	if (!looks.length) svg += rect(scale.left, y + 3, scale.right - scale.left, 16, 'url(#h-unk)', 'opacity=".55"') + `<text class="halo" x="${scale.left + 8}" y="${y + 15}">nobody looked</text>`;
	y += dense ? 17 : 25;
	for (const s of subjects) {
		if (!(single && !phone)) svg += single ? '' : `<text class="halo" x="${phone ? 0 : 12}" y="${y + (phone ? 12 : one && dense ? 14 : 15)}">${escape(cut(s.name, phone ? 44 : 24))}</text>`;
		if (phone && !single) y += 16;
		svg += dense ? denseRow(s, y, scale, ledger, labels) : sparseRow(s, y, scale, ledger);
		y += (dense ? HIGH + 8 : ROW);
	}
	return [svg, y + 10];
}

/* All of it but the two dates, which move. */
function timelineSvg(ledger, places, W) {
	const phone = W < 640, scale = timeScale(ledger, W, phone ? 22 : 200, phone ? 8 : 14), labels = [];
	let y = 34, svg = '';
	for (const [place, subjects] of places) {
		const [part, next] = placeSvg(ledger, place, subjects, y, scale, phone, labels);
		svg += part;
		y = next;
	}
	const ticks = ticksOf(scale, phone ? 62 : 78).map(([t, text]) => `<path d="M${scale.x(t).toFixed(1)} 22V${y}" stroke="var(--line)"/><text class="tick" data-x="${scale.x(t).toFixed(1)}" x="${scale.x(t).toFixed(1)}" y="14" text-anchor="middle" style="fill:var(--mute)">${text}</text>`).join('');
	return {scale, height: y, W, phone, dense: labels.length > 0, ticks, svg: svg + labels.join('')};
}

/* What lies between the two dates, below all else. */
function rangeSvg(line, ledger, from, to) {
	const x = at => at === ledger.start ? line.scale.left : line.scale.x(ledger.seconds[at]), a = x(from), b = x(to);
	return `${rect(a, 22, b - a, line.height - 22, 'var(--sel)')}<path d="M${a} 22V${line.height}M${b} 22V${line.height}" stroke="var(--fg)" stroke-width="2"/>`;
}

/* The two dates as handles; from may lie before the first look. */
function handlesSvg(line, ledger, from, to) {
	const x = at => at === ledger.start ? line.scale.left : line.scale.x(ledger.seconds[at]), w = line.phone ? 74 : 86;
	let a = x(from) - w / 2, b = x(to) - w / 2;
	if (b - a < w + 4) {
		const shift = (w + 4 - b + a) / 2;
		a -= shift;
		b += shift;
	}
	if (a < 0) [a, b] = [0, Math.max(b, w + 4)];
	if (b > line.W - w) [a, b] = [Math.min(a, line.W - 2 * w - 4), line.W - w];
	const moments = [ledger.start, ...ledger.moments];
	const handle = (at, left, key, words) => `<g class="handle" tabindex="0" role="slider" data-h="${key}" aria-label="${words}" aria-valuemin="0" aria-valuemax="${moments.length - 1}" aria-valuenow="${moments.indexOf(at)}" aria-valuetext="${escape(ledger.say(at))}">` +
		`<rect x="${x(at) - 12}" y="20" width="24" height="${line.height - 20}" fill="transparent"/><rect class="grip" x="${left}" y="-2" width="${w}" height="24" rx="4" fill="var(--fg)"/><text x="${left + w / 2}" y="14" text-anchor="middle" style="fill:var(--bg)" class="b">${ledger.say(at, true)}</text></g>`;
	return handle(from, a, 'f', 'From the look of') + handle(to, b, 't', 'To the look of');
}
