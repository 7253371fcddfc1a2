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
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: 'America/New_York' });

async function open(name) {
	const page = await context.newPage();
	const faults = [];
	page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
	page.on('pageerror', (error) => faults.push(error.message));
	page.on('request', (request) => {
		if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) faults.push(`asks ${request.url()}`);
	});
	await page.goto(`${base}/${name === 'index' ? '' : name}`);
	await page.locator('main table td:visible').first().waitFor({ timeout: 60000 });
	await page.waitForTimeout(3000);
	return { page, faults };
}

async function close(name, { page, faults }) {
	await page.screenshot({ path: join(work, `${name}.png`), fullPage: true });
	const text = await page.innerText('main');
	check(!/\berror\b|undefined|\bNaN\b|\[object|no records/i.test(text), `${name}: no error box and no rubbish`, text);
	same(`${name}: no error in the console, nothing asked from elsewhere`, faults, []);
	check(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${name}: no wider than the window`);
	await page.close();
	return text;
}

// Evidence keeps a second, invisible copy of a table for printing
const cells = (page, nr = 0) =>
	page.locator('main table:visible').nth(nr).locator('tr:has(td)').evaluateAll((rows) =>
		rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText.trim())));

const colours = { certain: 'rgb(31, 111, 178)', open: 'rgb(224, 138, 0)', first: 'rgb(123, 94, 167)' };
const sureness = (row) => (row.verdict === 'first look' ? 'first' : row.certain ? 'certain' : 'open');

async function changesPage(name) {
	const opened = await open(name);
	const { page } = opened;
	const rows = expected[name];
	const before = rows.map((row) => countText(row.count_before_min, row.count_before_max));
	const after = rows.map((row) => countText(row.count_after_min, row.count_after_max));

	same(`${name}: the table is what changes_between() says, with what is not known`,
		(await cells(page)).map((row) => row.join(' | ').replace(/\s+/g, ' ')),
		rows.map((row, i) => [row.installation, row.asset_class, before[i], after[i], row.verdict,
			row.certain ? 'certain' : 'not certain',
			`${(row.before_looked_at ?? '?').slice(0, 10)} → ${row.after_looked_at.slice(0, 10)}`, (row.what_is_not_known ?? 'nothing').replaceAll('; ', ' ')].join(' | ')));

	same(`${name}: what changed status is in a table of its own`, (await cells(page, 1)).map((row) => row.slice(1, 6).join(' ')), expected[`${name}_statuses`]);

	const first = rows.filter((row) => row.verdict === 'first look').length;
	const text = (await page.innerText('main')).replace(/\s+/g, ' ');
	for (const [title, count] of [['changed counts', rows.length - first], ['of them certain', rows.filter((row) => row.certain).length],
		['first looks, which are no changes', first]])
		check(text.includes(`${title} ${count}`), `${name}: ${title}, counted`, text);

	const bars = await page.locator('.bars .pair').evaluateAll((pairs) => pairs.map((pair) => ({
		lines: [...pair.querySelectorAll('.line')].map((line) => line.getAttribute('aria-label')),
		numbers: [...pair.querySelectorAll('.track b')].map((b) => b.innerText),
		full: [...pair.querySelectorAll('.track')].map((t) => t.querySelector('.bar:not(.more)')?.getBoundingClientRect().width ?? null),
		open: [...pair.querySelectorAll('.track')].map((t) => (t.querySelector('.fades')?.getBoundingClientRect().width ?? 0) > 5),
		colour: pair.querySelector('.bar.after') ? getComputedStyle(pair.querySelector('.bar.after')).backgroundColor : null
	})));
	same(`${name}: a pair of bars for each change`, bars.map((bar) => bar.lines),
		rows.map((row, i) => [`${row.asset_class} before: ${before[i]}`, `${row.asset_class} after: ${after[i]}`]));
	same(`${name}: with its numbers`, bars.map((bar) => bar.numbers),
		rows.map((_, i) => [before[i], after[i]].map((text) => (text === '?' ? '? not known' : text))));
	same(`${name}: no bar where the count is not known, none of length where it is zero`, bars.map((bar) => bar.full.map((w) => w && w > 0)),
		rows.map((row) => [row.count_before_min, row.count_after_min].map((min) => (min === null ? null : min === 0 ? 0 : true))));
	same(`${name}: an open end where there may be more`, bars.map((bar) => bar.open),
		rows.map((row) => ['before', 'after'].map((side) => row[`count_${side}_min`] !== null && row[`count_${side}_max`] === null)));
	const unit = bars.flatMap((bar, i) => bar.full.map((width, side) => {
		const least = side ? rows[i].count_after_min : rows[i].count_before_min;
		return least ? width / least : null;
	})).filter((width) => width !== null);
	check(Math.max(...unit) - Math.min(...unit) < 1, `${name}: all on one scale`, unit);
	same(`${name}: in the colour of how sure it is`, bars.map((bar) => bar.colour), rows.map((row) => colours[sureness(row)]));
	same(`${name}: so are the verdicts`, await page.locator('.bars .verdict').evaluateAll((all) =>
		all.map((v) => [v.innerText, getComputedStyle(v).borderLeftColor])), rows.map((row) => [row.verdict, colours[sureness(row)]]));

	const places = [...new Set(rows.map((row) => row.installation))];
	const sure = places.map((place) => rows.filter((row) => row.installation === place)).map((of) =>
		of.every((row) => row.verdict === 'first look') ? 'first' : of.every((row) => row.certain || row.verdict === 'first look') ? 'certain' : 'open');
	const map = page.locator('.leaflet-container');
	const box = await map.boundingBox();
	const points = await map.locator('path.leaflet-interactive').evaluateAll((all) => all.map((point) => {
		const { x, y, width } = point.getBoundingClientRect();
		return { x: x + width / 2, y: y + width / 2, width, colour: getComputedStyle(point).fill };
	}));
	check(points.length === places.length && points.every((p) => p.width > 5 && p.x > box.x && p.x < box.x + box.width && p.y > box.y && p.y < box.y + box.height),
		`${name}: a point on the map for each installation`, JSON.stringify({ points, box }));
	same(`${name}: in the colour of how sure its changes are`, points.map((p) => p.colour), sure.map((s) => colours[s]));
	if (points.length === 2) {
		check(points[0].y < points[1].y && points[0].x > points[1].x, `${name}: Khmeimim north-east of Tartus`);
	}
	same(`${name}: named in its legend`, (await map.innerText()).split('\n').filter((line) => line.includes(':')).map((line) => line.split(':')[0]), places);
	return close(name, opened);
}

const index = await changesPage('index');
check(/illustrative: none of them took place/.test(index), 'index: says that looks are made up');
check(/first look/.test(index) && /\b2\.\./.test(index), 'index: speaks of a first look and of at least two');
await changesPage('leaving');
const press = await changesPage('press');
check(!/\barrived\b(?!: all)/.test(press.replace('Nothing is said to have arrived', '')), 'press: nothing has arrived', press);

{
	const opened = await open('timeline');
	const { page } = opened;
	const drawn = await page.locator('main table td.cell').evaluateAll((all) => all.map((cell) => ({
		title: cell.title,
		text: cell.innerText.trim(),
		shown: [...cell.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.textContent.trim()).join(''),
		look: getComputedStyle(cell).backgroundColor + getComputedStyle(cell).backgroundImage.slice(0, 9)
	})));
	const wanted = expected.timeline;
	same('timeline: a cell per day, installation and class, as timeline() says', drawn.map((cell) => cell.title),
		wanted.map((row) => `${row.asset_class}, ${row.at.slice(0, 10)}: ${countText(row.count_min, row.count_max)} (${row.state}${
			row.looked_at ? `, told ${countText(row.told_min, row.told_max)} on ${row.looked_at.slice(0, 10)}` : ''})`));
	const isGap = (row) => row.state === 'unobserved' || row.state === 'stale';
	same('timeline: no number where it is unobserved or stale', drawn.map((cell) => cell.shown),
		wanted.map((row) => (isGap(row) ? '' : countText(row.count_min, row.count_max))));
	check(['observed', 'last known', 'stale', 'unobserved'].every((state) => wanted.some((row) => row.state === state)), 'timeline: there is a cell of each state');
	same('timeline: an observed cell has the number that the look told', wanted.filter((row) => row.state === 'observed').map((row) => [row.count_min, row.count_max]),
		wanted.filter((row) => row.state === 'observed').map((row) => [row.told_min, row.told_max]));
	const looks = (test) => new Set(drawn.filter((_, i) => test(wanted[i])).map((cell) => cell.look));
	const gap = looks(isGap);
	const counted = looks((row) => !isGap(row));
	check(gap.size === 2 && [...gap].every((look) => look.includes('repeating') && !counted.has(look)), 'timeline: unobserved and stale are hatched, and nothing else is',
		[...gap, '-', ...counted].join(' '));
	const known = looks((row) => row.state === 'last known' && row.count_min > 0);
	const seen = looks((row) => row.state === 'observed' && row.count_min > 0);
	check(known.size === 1 && seen.size === 1 && [...known][0] !== [...seen][0], 'timeline: last known differs from observed');
	same('timeline: what came and left at least', (await cells(page, 1)).map((row) => row.slice(2, 5).join(' ')), expected.turnover);
	const text = await close('timeline', opened);
	check(/unobserved: nobody had looked/.test(text) && /stale: told too long ago/.test(text) && /last known: the count follows from earlier looks/.test(text),
		'timeline: the legend says what each state means', text);
}
{
	const opened = await open('looks');
	const table = await cells(opened.page, 0);
	same('looks: every look', table.length, expected.looks);
	check(table.some((row) => row[0] === '2024-12-05 09:00' && row[2] === 'complete' && row[4] === '0.5'), 'looks: at its time in UTC, pixels in metres', JSON.stringify(table));
	same('looks: the longest blind stretch in days', (await cells(opened.page, 1)).map((row) => row[5]), expected.blind);
	same('looks: what is stale, and since when', (await cells(opened.page, 2)).map((row) => `${row[2]} ${row[4]}`), expected.stale);
	await close('looks', opened);
}
{
	const opened = await open('inventory');
	same('inventory: counts, states and what was told, of inventory()', (await cells(opened.page, 0)).map((row) => row.slice(2, 5).join(' ')), expected.inventory);
	same('inventory: statuses in a table of their own', (await cells(opened.page, 1)).map((row) => row.slice(1, 4).join(' ')), expected.statuses);
	same('inventory: tonnes', (await cells(opened.page, 2)).map((row) => row[2]), expected.tonnes);
	const text = await close('inventory', opened);
	check(/At least \(t\)/.test(text) && /not known/.test(text), 'inventory: with their unit, and no upper limit where none is known');
}

await browser.close();
server.close();
console.log('done');
