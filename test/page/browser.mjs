/*
 * browser.mjs MODULES WORK: opens the pages in folder WORK in headless Chromium as a person would, at
 * both widths, in light and dark, by keyboard alone; axe-core looks for what some cannot read or reach.
 * MODULES is where playwright-core and axe-core are installed.
 */
import { createRequire } from 'node:module';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const [modules, work] = process.argv.slice(2), require = createRequire(join(modules, 'node_modules', '/'));
const { chromium } = require('playwright-core'), axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const QUESTION = '#f=2024-12-05+09:00:00&t=2024-12-13+12:00:00', SENTENCE = 'Khmeimim: An-124 and Il-76 came; An-32 rose. Tartus: frigate seen for the first time.';

function check(holds, what, detail) {
	console.log(`${holds ? 'ok' : 'not ok'} - ${what}`);
	if (!holds && detail !== undefined) console.log('    ' + String(detail).slice(0, 2000));
}

function same(what, got, wanted) {
	const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
	check(a === b, what, `expected: ${b}\n    got:      ${a}`);
}

const browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']});

/* From a file, far from UTC: a page that showed instants in the reader's time zone would differ. */
async function open(name, width, scheme = 'light', hash = '') {
	const context = await browser.newContext({viewport: {width, height: width < 600 ? 844 : 900}, colorScheme: scheme, timezoneId: 'America/New_York', hasTouch: width < 600, acceptDownloads: true});
	const page = await context.newPage(), faults = [];
	page.on('console', m => ['error', 'warning'].includes(m.type()) && faults.push(m.text()));
	page.on('pageerror', e => faults.push(e.stack));
	page.on('dialog', d => { faults.push('dialog ' + d.message()); d.dismiss(); });
	page.on('request', r => /^(file|blob|data):/.test(r.url()) || faults.push('asks ' + r.url()));
	await page.goto(`file://${join(work, name)}.html${hash}`);
	page.faults = faults;
	page.what = `${name}, ${width} px, ${scheme}`;
	return page;
}

async function sound(page, what = page.what) {
	await page.evaluate(axe);
	const found = await page.evaluate(() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}));
	same(`${what}: axe finds nothing`, found.violations.map(v => `${v.id}: ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(' | ')}`), []);
	check(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what}: no wider than the window`);
	same(`${what}: no error, and nothing asked of anybody`, page.faults, []);
}

const title = page => page.locator('h1').innerText();
const hash = page => page.evaluate(() => location.hash);

/* Every pair of colours that meet. */
async function contrasts(page) {
	const low = await page.evaluate(() => {
		const style = getComputedStyle(document.documentElement), rgb = name => style.getPropertyValue('--' + name).trim().replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3').match(/[0-9a-f]{2}/gi).slice(0, 3).map(h => parseInt(h, 16) / 255);
		const light = name => rgb(name).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
		const ratio = (a, b) => (Math.max(light(a), light(b)) + .05) / (Math.min(light(a), light(b)) + .05);
		return [...['fg', 'mute', 'up', 'down', 'first', 'unk'].flatMap(c => [[c, 'bg', 4.5], [c, 'panel', 4.5]]), ['warnfg', 'warnbg', 4.5], ['fg', 'land', 4.5], ['fg', 'sea', 4.5],
			...['bar', 'edge', 'hat'].map(c => [c, 'bg', 3]), ...['up', 'down', 'first', 'unk'].flatMap(c => [[c, 'land', 3], [c, 'sea', 3]])].filter(([a, b, least]) => ratio(a, b) < least).map(([a, b]) => `${a} on ${b}: ${ratio(a, b).toFixed(2)}`);
	});
	same(`${page.what}: all contrasts are high enough`, low, []);
}

/*
 * Both examples, as they look
 */
for (const width of [1280, 390])
	for (const scheme of ['light', 'dark']) {
		let page = await open('syria_illustrated', width, scheme, QUESTION);
		same(`${page.what}: the sentence`, await title(page), SENTENCE);
		same(`${page.what}: dates say how complete the looks were`, await page.locator('#f option').allInnerTexts(), ['before the first look', '5 Dec 09:00 \u00b7 complete for aircraft, air_defence', '10 Dec 09:00 \u00b7 partial',
			'13 Dec 12:00 \u00b7 0 of 2 complete', '16 Dec 09:00 \u00b7 complete for helicopter', '20 Dec 09:00 \u00b7 complete for aircraft, air_defence']);
		await sound(page);
		await contrasts(page);
		if (scheme === 'light') await page.screenshot({path: join(work, width === 390 ? 'page-phone.png' : 'page-desktop.png'), fullPage: true, clip: width === 390 ? {x: 0, y: 0, width, height: 1180} : undefined});
		await page.locator('.open').first().click();
		await sound(page, page.what + ', drawer');
		if (scheme === 'dark' && width === 1280) await page.screenshot({path: join(work, 'page-drawer.png'), clip: {x: 740, y: 0, width: 540, height: 700}});
		await page.context().close();
		page = await open('suez', width, scheme);
		await sound(page);
		await page.selectOption('#m', 'possible');
		await sound(page, page.what + ', all that is possible');
		await page.context().close();
	}

/*
 * By keyboard alone
 */
for (const width of [1280, 390]) {
	const page = await open('syria_illustrated', width, 'light', QUESTION), key = k => page.keyboard.press(k), held = () => page.evaluate(() => {
		const {id, dataset: d} = document.activeElement;
		return id ? '#' + id : d.o ?? (d.h ? 'handle ' + d.h : d.s ? 'place ' + d.s : '');
	});
	const tabTo = async (wanted, by = 'Tab') => {
		for (let i = 0; i < 60; i++) {
			if (wanted(await held())) return true;
			await key(by);
		}
		return false;
	};
	check(await tabTo(id => id === '#unseen'), `${width} px: the first key stroke leads to what may have changed unseen`);
	await key('Enter');
	check(/m=possible/.test(await hash(page)) && (await page.locator('tbody tr').count()) === 7, `${width} px: and Enter lists it`, await hash(page));
	await key('ArrowUp');
	await key('ArrowUp');
	check(await tabTo(id => id === '#f', 'Shift+Tab'), `${width} px: then to the earlier date`);
	await key('ArrowDown');
	check(/f=2024-12-10/.test(await hash(page)), `${width} px: which an arrow moves to the next look`, await hash(page));
	const after = await title(page);
	await page.reload();
	same(`${width} px: the address keeps the question`, await title(page), after);
	await key('ArrowUp');
	await page.goto(page.url().replace(/#.*/, QUESTION));
	await page.reload();
	check(await tabTo(id => id.startsWith('Khmeimim|')), `${width} px: to a row`);
	const row = await held();
	await key('Enter');
	check(await page.evaluate(() => document.querySelector('dialog').open), `${width} px: Enter opens the drawer`);
	const drawer = await page.locator('dialog').innerText();
	check(/arrived: 0 \u2192 at least 3 certain/.test(drawer) && /the count after is a minimum/.test(drawer) && /satellite images of 13 December 2024/.test(drawer), `${width} px: which tells the looks behind it and what is not known`, drawer);
	await page.locator('summary').focus();
	await key('Enter');
	check(/changes_between\(\s*'2024-12-05 09:00:00\+00', '2024-12-13 12:00:00\+00',\s*installation => 'Khmeimim', asset => 'Il-76'/.test(await page.locator('dialog pre').innerText()), `${width} px: and the query`);
	await key('Escape');
	await page.waitForFunction(() => document.activeElement.dataset.o, null, {timeout: 30000}).catch(() => null);
	check(!await page.evaluate(() => document.querySelector('dialog').open), `${width} px: Escape closes it`);
	same(`${width} px: and leads back`, await held(), row);
	check(await tabTo(id => id.startsWith('place '), 'Shift+Tab'), `${width} px: to a place on the map`);
	await key('Enter');
	check(/s=[01]/.test(await hash(page)), `${width} px: which narrows the list`, await hash(page));
	await key('Enter');
	check(await tabTo(id => id === 'handle t'), `${width} px: to a date on the timeline`);
	await key('ArrowRight');
	check(/t=2024-12-16/.test(await hash(page)), `${width} px: which an arrow moves`, await hash(page));
	await key('End');
	check(/t=2024-12-20/.test(await hash(page)) && await held() === 'handle t', `${width} px: and End moves to the last look`, await hash(page));
	same(`${width} px: without an error`, page.faults, []);
	await page.context().close();
}

/*
 * CSV, print, drag
 */
const page = await open('syria_illustrated', 1280, 'light', QUESTION);
const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#csv').click()]);
const csv = readFileSync(await download.path(), 'utf8').replace(/^\ufeff/, '').trim().split('\r\n').map(l => l.split(',').map(c => c.replace(/^"|"$/g, '')));
const column = n => csv[0].indexOf(n), wanted = ['installation', 'class_path', 'status', 'designation', 'count_before_min', 'count_before_max', 'count_after_min', 'count_after_max', 'change_min', 'change_max', 'verdict'];
const rows = readFileSync(join(work, 'syria_illustrated.rows'), 'utf8').split('\n').map(l => l.split('|')).filter(r => r[0] === '1733389200.000000' && r[1] === '1734091200.000000' && r[2] === 'last_known' && r[3] === 'class');
same('the CSV has the rows of the report', csv.slice(1).map(r => wanted.map(n => r[column(n)]).join('|')).sort(), rows.map(r => r.slice(4, 15).join('|')).sort());
same('and a name', download.suggestedFilename(), 'syria_illustrated_5-Dec_13-Dec.csv');
await page.emulateMedia({media: 'print'});
check(!await page.locator('#ask').isVisible() && await page.locator('tbody tr').count() === 4, 'in print there are the rows and no form');
await page.pdf({path: join(work, 'page.pdf'), format: 'A4'});
check(statSync(join(work, 'page.pdf')).size > 10000, 'it prints');
await page.emulateMedia({media: 'screen'});
const grip = await page.locator('[data-h=t] .grip').boundingBox(), box = await page.locator('#time svg').boundingBox();
await page.mouse.move(grip.x + grip.width / 2, grip.y + 8);
await page.mouse.down();
await page.mouse.move(box.x + box.width - 20, grip.y + 8, {steps: 4});
await page.mouse.up();
check(/t=2024-12-20/.test(await hash(page)), 'a date can be dragged', await hash(page));
same('nothing of it is an error', page.faults, []);
await page.context().close();

/*
 * How large, how fast
 */
const code = readFileSync(join(work, 'syria_illustrated.html'), 'utf8').replace(/(id="data">).*?<\/script>/s, '$1</script>'), packed = gzipSync(code).length;
check(code.length <= 68000 && packed <= 22000, `the code has ${(code.length / 1000).toFixed(1)} kB, compressed ${(packed / 1000).toFixed(1)} kB`);
const suez = await open('suez', 1280);
const spent = await suez.evaluate(() => [...document.querySelectorAll('#f option')].slice(2, 42).map(o => {
	const begun = performance.now(), select = document.getElementById('f');
	select.value = o.value;
	select.dispatchEvent(new Event('change'));
	document.body.getBoundingClientRect();
	return performance.now() - begun;
}).sort((a, b) => a - b)[20]);
check(spent <= 150, `Suez is drawn anew in ${spent.toFixed(0)} ms`);
await suez.context().close();

/*
 * Odd ledgers
 */
for (const [i, name] of readFileSync(join(work, 'odd.names'), 'utf8').trim().split('\n').entries())
	for (const width of [1280, 390]) {
		const odd = await open(`odd_${i + 1}`, width), what = `${name.slice(0, 20)}, ${width} px`;
		await sound(odd, what);
		check((await title(odd)).length > 10, `${what}: it says what there is: ${(await title(odd)).slice(0, 80)}`);
		const text = await odd.innerText('main');
		check(!/undefined|\bNaN\b|\[object|Infinity|null/.test(text), `${what}: and no rubbish`, text);
		for (const row of (await odd.locator('.open').all()).slice(0, 2)) {
			await row.click();
			if (name.startsWith('<')) check(await odd.locator('dialog a:not([href^="https:"]), dialog svg, dialog img').count() === 0, `${what}: a note is text, a link leads to a page`);
			await odd.keyboard.press('Escape');
		}
		if (name.startsWith('<') && width === 1280) {
			const [file] = await Promise.all([odd.waitForEvent('download'), odd.locator('#csv').click()]), text = readFileSync(await file.path(), 'utf8');
			check(/,"'=HYPERLINK\(""x""\)/.test(text) && !/,"=/.test(text), `${what}: no text of the CSV is a formula`, text);
		}
		same(`${what}: nothing in it ran`, [await odd.evaluate(() => window.pwned ?? null), odd.faults], [null, []]);
		await odd.context().close();
	}

/* The pictures in doc/ are of this page: as high and wide, but for the fonts of another machine. */
const doc = readFileSync('doc/page.md', 'utf8'), size = file => [16, 20].map(at => readFileSync(file).readUInt32BE(at));
check(doc.includes(SENTENCE), 'doc/page.md says what the page says');
for (const picture of ['page-desktop.png', 'page-phone.png', 'page-drawer.png']) {
	const now = size(join(work, picture)), then = process.env.DOC_PICTURE === 'yes' ? now : size(join('doc', picture));
	check(now.every((n, i) => Math.abs(n - then[i]) < n * .04), `doc/${picture} is not of another page`, `${then} then, ${now} now`);
}
await browser.close();
console.log('done');
