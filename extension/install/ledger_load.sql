
/*
 * loads of a ledger: what was brought in at one time, and how one is taken back
 *
 * begin_load() gives a load its number. Whoever loads writes it into what it records
 * (load_id) and into what it retracts (retracted_by_load), and changes no look in place: a
 * corrected one is retracted and recorded anew, with the number of its look in `imported`
 * exchanged and the former one kept in `imported_former`. Then undo_load() needs no journal:
 * what carries the number is retracted, and what was retracted by it is recorded again, as it
 * was. So known_at still tells what was known before the load, with it, and without it.
 *
 * Where something not undone rests on a load, this is refused: the later load is undone first.
 */
CREATE FUNCTION ledger_load_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
BEGIN
    EXECUTE pg_catalog.format($sql$
CREATE TABLE IF NOT EXISTS %1$I.imported_former (
    load_id bigint NOT NULL REFERENCES %1$I.load ON UPDATE CASCADE,
    installation_id bigint NOT NULL,
    origin text NOT NULL,
    record text NOT NULL,
    observation_id bigint NOT NULL,
    detail jsonb,
    PRIMARY KEY (load_id, installation_id, origin, record),
    FOREIGN KEY (installation_id, observation_id)
        REFERENCES %1$I.observation ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE %1$I.imported_former IS
    'internal: the rows of imported as they were before a load exchanged their look; what undo_load() puts back';

CREATE OR REPLACE FUNCTION %1$I.begin_load(kind text, what text DEFAULT NULL) RETURNS bigint
    LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
    INSERT INTO %1$I.load (kind, what) SELECT begin_load.kind, begin_load.what WHERE ledger_writes(%2$L::pg_catalog.regclass) RETURNING load_id;
END;
COMMENT ON FUNCTION %1$I.begin_load(text, text) IS
    'a new load, by its number: to be written as load_id into the looks and sightings that it brings, and as retracted_by_load into those that it retracts. kind: how it comes in; what: from where, in words';

CREATE OR REPLACE FUNCTION %1$I.undo_load(load_id bigint)
    RETURNS TABLE (part text, outcome text, records bigint)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 5
    SET search_path FROM CURRENT
    SET row_security = off
AS $body$
#variable_conflict use_column
DECLARE
    number constant bigint := undo_load.load_id;
    undone %1$I.load;
    later bigint;
    columns text;
    copied text;
BEGIN
    PERFORM ledger_writes(pg_catalog.format('%%I.ledger', %1$L)::pg_catalog.regclass);
    -- loads that run are waited for, those to come wait
    LOCK TABLE %1$I.load IN SHARE ROW EXCLUSIVE MODE;
    SELECT * INTO undone FROM %1$I.load AS l WHERE l.load_id = number;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no load has the number %%', coalesce(number::text, 'null') USING ERRCODE = '22S07';
    ELSIF undone.undone_at IS NOT NULL THEN
        RAISE EXCEPTION 'load %% was undone already, by %% at %%', number, undone.undone_by, undone.undone_at USING ERRCODE = '22S07';
    END IF;

    -- brought: by this load; else it was retracted by it
    CREATE TEMP TABLE pg_sightings_look ON COMMIT DROP AS
    SELECT o.installation_id, o.observation_id, o.load_id IS NOT DISTINCT FROM number AS brought, o.retracted_at, o.retracted_by_load,
           NULL::bigint AS again
    FROM %1$I.observation AS o
    WHERE o.load_id = number OR o.retracted_by_load = number AND o.retracted_at IS NOT NULL;
    CREATE UNIQUE INDEX ON pg_temp.pg_sightings_look (installation_id, observation_id);
    CREATE TEMP TABLE pg_sightings_shown ON COMMIT DROP AS
    SELECT s.installation_id, s.observation_id, s.sighting_id, s.load_id IS NOT DISTINCT FROM number AS brought, s.retracted_at, s.retracted_by_load
    FROM %1$I.sighting AS s
    WHERE s.load_id = number OR s.retracted_by_load = number AND s.retracted_at IS NOT NULL;
    ANALYZE pg_temp.pg_sightings_look;
    ANALYZE pg_temp.pg_sightings_shown;

    SELECT max(l.load_id) INTO later
    FROM %1$I.load AS l
    WHERE l.undone_at IS NULL AND l.load_id <> number AND l.load_id IN (
        SELECT t.retracted_by_load FROM pg_temp.pg_sightings_look AS t WHERE t.brought AND t.retracted_at IS NOT NULL
        UNION ALL
        SELECT t.retracted_by_load FROM pg_temp.pg_sightings_shown AS t WHERE t.brought AND t.retracted_at IS NOT NULL
        UNION ALL
        SELECT s.load_id
        FROM pg_temp.pg_sightings_look AS t
        JOIN %1$I.sighting AS s ON s.installation_id = t.installation_id AND s.observation_id = t.observation_id
        WHERE t.brought
        UNION ALL
        -- a record that this load withdrew, and another brought again
        SELECT f.load_id
        FROM pg_temp.pg_sightings_look AS t
        JOIN %1$I.imported_former AS f ON f.installation_id = t.installation_id AND f.observation_id = t.observation_id
        WHERE NOT t.brought
        UNION ALL
        -- a look of which it changed sightings, and another load did, or the look
        SELECT other.number
        FROM (SELECT DISTINCT t.installation_id, t.observation_id FROM pg_temp.pg_sightings_shown AS t) AS t
        JOIN %1$I.observation AS o ON o.installation_id = t.installation_id AND o.observation_id = t.observation_id
        JOIN %1$I.sighting AS s ON s.installation_id = t.installation_id AND s.observation_id = t.observation_id
        CROSS JOIN LATERAL (VALUES (o.retracted_by_load), (s.load_id), (s.retracted_by_load)) AS other (number)
        WHERE other.number > undo_load.load_id);
    IF later IS NOT NULL THEN
        RAISE EXCEPTION 'load %% rests on load %%', later, number
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'It corrected, withdrew or added to what that one brought.',
                HINT = pg_catalog.format('Undo load %%s first.', later);
    END IF;
    IF EXISTS (
        SELECT FROM pg_temp.pg_sightings_look AS t
        JOIN %1$I.sighting AS s ON s.installation_id = t.installation_id AND s.observation_id = t.observation_id
        WHERE t.brought AND t.retracted_at IS NULL AND s.load_id IS NULL AND s.retracted_at IS NULL) THEN
        RAISE EXCEPTION 'sightings were added by hand to looks of load %%', number
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'They would no longer count.', HINT = 'Retract them, or move them to other looks, first.';
    END IF;

    -- what it retracted is recorded again, with the columns that somebody may have added
    SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum),
           pg_catalog.string_agg('o.' || pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO columns, copied
    FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = pg_catalog.format('%%I.observation', %1$L)::regclass::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname NOT IN ('observation_id', 'recorded_at', 'retracted_at', 'retraction_reason', 'retracted_by_load');
    EXECUTE pg_catalog.format($again$
        WITH made AS (
            INSERT INTO %%1$I.observation AS o (%%2$s)
            SELECT %%3$s FROM %%1$I.observation AS o JOIN pg_temp.pg_sightings_look AS t USING (installation_id, observation_id)
            WHERE NOT t.brought
            ORDER BY installation_id, observation_id
            RETURNING o.installation_id, o.observation_id),
        -- numbers are given in the order in which rows come
        new AS (SELECT m.*, pg_catalog.row_number() OVER (ORDER BY m.observation_id) AS n FROM made AS m),
        old AS (SELECT t.*, pg_catalog.row_number() OVER (ORDER BY t.installation_id, t.observation_id) AS n
                FROM pg_temp.pg_sightings_look AS t WHERE NOT t.brought)
        UPDATE pg_temp.pg_sightings_look AS t SET again = new.observation_id
        FROM old JOIN new ON new.n = old.n AND new.installation_id = old.installation_id
        WHERE t.installation_id = old.installation_id AND t.observation_id = old.observation_id$again$, %1$L, columns, copied);
    IF EXISTS (SELECT FROM pg_temp.pg_sightings_look AS t WHERE NOT t.brought AND t.again IS NULL) THEN
        RAISE EXCEPTION 'a look that load %% retracted cannot be recorded again', number
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'A trigger on the table of observations passed over it, or changed it.';
    END IF;
    part := 'look'; outcome := 'recorded again';
    SELECT count(*) INTO records FROM pg_temp.pg_sightings_look AS t WHERE NOT t.brought;
    RETURN NEXT;

    SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum),
           pg_catalog.string_agg('s.' || pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO columns, copied
    FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = pg_catalog.format('%%I.sighting', %1$L)::regclass::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND a.attname NOT IN ('observation_id', 'sighting_id', 'recorded_at', 'retracted_at', 'retraction_reason', 'retracted_by_load');
    EXECUTE pg_catalog.format($again$
        INSERT INTO %%1$I.sighting (observation_id, retracted_at, retraction_reason, retracted_by_load, %%2$s)
        -- (with what people or earlier loads, which may be undone yet, retracted of it)
        SELECT t.again, w.retracted_at, CASE WHEN w.retracted_at IS NOT NULL THEN s.retraction_reason END,
               CASE WHEN w.retracted_at IS NOT NULL THEN s.retracted_by_load END, %%3$s
        FROM pg_temp.pg_sightings_look AS t
        JOIN %%1$I.sighting AS s USING (installation_id, observation_id)
        CROSS JOIN LATERAL (SELECT CASE WHEN s.retracted_by_load IS DISTINCT FROM $1 THEN s.retracted_at END AS retracted_at) AS w
        WHERE NOT t.brought AND s.load_id IS DISTINCT FROM $1
        UNION ALL
        SELECT s.observation_id, NULL, NULL, NULL, %%3$s
        FROM pg_temp.pg_sightings_shown AS t
        JOIN %%1$I.sighting AS s USING (installation_id, observation_id, sighting_id)
        JOIN %%1$I.observation AS o ON o.installation_id = s.installation_id AND o.observation_id = s.observation_id
        WHERE NOT t.brought AND (o.retracted_at IS NULL OR o.retracted_by_load IS NULL)$again$, %1$L, columns, copied)
        USING number;
    GET DIAGNOSTICS records = ROW_COUNT;
    part := 'sighting';
    RETURN NEXT;

    outcome := 'retracted';
    UPDATE %1$I.sighting AS s SET retracted_at = now(), retraction_reason = pg_catalog.format('load %%s was undone', number)
    FROM pg_temp.pg_sightings_shown AS t
    WHERE t.brought AND s.installation_id = t.installation_id AND s.observation_id = t.observation_id AND s.sighting_id = t.sighting_id
        AND s.retracted_at IS NULL;
    GET DIAGNOSTICS records = ROW_COUNT;
    RETURN NEXT;
    part := 'look';
    UPDATE %1$I.observation AS o SET retracted_at = now(), retraction_reason = pg_catalog.format('load %%s was undone', number)
    FROM pg_temp.pg_sightings_look AS t
    WHERE t.brought AND o.installation_id = t.installation_id AND o.observation_id = t.observation_id AND o.retracted_at IS NULL;
    GET DIAGNOSTICS records = ROW_COUNT;
    RETURN NEXT;

    -- a record is that of its former look, or unknown again
    UPDATE %1$I.imported AS i SET observation_id = f.observation_id, detail = f.detail
    FROM %1$I.imported_former AS f
    WHERE f.load_id = number AND i.installation_id = f.installation_id AND i.origin = f.origin AND i.record = f.record;
    DELETE FROM %1$I.imported_former AS f WHERE f.load_id = number;
    UPDATE %1$I.imported AS i SET observation_id = t.again
    FROM pg_temp.pg_sightings_look AS t
    WHERE NOT t.brought AND i.installation_id = t.installation_id AND i.observation_id = t.observation_id;
    DELETE FROM %1$I.imported AS i
    USING pg_temp.pg_sightings_look AS t
    WHERE t.brought AND i.installation_id = t.installation_id AND i.observation_id = t.observation_id;

    IF undone.renamed IS NOT NULL THEN
        UPDATE %1$I.installation AS i SET name = r.was
        FROM jsonb_to_recordset(undone.renamed) AS r (installation_id bigint, was text, name text)
        WHERE i.installation_id = r.installation_id AND i.name = r.name
            AND NOT EXISTS (SELECT FROM %1$I.installation AS other WHERE other.name = r.was);
        GET DIAGNOSTICS records = ROW_COUNT;
        part := 'site'; outcome := 'renamed';
        RETURN NEXT;
    END IF;
    IF undone.kind IN ('items', 'detections') THEN
        PERFORM %1$I.import_undo(number);
    END IF;
    UPDATE %1$I.load AS l SET undone_at = now(), undone_by = current_user WHERE l.load_id = number;
    DROP TABLE pg_temp.pg_sightings_look, pg_temp.pg_sightings_shown;
END;
$body$;
COMMENT ON FUNCTION %1$I.undo_load(bigint) IS
    'takes a load back: its looks and sightings are retracted, what it had retracted is recorded again, names that it gave to installations are taken back, and its records can be loaded anew; known_at tells what was known meanwhile. Installations, classes and sources that it made stay. An error (22S07) for a load that there is not, or that is undone; 55000 where another load, or somebody by hand, has built upon it; 42501 for who may not see or change all of it. Reads all looks and sightings once';
$sql$, ledger, pg_catalog.format('%I.ledger', ledger));
END;
$create$;
COMMENT ON FUNCTION ledger_load_create(name) IS
    'part of create_ledger: loads, and how they are undone';
