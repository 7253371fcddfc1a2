#!/usr/bin/env node
/*
 * coast.mjs MODULES: makes coast.twkb, the world's land for the maps of pages, of Natural Earth's
 * 1:10m land as npm's world-atlas has it. MODULES is where world-atlas and topojson-client are
 * installed. Run by "make coast" and by hand only; the result is data of this repository (COAST.md).
 *
 * A view is a few hundred pixels wide and two degrees at least: what is finer than COARSE degrees
 * would not be seen, and Douglas and Peucker's rule leaves it out.
 */
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const COARSE = 0.005, DIGITS = 3;
const require = createRequire(join(process.argv[2], '/'));
const { feature } = require('topojson-client');
const atlas = require('world-atlas/land-10m.json');

/* Squared distance of a point to a line, in degrees of latitude. */
function distance([x, y], [x1, y1], [x2, y2]) {
	const c = Math.cos(y1 * Math.PI / 180), dx = (x2 - x1) * c, dy = y2 - y1, px = (x - x1) * c, py = y - y1;
	const along = Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
	return (px - along * dx) ** 2 + (py - along * dy) ** 2;
}

function coarse(ring) {
	const kept = new Set([0, ring.length - 1]), open = [[0, ring.length - 1]];
	while (open.length) {
		const [first, last] = open.pop();
		let far = COARSE ** 2, at = -1;
		for (let i = first + 1; i < last; i++) {
			const d = distance(ring[i], ring[first], ring[last]);
			if (d > far) [far, at] = [d, i];
		}
		if (at >= 0) kept.add(at) && open.push([first, at], [at, last]);
	}
	return ring.filter((_, i) => kept.has(i));
}

/*
 * The rings of the atlas pass over the antimeridian: each is made one without a leap, which may reach
 * a little beyond 180 degrees; the one around the south pole is closed along it.
 */
function unbroken(ring) {
	let turn = 0;
	const points = ring.map(([x, y], i) => {
		const leap = i ? x - ring[i - 1][0] : 0;
		turn += leap > 180 ? -360 : leap < -180 ? 360 : 0;
		return [x + turn, y];
	}), first = points[0], last = points[points.length - 1];
	if (Math.abs(last[0] - first[0]) > 180) points.push([last[0], -90], [first[0], -90], first);
	const back = 360 * Math.round(points.reduce((sum, p) => sum + p[0], 0) / points.length / 360);
	return points.map(([x, y]) => [x - back, y]);
}

/* Tiny WKB: a MultiPolygon, each point as the difference to the one before. */
const bytes = [];
let x0 = 0, y0 = 0;
function put(n) {
	for (; n > 127; n = Math.floor(n / 128)) bytes.push(n % 128 + 128);
	bytes.push(n);
}
const zigzag = n => n < 0 ? -2 * n - 1 : 2 * n;
function putRing(ring) {
	put(ring.length);
	for (const [x, y] of ring) {
		put(zigzag(x - x0));
		put(zigzag(y - y0));
		[x0, y0] = [x, y];
	}
}

const land = feature(atlas, atlas.objects.land).features[0].geometry.coordinates
	.map(rings => rings.map(ring => coarse(unbroken(ring)).map(p => p.map(v => Math.round(v * 10 ** DIGITS)))).filter(ring => ring.length > 3))
	.filter(rings => rings.length > 0);
bytes.push(6 | zigzag(DIGITS) << 4, 0);
put(land.length);
for (const rings of land) {
	put(rings.length);
	rings.forEach(putRing);
}
writeFileSync(new URL('coast.twkb', import.meta.url), Buffer.from(bytes));
