/*
 * map.js: where the places are and what changed there. Every place is drawn; those that would hide
 * each other are moved apart, with a line to where they are, or stand behind one number.
 */
const NEAR = 27, MOST_DOTS = 60;

/* How a place is drawn: by what changed there, and how sure that is. */
function placeState(place, here, looked) {
	const n = way => here.filter(r => WAY[r.answer.verdict] === way).length;
	const up = n('up'), down = n('down'), first = n('first'), unk = n('unk');
	const way = up + down === 0 ? (unk ? 'unk' : first ? 'first' : 'none') : up && down ? 'both' : up ? 'up' : 'down';
	const short = [up && '\u25b2' + up, down && '\u25bc' + down, unk && '?' + unk, first && '\u25c7' + first].filter(Boolean).join(' ');
	const words = [up && `${up} came or rose`, down && `${down} left or fell`, unk && `${unk} open`, first && `${first} seen for the first time`, !looked && 'nobody looked'];
	return {place, way, looked, certain: here.some(r => r.answer.certain), short, words: words.filter(Boolean).join(', ') || 'no change known'};
}

/* Dots that are too near are pushed apart, a little at a time, and stay on the map. */
function pushApart(dots, W, H) {
	for (let round = 0; round < 80; round++)
		for (let i = 0; i < dots.length; i++)
			for (let j = 0; j < i; j++) {
				const a = dots[i], b = dots[j], dx = a.x - b.x, dy = a.y - b.y, d = Math.hypot(dx, dy);
				if (d >= NEAR) continue;
				const turn = d ? Math.atan2(dy, dx) : i * 2.4, by = (NEAR - d) / 4 + .1;
				for (const [dot, way] of [[a, 1], [b, -1]]) {
					dot.x = Math.min(W - 14, Math.max(14, dot.x + way * by * Math.cos(turn)));
					dot.y = Math.min(H - 26, Math.max(14, dot.y + way * by * Math.sin(turn)));
				}
			}
}

/* Places within reach of each other, as one. */
function gather(dots) {
	const groups = [];
	for (const dot of dots) {
		const near = groups.find(g => Math.hypot(g.x - dot.x, g.y - dot.y) < NEAR);
		if (near) near.dots.push(dot);
		else groups.push({x: dot.x, y: dot.y, dots: [dot]});
	}
	return groups;
}

const COLOUR = {up: 'var(--up)', down: 'var(--down)', first: 'var(--first)', unk: 'var(--unk)', both: 'var(--fg)', none: 'var(--unk)'};

function dotSvg(s, x, y, r) {
	const colour = COLOUR[s.way], solid = s.certain && s.way !== 'none';
	return (s.looked ? '' : `<circle cx="${x}" cy="${y}" r="${r + 3}" fill="url(#h-unk)"/>`) +
		`<circle class="ring" cx="${x}" cy="${y}" r="${r}" fill="${solid ? colour : 'var(--bg)'}" stroke="${colour}" stroke-width="${s.way === 'none' ? 1.5 : 2.5}"${solid || s.way === 'none' ? '' : ' stroke-dasharray="3 2.4"'}/>` +
		(s.way === 'both' ? `<path d="M${x - r} ${y}a${r} ${r} 0 0 1 ${2 * r} 0z" fill="var(--up)"/><path d="M${x - r} ${y}a${r} ${r} 0 0 0 ${2 * r} 0z" fill="var(--down)"/>` : '');
}

/* Beside the dot where there is room for it; nowhere, if there is none. */
function placeLabel(dot, lines, taken, W, H) {
	const w = Math.max(...lines.map(l => [...l].length)) * 6.9 + 4, h = lines.length * 14;
	for (const [x, y] of [[dot.x + 13, dot.y - h / 2], [dot.x - 13 - w, dot.y - h / 2], [dot.x - w / 2, dot.y + 12], [dot.x - w / 2, dot.y - 13 - h]]) {
		const box = [x, y, x + w, y + h];
		if (x < 2 || y < 2 || box[2] > W - 2 || box[3] > H - 22 || taken.some(t => box[0] < t[2] && t[0] < box[2] && box[1] < t[3] && t[1] < box[3])) continue;
		taken.push(box);
		return lines.map((l, i) => `<text class="halo${i ? ' b' : ''}" x="${x + 2}" y="${y + 11 + 14 * i}">${escape(l)}</text>`).join('');
	}
	return '';
}

function scaleBar(k, H) {
	const km = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].reverse().find(v => v / 111.32 * k < 110) ?? 1, w = km / 111.32 * k;
	return `<path d="M12 ${H - 14}v4h${w}v-4" fill="none" stroke="var(--fg)"/><text class="halo" x="12" y="${H - 17}">${km} km</text>`;
}

/* chosen: the numbers of places that the list is narrowed to. */
function mapSvg(map, states, W, chosen) {
	if (!map) return '';
	const [cx, cy, narrow, halfX, halfY, land] = map;
	const H = Math.round(Math.min(400, Math.max(220, W * halfY / halfX))), k = Math.min(W / halfX, H / halfY) / 2;
	const dots = states.map(s => {
		const turn = ((s.place.lon - cx + 540) % 360 + 360) % 360 - 180, x = W / 2 + turn * narrow * k, y = H / 2 + (cy - s.place.lat) * k;
		return {s, x, y, x0: x, y0: y};
	});
	const order = [...dots].sort((a, b) => (b.s.way !== 'none') - (a.s.way !== 'none'));
	let groups = order.map(d => ({...d, dots: [d]})), svg = '', labels = '';
	if (dots.length <= MOST_DOTS) pushApart(groups, W, H);
	else groups = gather(order);
	const taken = groups.map(g => [g.x - 12, g.y - 12, g.x + 12, g.y + 12]);
	for (const g of groups) {
		const many = g.dots.length > 1, first = g.dots[0].s, numbers = g.dots.map(d => d.s.place.n).join(',');
		const name = many ? `${g.dots.length} places near ${first.place.name}` : first.place.name;
		const words = many ? `${g.dots.filter(d => d.s.way !== 'none').length} with rows` : first.words;
		for (const d of g.dots)
			if (many) svg += `<circle cx="${d.x0}" cy="${d.y0}" r="2" fill="${COLOUR[d.s.way]}"/>`;
			else if (Math.hypot(g.x - d.x0, g.y - d.y0) > 3) svg += `<path d="M${d.x0} ${d.y0}L${g.x} ${g.y}" stroke="var(--fg)" stroke-opacity=".6"/><circle cx="${d.x0}" cy="${d.y0}" r="2" fill="var(--fg)"/>`;
		svg += `<g class="place" role="button" tabindex="0" aria-pressed="${chosen === numbers}" data-s="${numbers}" aria-label="${escape(name + ': ' + words)}"><title>${escape(name + ': ' + words)}</title>` +
			`<circle cx="${g.x}" cy="${g.y}" r="13" fill="transparent"/>` +
			(many ? `<circle class="ring" cx="${g.x}" cy="${g.y}" r="11" fill="var(--bg)" stroke="var(--fg)" stroke-width="1.5"/><text x="${g.x}" y="${g.y + 4}" text-anchor="middle" class="b">${g.dots.length}</text>` : dotSvg(first, g.x, g.y, 8)) + '</g>';
		labels += placeLabel(g, many ? [cut(name, 22)] : [cut(first.place.name, 22), first.short].filter(Boolean), taken, W, H);
	}
	return `<svg viewBox="0 0 ${W} ${H}" height="${H}" role="group" aria-label="Map"><path transform="matrix(${k * narrow} 0 0 ${k} ${W / 2 - k * narrow * cx} ${H / 2 + k * cy})" d="${land}" fill="var(--land)" fill-rule="evenodd" stroke="var(--coast)" vector-effect="non-scaling-stroke"/>` +
		`${svg}${labels}${scaleBar(k, H)}<text class="halo" x="${W - 8}" y="${H - 7}" text-anchor="end" style="font-size:10.5px">coast: Natural Earth</text></svg>`;
}
