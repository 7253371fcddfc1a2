// pg against the example; started by test/clients/node.
'use strict';
const assert = require('node:assert');
const { Client } = require('pg');

function check(what, got, expected) {
	try {
		assert.deepStrictEqual(got, expected);
		console.log(`ok - ${what}`);
	} catch {
		console.log(`not ok - ${what}\n    expected: ${JSON.stringify(expected)}\n    got:      ${JSON.stringify(got)}`);
	}
}

async function main() {
	const db = new Client();
	await db.connect();
	const ask = async (text, values) => (await db.query({ text, values, rowMode: 'array' })).rows;

	const wrong = [];
	const calls = (await db.query('SELECT call_id, object, sql, arguments, expected FROM client_call ORDER BY call_id')).rows;
	for (const call of calls)
		for (let time = 0; time < 2; time++) {
			const [[got]] = await db.query({ name: `call ${call.call_id}`, text: `SELECT (${call.sql})::text`, values: call.arguments, rowMode: 'array' })
				.then((result) => result.rows, (error) => [[error.message]]);
			if (got !== call.expected)
				wrong.push([call.object, got, call.expected]);
		}
	check(`${calls.length} operators and functions with parameters`, wrong, []);
	check('there are calls', calls.length > 100, true);
	check('each prepared once', await ask('SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql'), [[String(calls.length)]]);

	// what the types become
	const frigates = '2.. POINT(35.874 34.915)@(-infinity, [2024-12-13 12:00:00+00, 2024-12-13 12:00:00+00], infinity)';
	check('a presence is a string, presence[] the text of an array', await ask(`SELECT run, ARRAY[run], to_json(ARRAY[run])
		FROM syria.presence JOIN syria.asset_class USING (asset_class_id) WHERE name = 'frigate'`), [[frigates, `{"${frigates}"}`, [frigates]]]);
	check('infinite times are numbers', await ask(`SELECT not_seen_at($1::presence), gone_by($1::presence)`, [frigates]), [[-Infinity, Infinity]]);
	check('a watch as a parameter', await ask('SELECT count(*)::int FROM syria_illustrated.presence WHERE run <~> $1',
		['[2024-12-05 12:00:00+00, 2024-12-13 13:00:00+00] BOX(35 34, 37 36)']), [[6]]);
	check('sighting[] from an array of strings', await ask('SELECT presences(seen)::text FROM unnest($1::sighting[]) AS seen',
		[['2 POINT(35 34)@2024-12-13 09:00:00+00', '0 POINT(35 34)@2024-12-20 09:00:00+00']]),
	[['{"2 POINT(35 34)@(-infinity, [2024-12-13 09:00:00+00, 2024-12-13 09:00:00+00], 2024-12-20 09:00:00+00)"}']]);
	const report = { name: 'report', text: `SELECT asset_class, count_before_min, count_after_min, count_after_max, certain, after_looked_at, lon, geom
		FROM syria_illustrated.changes($1, to_date => $2, asset => $3) WHERE verdict = 'increased'` };
	for (const time of [1, 2])
		check(`changes() as a named statement, time ${time}`, (await db.query({ ...report, values: ['2024-12-05', '2024-12-13', 'aircraft'] })).rows.map((row) => ({ ...row })),
			[{ asset_class: 'An-32', count_before_min: 1, count_after_min: 3, count_after_max: null, certain: true,
				after_looked_at: new Date('2024-12-13T12:00:00Z'), lon: 35.9487, geom: '0101000020E61000008CDB68006FF941404F1E166A4DB34140' }]);
	check('bigint and numeric are strings, for JavaScript has no such numbers',
		await ask(`SELECT presence_id, payload_min_t FROM syria.current_inventory, syria.airlift('2024-12-13') WHERE asset_class = 'frigate' AND by = 'class'`),
		[[String((await ask(`SELECT presence_id::int FROM syria.presence JOIN syria.asset_class USING (asset_class_id) WHERE name = 'frigate'`))[0][0]), '480.1']]);
	check('GeoJSON is an object', (await ask(`SELECT syria.changes_geojson('2024-12-05', '2024-12-13', asset => 'ship')`))[0][0].features[0].geometry,
		{ type: 'Point', coordinates: [35.874, 34.915] });
	check('a tile is a Buffer', (await ask(`SELECT syria.changes_tile(0, 0, 0, '2024-12-05', '2024-12-13')`))[0][0] instanceof Buffer, true);

	// a load
	await db.query('BEGIN');
	const [look] = (await db.query(`INSERT INTO syria_illustrated.observation (installation_id, source_id, observed_at, completeness, scope, gsd_m)
		SELECT installation_id, source_id, $1, 'complete', $2, 0.5 FROM syria_illustrated.installation, syria_illustrated.source
		WHERE installation.name = 'Khmeimim' AND source.name = 'ILLUSTRATIVE, not real' RETURNING installation_id, observation_id`,
	[new Date('2024-12-27T09:00:00Z'), ['aircraft.transport']])).rows;
	for (const [count, name] of [['[2,2]', 'An-72'], ['[4,)', 'Il-76']])
		await db.query(`INSERT INTO syria_illustrated.sighting (installation_id, observation_id, asset_class_id, count)
			SELECT $1, $2, asset_class_id, $3 FROM syria_illustrated.asset_class WHERE name = $4`, [look.installation_id, look.observation_id, count, name]);
	await db.query('COMMIT');
	check('what was loaded', await ask(`SELECT asset_class, verdict, count_after_min, count_after_max
		FROM syria_illustrated.changes('2024-12-20', '2024-12-27') ORDER BY class_path`),
	[['Il-76', 'arrived', 4, null], ['An-32', 'departed', 0, 0], ['An-72', 'increased', 2, 2]]);

	for (const [text, values, code] of [
		['SELECT $1::presence', ['2 POINT(1)'], '22P02'],
		['SELECT watch($1::timestamptz, $2::timestamptz)', ['2024-12-13', '2024-12-05'], '22S05'],
		['SELECT * FROM syria.changes($1, $2, asset => $3)', ['2024-12-05', '2024-12-13', 'Zeppelin'], '22S07']])
		check(`${text} with ${values.at(-1)}`, await ask(text, values).then(() => 'no error', (error) => error.code), code);
	await db.end();
	console.log('done');
}

main();
