// evidence.mjs BROWSER BUILD WORK: reads the built pages as a person would, and compares them
// with WORK/expected.json, which psql wrote. BROWSER is where playwright-core is installed.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';

const [browserAt, build, work] = process.argv.slice(2);
const { chromium } = createRequire(join(browserAt, 'node_modules', '/'))('playwright-core');
const expected = JSON.parse(await readFile(join(work, 'expected.json'), 'utf8'));

function check(holds, what, detail) {
	console.log(`${holds ? 'ok' : 'not ok'} - ${what}`);
	if (!holds && detail !== undefined) console.log('    ' + String(detail).slice(0, 2000));
}

function same(what, got, wanted) {
	const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
	check(a === b, what, `expected: ${b}\n    got:      ${a}`);
}

// as count_text() writes a count
function countText(min, max) {
	if (min === null) return '?';
	if (max === null) return `${min}..`;
	return min === max ? `${min}` : `${min}..${max}`;
}

const types = {
	'.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.json': 'application/json',
	'.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2',
	'.webmanifest': 'application/manifest+json'
};

// a static site: a path, or the index.html below it
const server = createServer(async (request, response) => {
	const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
	for (const candidate of [path, join(path, 'index.html')]) {
		const body = await readFile(join(build, candidate)).catch(() => undefined);
		if (body) {
			// the length also to HEAD: DuckDB asks for it
			response.writeHead(200, { 'content-type': types[extname(candidate)] ?? 'application/octet-stream', 'content-length': body.length });
			return response.end(body);
		}
	}
	response.writeHead(404);
	response.end();
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}`;

const browser = await chromium.launch({
	executablePath: '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
		'--disable-component-update', '--disable-sync']
});
// far from UTC: a page that showed instants in the reader's time zone would differ
const context = await browser.newContext({ timezoneId: 'America/New_York' });
const widths = { screen: 1280, phone: 390 };

async function open(name, width) {
	const page = await context.newPage();
	await page.setViewportSize({ width, height: 900 });
	const faults = [];
	page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
	page.on('pageerror', (error) => faults.push(error.message));
	page.on('request', (request) => {
		if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) faults.push(`asks ${request.url()}`);
	});
	await page.goto(`${base}/${name === 'index' ? '' : name}`);
	await page.locator('main table td:visible, main .steps .cell:visible').first().waitFor({ timeout: 60000 });
	await page.waitForTimeout(3000);
	return { page, faults };
}

async function close(name, { page, faults }) {
	// without its menus; a picture of the element alone would show the bar that stays on top over it
	if (name === 'index') await page.screenshot({ path: join(work, 'doc.png'), fullPage: true, clip: await page.locator('main').boundingBox() });
	await page.screenshot({ path: join(work, `${name.replace(' on a phone', '_phone')}.png`), fullPage: true });
	const text = await page.innerText('main');
	check(!/\berror\b|undefined|\bNaN\b|\[object|no records/i.test(text), `${name}: no error box and no rubbish`, text);
	same(`${name}: text has a contrast of 4.5, marks one of 3`, await faint(page), []);
	same(`${name}: no error in the console, nothing asked from elsewhere`, faults, []);
	check(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${name}: no wider than the window`);
	await page.close();
	return text;
}

// Evidence keeps a second, invisible copy of a table for printing
const cells = (page, nr = 0) =>
	page.locator('main table:visible').nth(nr).locator('tr:has(td)').evaluateAll((rows) =>
		rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText.trim())));

// Contrast as WCAG counts it, of colours as they are rendered: text against what lies behind it,
// a mark against what is around it, by its edge or its filling, whichever is plainer.
const faint = (page) => page.evaluate(() => {
	const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
	const rgba = (colour) => {
		canvas.clearRect(0, 0, 1, 1);
		canvas.fillStyle = colour;
		canvas.fillRect(0, 0, 1, 1);
		return [...canvas.getImageData(0, 0, 1, 1).data];
	};
	const over = ([r, g, b, a], below) => [r, g, b].map((c, i) => (c * a + below[i] * (255 - a)) / 255);
	const behind = (element) => {
		if (!element) return [255, 255, 255];
		const colour = rgba(getComputedStyle(element).backgroundColor);
		return colour[3] === 255 ? colour.slice(0, 3) : over(colour, behind(element.parentElement));
	};
	const luminance = (colour) => colour.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	const contrast = (colour, below) => {
		const [a, b] = [luminance(over(rgba(colour), below)), luminance(below)].sort((x, y) => y - x);
		return (a + 0.05) / (b + 0.05);
	};
	const found = [];
	const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
	let seen = 0;
	while (texts.nextNode()) {
		const element = texts.currentNode.parentElement;
		if (!texts.currentNode.textContent.trim() || !element.checkVisibility() || element.closest('script, style, .sr-only')) continue;
		seen++;
		const style = getComputedStyle(element);
		const is = contrast(style.color, behind(element));
		if (is < 4.5) found.push(`${is.toFixed(2)} text ${texts.currentNode.textContent.trim().slice(0, 30)}`);
	}
	for (const mark of document.querySelectorAll('.bar, .mark, .chip, .cell, .places i, .unknown')) {
		if (!mark.checkVisibility()) continue;
		seen++;
		const style = getComputedStyle(mark);
		const colours = [style.backgroundColor];
		if (parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== 'none') colours.push(style.borderTopColor);
		colours.push(...(style.backgroundImage.match(/rgba?\([^)]*\)/) ?? []));
		const is = Math.max(...colours.map((colour) => contrast(colour, behind(mark.parentElement))));
		if (is < 3) found.push(`${is.toFixed(2)} ${mark.className}`);
	}
	for (const point of document.querySelectorAll('path.leaflet-interactive')) {
		seen++;
		const is = contrast(getComputedStyle(point).stroke, behind(point.closest('.leaflet-container')));
		if (is < 3) found.push(`${is.toFixed(2)} point of the map`);
	}
	return seen > 20 ? found : [...found, `only ${seen} looked at`];
});

// what of these does not lie within the screen from left to right, or is not shown at all
const outside = (page, selector) => page.locator(selector).evaluateAll((all) => all.filter((element) => {
	const { left, right, width } = element.getBoundingClientRect();
	return !element.checkVisibility() || width === 0 || left < 0 || right > window.innerWidth;
}).map((element) => element.innerText));

const directions = { arrived: 'up', increased: 'up', departed: 'down', decreased: 'down', varied: 'varied', 'first look': 'first' };
const arrows = { up: '▲ ', down: '▼ ', varied: '◆ ', first: '' };
const colours = { up: 'rgb(11, 92, 173)', down: 'rgb(179, 64, 15)', varied: 'rgb(77, 95, 0)', first: 'rgb(123, 94, 167)' };
const direction = (row) => directions[row.verdict];
const told = (row) => arrows[direction(row)] + row.verdict;
const fillings = {
	'nobody looked': 'rgba(0, 0, 0, 0)', 'looked at, no change told': 'rgb(201, 206, 214)', 'only first looks': 'rgb(123, 94, 167)',
	'changes certain': 'rgb(31, 41, 55)', 'changes not all certain': 'rgb(227, 176, 75)'
};

async function changesPage(page_name, device) {
	const name = device === 'phone' ? `${page_name} on a phone` : page_name;
	const opened = await open(page_name, widths[device]);
	const { page } = opened;
	const rows = expected[page_name];
	const before = rows.map((row) => countText(row.count_before_min, row.count_before_max));
	const after = rows.map((row) => countText(row.count_after_min, row.count_after_max));
	const sure = (row) => (row.certain ? 'certain' : 'not certain');
	const lines = (all) => all.map((cell) => cell.split(/\s*\n\s*/).join(' '));

	same(`${name}: the rows are what changes_between() says, with what is not known`, (await cells(page)).map((row) => lines(row).join(' | ')),
		rows.map((row, i) => [`${row.asset_class} ${row.installation}`,
			`before ${before[i] === '?' ? '? not known' : before[i]} after ${after[i]}`, `${told(row)} ${sure(row)}`,
			`${(row.before_looked_at ?? '?').slice(0, 10)} → ${row.after_looked_at.slice(0, 10)} ${(row.what_is_not_known ?? 'nothing').replaceAll('; ', ' ')}`].join(' | ')));
	same(`${name}: what changed status is in a table of its own`, (await cells(page, 1)).map((row) => lines(row).slice(0, 3).join(' | ')),
		expected[`${page_name}_statuses`].map((row) => [`${row.asset_class}, ${row.status} ${row.installation}`,
			`before ${row.before === '?' ? '? not known' : row.before} after ${row.after}`, `${told(row)} ${sure(row)}`].join(' | ')));

	const count = (test) => rows.filter(test).length;
	const text = (await page.innerText('main')).replace(/\s+/g, ' ');
	for (const [title, wanted] of [['came or rose', count((row) => direction(row) === 'up')], ['left or fell', count((row) => direction(row) === 'down')],
		['varied', count((row) => direction(row) === 'varied')], ['certain of all these', count((row) => row.certain)],
		['first looks, which are no changes', count((row) => direction(row) === 'first')],
		['places nobody looked at', expected.places[page_name].filter((place) => !place.looked).length]])
		check(text.includes(`${title} ${wanted}`), `${name}: ${title}, counted`, text);

	const drawn = await page.locator('table.changes').first().locator('tbody tr').evaluateAll((all) => all.map((row) => ({
		tracks: [...row.querySelectorAll('.track')].map((track) => {
			const width = (selector) => track.querySelector(selector)?.getBoundingClientRect().width ?? 0;
			const shown = track.querySelector('.bar:not(.more), .mark') ?? track.querySelector('.bar.more');
			return { full: width('.bar:not(.more)'), mark: width('.mark') > 2, fades: width('.fades') > 5, edge: track.querySelector('.bar:not(.more)') && getComputedStyle(track.querySelector('.bar:not(.more)')).borderTopStyle,
				colour: shown && (shown.className.includes('mark') ? getComputedStyle(shown).backgroundColor : getComputedStyle(shown).borderTopColor) };
		}),
		verdict: getComputedStyle(row.querySelector('.verdict')).color,
		chip: [getComputedStyle(row.querySelector('.chip')).backgroundColor, getComputedStyle(row.querySelector('.chip')).borderTopStyle].join(' ')
	})));
	const ends = rows.map((row) => ['before', 'after'].map((side) => ({ min: row[`count_${side}_min`], max: row[`count_${side}_max`] })));
	const tracks = (of) => drawn.map((row) => row.tracks.map(of));
	same(`${name}: a bar where some were there, and none where the count is not known`, tracks((track) => track.full > 0), ends.map((pair) => pair.map((end) => end.min > 0)));
	same(`${name}: a mark where none was`, tracks((track) => track.mark), ends.map((pair) => pair.map((end) => end.max === 0)));
	same(`${name}: an open end where there may be more`, tracks((track) => track.fades), ends.map((pair) => pair.map((end) => end.min !== null && end.max === null)));
	const unit = drawn.flatMap((row, i) => row.tracks.map((track, side) => (ends[i][side].min > 0 ? track.full / ends[i][side].min : null))).filter((width) => width !== null);
	check(Math.max(...unit) - Math.min(...unit) < 1, `${name}: all on one scale`, unit);
	same(`${name}: bars and verdicts in the colour of their direction`, drawn.map((row) => [row.tracks[1].colour, row.verdict]), rows.map((row) => Array(2).fill(colours[direction(row)])));
	same(`${name}: certain is solid, not certain dashed`, drawn.map((row) => row.tracks.map((track) => track.edge).filter(Boolean)),
		rows.map((row, i) => ends[i].filter((end) => end.min > 0).map(() => (row.certain ? 'solid' : 'dashed'))));
	same(`${name}: and dark, and pale`, drawn.map((row) => row.chip), rows.map((row) => (row.certain ? 'rgb(31, 41, 55) solid' : 'rgb(243, 244, 246) dashed')));

	const places = expected.places[page_name].map((place) => {
		const of = rows.filter((row) => row.installation === place.installation);
		return { name: place.installation, state: !place.looked ? 'nobody looked' : of.length === 0 ? 'looked at, no change told'
			: of.every((row) => direction(row) === 'first') ? 'only first looks'
				: of.every((row) => row.certain || direction(row) === 'first') ? 'changes certain' : 'changes not all certain' };
	});
	same(`${name}: every place in words`, (await page.locator('.places li').allInnerTexts()).map((line) => line.trim().replace(/\s+/g, ' ').replace(/, last look .*/, '')),
		places.map((place) => `${place.name}: ${place.state}`));
	const map = page.locator('.leaflet-container');
	const box = await map.boundingBox();
	const points = await map.locator('path.leaflet-interactive').evaluateAll((all) => all.map((point) => {
		const { x, y, width } = point.getBoundingClientRect();
		const { fill, stroke, strokeDasharray } = getComputedStyle(point);
		return { x: x + width / 2, y: y + width / 2, width, fill, stroke, dashed: strokeDasharray !== 'none' };
	}));
	check(points.length === places.length && points.every((p) => p.width > 5 && p.x > box.x && p.x < box.x + box.width && p.y > box.y && p.y < box.y + box.height)
		&& box.x >= 0 && box.x + box.width <= widths[device],
		`${name}: a point on the map for each place`, JSON.stringify({ points, box }));
	// those that were looked at come first
	const inOrder = [...places.filter((place) => place.state !== 'nobody looked'), ...places.filter((place) => place.state === 'nobody looked')];
	same(`${name}: filled by what is known of its changes, hollow and dashed where nobody looked`, points.map((p) => [p.fill, p.dashed]),
		inOrder.map((place) => [fillings[place.state], place.state === 'nobody looked']));
	const at = (place) => points[inOrder.findIndex((other) => other.name === place)];
	check(at('Khmeimim').y < at('Tartus').y && at('Khmeimim').x > at('Tartus').x, `${name}: Khmeimim north-east of Tartus`, JSON.stringify(points));
	same(`${name}: name, verdict, certainty and numbers of each row are on the screen`,
		await outside(page, 'table.changes td, .verdict, .chip, .track b, .places li'), []);
	check((await page.locator('.places li', { hasText: 'Tartus' }).count()) === 1, `${name}: Tartus is there`);
	return close(name, opened);
}

for (const device of Object.keys(widths)) {
	const as = (name) => (device === 'phone' ? `${name} on a phone` : name);
	const index = await changesPage('index', device);
	check(/illustrative: none of them took place/.test(index), `${as('index')}: says that looks are made up`);
	check(/5 December 2024, 09:00 UTC, to 13 December 2024, 12:00 UTC/.test(index), `${as('index')}: says from when to when`, index);
	check(/first look/.test(index) && /\b2\.\./.test(index), `${as('index')}: speaks of a first look and of at least two`);
	await changesPage('next', device);
	const press = await changesPage('press', device);
	check(!/\barrived\b/.test(press.replace('and not that it arrived', '')), `${as('press')}: nothing has arrived`, press);

	{
		const name = as('timeline');
		const opened = await open('timeline', widths[device]);
		const { page } = opened;
		const drawn = await page.locator('main .steps .cell').evaluateAll((all) => all.map((cell) => ({
			title: cell.title,
			shown: cell.querySelector('b')?.textContent ?? '',
			look: getComputedStyle(cell).backgroundColor + getComputedStyle(cell).backgroundImage.slice(0, 30)
		})));
		const wanted = expected.timeline;
		same(`${name}: a cell per day, installation and class, as timeline() says`, drawn.map((cell) => cell.title),
			wanted.map((row) => `${row.asset_class}, ${row.at.slice(0, 10)}: ${countText(row.count_min, row.count_max)} (${row.state}${
				row.looked_at ? `, told ${countText(row.told_min, row.told_max)} on ${row.looked_at.slice(0, 10)}` : ''})`));
		const isGap = (row) => row.state === 'unobserved' || row.state === 'stale';
		same(`${name}: no number where it is unobserved or stale`, drawn.map((cell) => cell.shown),
			wanted.map((row) => (isGap(row) ? '' : countText(row.count_min, row.count_max))));
		check(['observed', 'last known', 'stale', 'unobserved'].every((state) => wanted.some((row) => row.state === state)), `${name}: there is a cell of each state`);
		// of what looks told there is one of a day in the example
		same(`${name}: a cell is observed where a look of that day told this count, and nowhere else`, drawn.map((cell) => / \(observed/.test(cell.title)),
			wanted.map((row) => !isGap(row) && expected.told.includes([row.installation, row.class_path, row.at.slice(0, 10), countText(row.count_min, row.count_max)].join(' '))));
		const looks = (test) => new Set(drawn.filter((_, i) => test(wanted[i])).map((cell) => cell.look));
		const gap = looks(isGap);
		const counted = looks((row) => !isGap(row));
		check(gap.size === 2 && [...gap].every((look) => look.includes('repeating') && !counted.has(look)), `${name}: unobserved and stale are hatched, each in its way, and nothing else is`,
			[...gap, '-', ...counted].join(' '));
		const known = looks((row) => row.state === 'last known' && row.count_min > 0);
		const seen = looks((row) => row.state === 'observed' && row.count_min > 0);
		check(known.size === 1 && seen.size === 1 && [...known][0] !== [...seen][0], `${name}: last known differs from observed`);
		same(`${name}: every cell is on the screen`, await outside(page, '.steps .cell, .line .name'), []);
		same(`${name}: what came and left at least`, (await cells(page)).map((row) => row.slice(2, 5).join(' ')), expected.turnover);
		const text = await close(name, opened);
		check(/unobserved: nobody had looked/.test(text) && /stale: told too long ago/.test(text) && /last known: the count follows from earlier looks/.test(text),
			`${name}: the legend says what each state means`, text);
	}
	{
		const name = as('looks');
		const opened = await open('looks', widths[device]);
		const table = await cells(opened.page, 0);
		same(`${name}: every look`, table.length, expected.looks);
		check(table.some((row) => row[0] === '2024-12-05 09:00' && row[2] === 'complete' && row[4] === '0.5'), `${name}: at its time in UTC, pixels in metres`, JSON.stringify(table));
		same(`${name}: the longest stretch without any look, in days`, (await cells(opened.page, 1)).map((row) => [row[0], row[4], row[1]].join(' ')), expected.blind);
		same(`${name}: and without one that told of the class`, (await cells(opened.page, 2)).map((row) => [row[0], row[1], row[5], row[2]].join(' ')), expected.untold);
		same(`${name}: what is stale, and since when`, (await cells(opened.page, 3)).map((row) => `${row[2]} ${row[4]}`), expected.stale);
		await close(name, opened);
	}
	{
		const name = as('inventory');
		const opened = await open('inventory', widths[device]);
		same(`${name}: counts, states and what was told, of inventory()`, (await cells(opened.page, 0)).map((row) => row.slice(2, 5).join(' ')), expected.inventory);
		same(`${name}: statuses in a table of their own`, (await cells(opened.page, 1)).map((row) => row.slice(1, 4).join(' ')), expected.statuses);
		same(`${name}: tonnes`, (await cells(opened.page, 2)).map((row) => row[2]), expected.tonnes);
		const text = await close(name, opened);
		check(/At least \(t\)/.test(text) && /not known/.test(text), `${name}: with their unit, and no upper limit where none is known`);
	}
}

await browser.close();
server.close();
console.log('done');
