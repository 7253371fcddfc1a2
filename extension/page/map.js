/*
 * map.js: where the places are and what changed there. Every place is drawn; those that would hide
 * each other are moved apart, with a line to where they are, or stand behind one number.
 */
const NEAR = 27, MOST_DOTS = 60;

/* How a place is drawn: by what changed there, and how sure that is. */
function placeState(place, here, looked) {
	const count = {up: 0, down: 0, unk: 0, first: 0};
	for (const r of here) count[WAY[r.answer.verdict]]++;
	const {up, down, unk, first} = count, way = up && down ? 'both' : up ? 'up' : down ? 'down' : unk ? 'unk' : first ? 'first' : 'none';
	const said = [[up, '\u25b2', 'came or rose'], [down, '\u25bc', 'left or fell'], [unk, '?', 'open'], [first, '\u25c7', 'seen for the first time']].filter(s => s[0]);
	const words = [...said.map(([n, , w]) => `${n} ${w}`), !looked && 'nobody looked'].filter(Boolean).join(', ') || 'no change known';
	return {place, way, looked, words, short: said.map(([n, sign]) => sign + n).join(' '), certain: here.some(r => r.answer.certain)};
}

/* Dots that are too near are pushed apart, a little at a time, and stay on the map. */
function pushApart(dots, W, H) {
	const push = (dot, by, turn) => {
		dot.x = Math.min(W - 14, Math.max(14, dot.x + by * Math.cos(turn)));
		dot.y = Math.min(H - 26, Math.max(14, dot.y + by * Math.sin(turn)));
	};
	for (let round = 0; round < 80; round++)
		for (let i = 0; i < dots.length; i++)
			for (let j = 0; j < i; j++) {
				const dx = dots[i].x - dots[j].x, dy = dots[i].y - dots[j].y, away = Math.hypot(dx, dy), by = (NEAR - away) / 4 + 0.1;
				if (away >= NEAR) continue;
				const turn = away ? Math.atan2(dy, dx) : i * 2.4;
				push(dots[i], by, turn);
				push(dots[j], -by, turn);
			}
}

/* Places within reach of each other, as one. */
function gather(places) {
	const groups = [];
	for (const p of places) {
		const near = groups.find(g => Math.hypot(g.x - p.x, g.y - p.y) < NEAR);
		if (near) near.dots.push(...p.dots);
		else groups.push(p);
	}
	return groups;
}

const COLOUR = {up: 'var(--up)', down: 'var(--down)', first: 'var(--first)', unk: 'var(--unk)', both: 'var(--fg)', none: 'var(--unk)'};

function dotSvg({way, certain, looked}, x, y, r) {
	const colour = COLOUR[way], none = way === 'none', fill = certain && !none ? colour : 'var(--bg)', dash = certain || none ? '' : ' stroke-dasharray="3 2.4"';
	const half = (turn, fill) => `<path d="M${x - r} ${y}a${r} ${r} 0 0 ${turn} ${2 * r} 0z" fill="${fill}"/>`;
	return (
		(looked ? '' : `<circle cx="${x}" cy="${y}" r="${r + 3}" fill="url(#h-unk)"/>`) +
		`<circle class="ring" cx="${x}" cy="${y}" r="${r}" fill="${fill}" stroke="${colour}" stroke-width="${none ? 1.5 : 2.5}"${dash}/>` +
		(way === 'both' ? half(1, 'var(--up)') + half(0, 'var(--down)') : '')
	);
}

/* Beside the dot where there is room for it; nowhere, if there is none. */
function labelSvg(dot, lines, taken, W, H) {
	const w = Math.max(...lines.map(l => [...l].length)) * 6.9 + 4, h = lines.length * 14;
	const around = [[13, -h / 2], [-13 - w, -h / 2], [-w / 2, 12], [-w / 2, -13 - h]].map(([x, y]) => [dot.x + x, dot.y + y, dot.x + x + w, dot.y + y + h]);
	const free = around.find(b => b[0] > 2 && b[1] > 2 && b[2] < W - 2 && b[3] < H - 22 && !taken.some(t => b[0] < t[2] && t[0] < b[2] && b[1] < t[3] && t[1] < b[3]));
	if (!free) return '';
	taken.push(free);
	return lines.map((l, i) => `<text class="halo${i ? ' b' : ''}" x="${px(free[0] + 2)}" y="${px(free[1] + 11 + 14 * i)}">${escape(l)}</text>`).join('');
}

function scaleBar(k, H) {
	const km = [5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1].find(v => (v / 111.32) * k < 110) ?? 1;
	return `<path d="M12 ${H - 14}v4h${px((km / 111.32) * k)}v-4" fill="none" stroke="var(--fg)"/><text class="halo" x="12" y="${H - 17}">${km} km</text>`;
}

/* One place, or several behind their number; those moved hang on a line, those behind a number are points. */
function groupSvg(group, chosen) {
	const {x, y, dots} = group, s = dots[0].s, many = dots.length > 1, numbers = dots.map(d => d.s.place.n).join(',');
	const words = many ? `${group.name}: ${dots.filter(d => d.s.way !== 'none').length} with rows` : `${group.name}: ${s.words}`;
	const point = (d, fill) => `<circle cx="${px(d.x0)}" cy="${px(d.y0)}" r="2" fill="${fill}"/>`, [{x0, y0}] = dots;
	const moved = Math.hypot(x - x0, y - y0) > 3 ? `<path d="M${px(x0)} ${px(y0)}L${x} ${y}" stroke="var(--fg)" stroke-opacity=".6"/>${point(dots[0], 'var(--fg)')}` : '';
	return (
		(many ? dots.map(d => point(d, COLOUR[d.s.way])).join('') : moved) +
		`<g class="place" role="button" tabindex="0" aria-pressed="${chosen === numbers}" data-s="${numbers}" aria-label="${escape(words)}"><title>${escape(words)}</title>` +
		`<circle cx="${x}" cy="${y}" r="13" fill="transparent"/>` +
		(many ? `<circle class="ring paper" cx="${x}" cy="${y}" r="11"/><text class="b mid" x="${x}" y="${y + 4}">${dots.length}</text>` : dotSvg(s, x, y, 8)) +
		'</g>'
	);
}

/* chosen: the numbers of places that the list is narrowed to. */
function mapSvg(map, states, W, chosen) {
	if (!map) return '';
	const [cx, cy, narrow, halfX, halfY, land] = map;
	const H = Math.round(Math.min(400, Math.max(220, (W * halfY) / halfX))), k = Math.min(W / halfX, H / halfY) / 2;
	// (those with rows come first, and are named first)
	let groups = [...states].sort((a, b) => (b.way !== 'none') - (a.way !== 'none')).map(s => {
		const turn = ((((s.place.lon - cx + 540) % 360) + 360) % 360) - 180, x = W / 2 + turn * narrow * k, y = H / 2 + (cy - s.place.lat) * k;
		return {x, y, dots: [{s, x0: x, y0: y}]};
	});
	if (groups.length <= MOST_DOTS) pushApart(groups, W, H);
	else groups = gather(groups);
	for (const g of groups) {
		[g.x, g.y] = [px(g.x), px(g.y)];
		g.name = (g.dots.length > 1 ? `${g.dots.length} places near ` : '') + g.dots[0].s.place.name;
	}
	const taken = groups.map(g => [g.x - 12, g.y - 12, g.x + 12, g.y + 12]);
	const labels = groups.map(g => labelSvg(g, [cut(g.name, 22), g.dots.length === 1 && g.dots[0].s.short].filter(Boolean), taken, W, H));
	const turned = `matrix(${k * narrow} 0 0 ${k} ${W / 2 - k * narrow * cx} ${H / 2 + k * cy})`;
	return (
		`<svg viewBox="0 0 ${W} ${H}" height="${H}" role="group" aria-label="Map"><path class="land" transform="${turned}" d="${land}"/>` +
		groups.map(g => groupSvg(g, chosen)).join('') +
		`${labels.join('')}${scaleBar(k, H)}<text class="halo small end" x="${W - 8}" y="${H - 7}">coast: Natural Earth</text></svg>`
	);
}
