-- Ledgers that a page must bear, each named by what is odd about it.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET TimeZone = 'UTC';
SET search_path = public;

CREATE FUNCTION pg_temp.odd(ledger text, class text DEFAULT 'ship') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM create_ledger(ledger);
    EXECUTE format('INSERT INTO %I.source (name) VALUES (''eye'')', ledger);
    EXECUTE format('INSERT INTO %I.asset_class (path, name) VALUES (''ship'', %L)', ledger, class);
END $$;
CREATE FUNCTION pg_temp.place(ledger text, name text, lon float8, lat float8) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO %I.installation (name, location) VALUES ($1, ST_SetSRID(ST_MakePoint($2, $3), 4326))', ledger) USING name, lon, lat;
END $$;
-- a complete look at each of a ledger's places that counts so many
CREATE FUNCTION pg_temp.look(ledger text, at timestamptz, n int, note text DEFAULT NULL, url text DEFAULT NULL, status text DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($f$
        WITH o AS (
            INSERT INTO %1$I.observation (installation_id, source_id, observed_at, completeness, scope, note, url)
            SELECT installation_id, 1, $1, 'complete', '{ship}', $3, $4 FROM %1$I.installation RETURNING installation_id, observation_id)
        INSERT INTO %1$I.sighting (installation_id, observation_id, asset_class_id, count, note, status)
        SELECT installation_id, observation_id, 1, int4range($2, $2, '[]'), $3, $5 FROM o WHERE $2 > 0 $f$, ledger) USING at, n, note, url, status;
END $$;

SELECT pg_temp.odd('void') \g /dev/null
SELECT pg_temp.odd('unseen'), pg_temp.place('unseen', 'A', 10, 50), pg_temp.place('unseen', 'B', 11, 51) \g /dev/null
SELECT pg_temp.odd('single'), pg_temp.place('single', 'A', 10, 50), pg_temp.look('single', '2024-01-01 09:00', 2) \g /dev/null
-- looks that tell nothing, and a site that nobody looked at
SELECT pg_temp.odd('silent'), pg_temp.place('silent', 'A', 10, 50) \g /dev/null
INSERT INTO silent.observation (installation_id, source_id, observed_at, completeness) VALUES (1, 1, '2024-01-01', 'partial'), (1, 1, '2024-01-02', 'partial');
SELECT pg_temp.place('silent', 'B', 10.1, 50) \g /dev/null
SELECT pg_temp.odd('antimeridian'), pg_temp.place('antimeridian', 'west of it', 179.9, -17), pg_temp.place('antimeridian', 'east of it', -179.9, -16.5),
       pg_temp.place('antimeridian', 'on it', 180, -16.8), pg_temp.place('antimeridian', 'on it too', -180, -17.2),
       pg_temp.look('antimeridian', '2024-01-01', 0), pg_temp.look('antimeridian', '2024-01-02', 3) \g /dev/null
SELECT pg_temp.odd('pole'), pg_temp.place('pole', 'north', 0, 90), pg_temp.place('pole', 'near', 120, 89.5),
       pg_temp.look('pole', '2024-01-01', 0), pg_temp.look('pole', '2024-01-02', 3) \g /dev/null
SELECT pg_temp.odd('world'), pg_temp.place('world', 'a', -170, -60), pg_temp.place('world', 'b', -60, 60), pg_temp.place('world', 'c', 20, 0), pg_temp.place('world', 'd', 140, 70),
       pg_temp.look('world', '2024-01-01', 1), pg_temp.look('world', '2024-01-02', 3) \g /dev/null
SELECT pg_temp.odd('crowd') \g /dev/null
SELECT pg_temp.place('crowd', 'berth ' || i, 32.5 + (i % 5) * 1e-4, 30) FROM generate_series(1, 300) AS i \g /dev/null
SELECT pg_temp.look('crowd', '2024-01-01', 1), pg_temp.look('crowd', '2024-01-02', 2) \g /dev/null
SELECT pg_temp.odd('long', repeat('class of a name that does not end ', 14) || repeat('x', 20)), pg_temp.place('long', repeat('Llanfairpwllgwyngyll', 25), 10, 50),
       pg_temp.look('long', '2024-01-01', 1, repeat('note ', 2000)), pg_temp.look('long', '2024-01-02', 2147483646) \g /dev/null
SELECT pg_temp.odd('ancient'), pg_temp.place('ancient', 'A', 10, 50), pg_temp.look('ancient', '4713-01-01 00:00:00.000001 BC', 0), pg_temp.look('ancient', '0001-12-31 23:59:59.999999 BC', 1),
       pg_temp.look('ancient', '0001-01-01', 2), pg_temp.look('ancient', '2024-02-29 12:00:00.000001', 3), pg_temp.look('ancient', '2024-02-29 12:00:00.000002', 4) \g /dev/null
-- names that try to be something else; U+202E turns the text around, the rest is Arabic and Hebrew
SELECT E'"><script>window.pwned=1</script>\u202e' AS script, E'\u0642\u0627\u0639\u062f\u0629 \u05d1\u05e1\u05d9\u05e1 =1+1' AS bidi \gset
SELECT pg_temp.odd('</script><script>window.pwned=1</script>', :'script'), pg_temp.place('</script><script>window.pwned=1</script>', :'bidi', 10, 50),
       pg_temp.place('</script><script>window.pwned=1</script>', '=HYPERLINK("x")''<img src=x onerror=window.pwned=1>@DATA@ @JS@ $js$ \', 10.2, 50),
       pg_temp.look('</script><script>window.pwned=1</script>', '2024-01-01', 0, '<!--<script>', 'javascript:window.pwned=1', '<svg onload=window.pwned=1>'),
       pg_temp.look('</script><script>window.pwned=1</script>', '2024-01-02', 3, '-->''"&amp;</title>]]>' || chr(8232) || chr(9), 'https://example.org/"onclick="window.pwned=1', '<svg onload=window.pwned=1>') \g /dev/null
UPDATE "</script><script>window.pwned=1</script>".source SET name = '<b onmouseover=window.pwned=1>eye</b>';
