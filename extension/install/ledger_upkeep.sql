/*
 * upkeep of a ledger: two installations that are one, a class that is several, a class that
 * belongs elsewhere in the tree
 *
 * Each is one function, undone by undo_upkeep(), or refused with a reason. `upkeep` remembers
 * what was done, by whom, and what undoing needs.
 *
 * What looks prove must not grow by any of them. Two names of one place: the looks of both are
 * looks at it, but those of images prove no absence where more of them counts now; where they contradict each other, `conflict` says so. Parts of a class lie below
 * it: what was told of the class may be any of them. A class that moves in the tree would
 * leave scopes that never meant it, and enter others that never looked for it: so the scopes of all
 * looks are written anew, to mean what they meant. What was told as a class above it, which may have
 * been of it, cannot be helped like that: such a move is refused.
 */

-- The scope of a look made before a class moved from one path to another, as it has to read then.
-- Of a subtree that the class has entered, and that the look did not look for, what stands beside the
-- way to it is left.
CREATE FUNCTION scope_moved(scope ltree[], moved_from ltree, moved_to ltree, classes ltree[]) RETURNS ltree[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
    WITH part AS (
        SELECT p.path, p.path @> moved_from AS covers
        FROM pg_catalog.unnest(scope_moved.scope) AS p(path)
    ), whole AS (
        SELECT coalesce(pg_catalog.bool_or(p.covers), false) AS covered FROM part AS p
    -- (as text: no function may hang on how an extension sorts its type)
    ), kept AS (
        SELECT ltree2text(CASE WHEN p.path = moved_from THEN moved_to
                    WHEN p.path <@ moved_from THEN moved_to || subpath(p.path, nlevel(moved_from))
                    ELSE p.path END) COLLATE pg_catalog."C" AS path
        FROM part AS p CROSS JOIN whole AS w
        WHERE w.covered OR p.path <@ moved_from OR NOT p.path @> moved_to
        UNION
        SELECT ltree2text(subpath(c.path, 0, nlevel(lca(c.path, moved_to)) + 1)) COLLATE pg_catalog."C"
        FROM part AS p CROSS JOIN whole AS w JOIN pg_catalog.unnest(scope_moved.classes) AS c(path) ON c.path <@ p.path
        WHERE NOT w.covered AND p.path @> moved_to AND NOT p.path <@ moved_from
            AND NOT c.path @> moved_to AND NOT c.path <@ moved_to
    )
    SELECT CASE WHEN a.paths = (SELECT pg_catalog.array_agg(DISTINCT ltree2text(p.path) COLLATE pg_catalog."C" ORDER BY ltree2text(p.path) COLLATE pg_catalog."C") FROM part AS p) THEN scope_moved.scope
                ELSE coalesce(a.paths::ltree[], '{}') END
    FROM (SELECT pg_catalog.array_agg(u.path ORDER BY u.path) AS paths
          FROM (SELECT k.path FROM kept AS k
                UNION
                SELECT ltree2text(moved_to) COLLATE pg_catalog."C" FROM whole AS w WHERE w.covered AND NOT EXISTS (SELECT FROM kept AS k WHERE text2ltree(k.path) @> moved_to)) AS u) AS a;
END;
COMMENT ON FUNCTION scope_moved(ltree[], ltree, ltree, ltree[]) IS
    'internal: a scope that proves, once a class has moved from one path to another, what it proved before; classes: all paths after the move';

CREATE FUNCTION ledger_class_itself(ledger regclass, asset text) RETURNS int
    LANGUAGE plpgsql STABLE PARALLEL RESTRICTED COST 100
    SET search_path FROM CURRENT
AS $body$
DECLARE
    schema CONSTANT text := (SELECT c.relnamespace::regnamespace::text FROM pg_catalog.pg_class AS c WHERE c.oid = ledger::oid);
    itself int;
BEGIN
    EXECUTE pg_catalog.format($sql$
        SELECT c.asset_class_id FROM %1$s.asset_class AS c
        WHERE c.asset_class_id = ANY ($1) AND (SELECT count(*) FROM %1$s.asset_class AS b WHERE b.path <@ c.path) >= pg_catalog.cardinality($1)
        $sql$, schema)
    INTO itself USING ledger_classes_named(ledger, coalesce(asset, ''));
    IF itself IS NULL THEN
        RAISE EXCEPTION '"%" is not the name of one class', asset
            USING ERRCODE = '22S07', DETAIL = 'It leads to classes, or several have it as an alias.';
    END IF;
    RETURN itself;
END;
$body$;
COMMENT ON FUNCTION ledger_class_itself(regclass, text) IS
    'internal: key of the asset class with a name, an alias or a path; error 22S07 if there is none';

-- Those of undo_upkeep() too, where only what was told since the class had come where it is can have
-- been meant to be of it.
CREATE FUNCTION ledger_move_class(ledger regclass, moved int, moved_to ltree, told_since timestamptz, OUT classes bigint, OUT looks bigint, OUT kept jsonb)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
DECLARE
    schema CONSTANT text := (SELECT c.relnamespace::regnamespace::text FROM pg_catalog.pg_class AS c WHERE c.oid = ledger::oid);
    class_name text;
    moved_from ltree;
    faults text;
    taken boolean;
    source text;
BEGIN
    -- whoever is loading meant the tree as it was
    EXECUTE pg_catalog.format('LOCK TABLE %1$s.observation, %1$s.sighting, %1$s.shelter, %1$s.image, %1$s.reading IN SHARE ROW EXCLUSIVE MODE', schema);
    EXECUTE pg_catalog.format('SELECT c.name, c.path, EXISTS (SELECT FROM %1$s.asset_class AS b WHERE b.path <@ $2) FROM %1$s.asset_class AS c WHERE c.asset_class_id = $1 FOR UPDATE OF c', schema)
    INTO STRICT class_name, moved_from, taken USING moved, moved_to;
    IF row_security_active(schema || '.observation') OR row_security_active(schema || '.sighting') OR row_security_active(schema || '.shelter') THEN
        RAISE EXCEPTION 'a class can be moved only by who sees all looks, sightings and shelter' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF moved_to <@ moved_from THEN
        RAISE EXCEPTION '"%" cannot be moved to "%"', class_name, moved_to::text
            USING ERRCODE = '22S07', DETAIL = 'It is there, or that lies below it.';
    END IF;
    IF taken THEN
        RAISE EXCEPTION 'there is a class at "%" already', moved_to::text USING ERRCODE = '22S07';
    END IF;

    -- what was told as a class that it leaves may have been of it
    EXECUTE pg_catalog.format($sql$
        SELECT pg_catalog.string_agg(pg_catalog.format('%%s of "%%s"', told.n, told.name), ', ' ORDER BY told.name)
        FROM (
            SELECT c.name, s.n
            FROM %1$s.asset_class AS c
            -- (retracted too, as known_at tells of it; and what looks may be made of yet)
            CROSS JOIN LATERAL (
                SELECT count(*) AS n
                FROM (SELECT FROM %1$s.sighting AS s
                      WHERE s.asset_class_id = c.asset_class_id AND s.recorded_at >= $3
                      UNION ALL
                      SELECT FROM (SELECT r.classes, r.load_id FROM %1$s.reading AS r UNION ALL SELECT r.classes, r.load_id FROM %1$s.reading_former AS r) AS r
                      JOIN %1$s.load AS l ON l.load_id = r.load_id
                      WHERE c.asset_class_id = ANY (r.classes) AND l.loaded_at >= $3
                          AND NOT EXISTS (SELECT FROM %1$s.sighting AS s WHERE s.asset_class_id = c.asset_class_id AND s.load_id = r.load_id)) AS told) AS s
            WHERE c.path @> $1 AND c.path <> $1 AND NOT c.path @> $2 AND s.n > 0::bigint) AS told
        $sql$, schema)
    INTO faults USING moved_from, moved_to, told_since;
    IF faults IS NOT NULL THEN
        RAISE EXCEPTION '"%" cannot leave what was told of classes above it: sightings, %', class_name, faults
            USING ERRCODE = '22S07', DETAIL = 'These may have been of it.',
                HINT = 'Tell first what they were: change their class to one below, or to one above both places.';
    END IF;
    EXECUTE pg_catalog.format($sql$
        SELECT pg_catalog.string_agg(DISTINCT '"' || c.name || '"', ', ')
        FROM %1$s.shelter AS s
        JOIN %1$s.asset_class AS c ON c.asset_class_id = s.asset_class_id
        WHERE c.path @> $1 AND c.path <> $1 AND NOT c.path @> $2
        $sql$, schema)
    INTO faults USING moved_from, moved_to;
    IF faults IS NOT NULL THEN
        RAISE EXCEPTION '"%" cannot leave the shelter that there is for %', class_name, faults
            USING ERRCODE = '22S07', DETAIL = 'It may stand there too.', HINT = 'Say first, in shelter, which classes can stand there.';
    END IF;
    -- pixels that hide it hide something of each class above it
    EXECUTE pg_catalog.format($sql$
        SELECT pg_catalog.string_agg('"' || c.name || '"', ', ' ORDER BY c.path)
        FROM %1$s.asset_class AS c
        CROSS JOIN (SELECT min(b.max_gsd_m) AS finest FROM %1$s.asset_class AS b WHERE b.path <@ $1) AS b
        WHERE c.path @> $2 AND NOT c.path @> $1 AND b.finest < coalesce(c.max_gsd_m, 'infinity'::numeric)
        $sql$, schema)
    INTO faults USING moved_from, moved_to;
    IF faults IS NOT NULL THEN
        RAISE EXCEPTION '"%" needs finer pixels than the max_gsd_m of %', class_name, faults
            USING ERRCODE = '22S07', DETAIL = 'Looks would prove that there was nothing of these while one of it is missed.',
                HINT = 'Set that max_gsd_m first.';
    END IF;

    EXECUTE pg_catalog.format($sql$
        UPDATE %1$s.asset_class AS c
        SET path = CASE WHEN c.path = $1 THEN $2 ELSE $2 || subpath(c.path, nlevel($1)) END
        WHERE c.path <@ $1
        $sql$, schema) USING moved_from, moved_to;
    GET DIAGNOSTICS classes = ROW_COUNT;
    EXECUTE pg_catalog.format($sql$
        WITH written AS (
            SELECT s.scope AS before, scope_moved(s.scope, $1, $2, tree.paths) AS after
            FROM (SELECT DISTINCT o.scope FROM %1$s.observation AS o) AS s
            CROSS JOIN (SELECT pg_catalog.array_agg(c.path) AS paths FROM %1$s.asset_class AS c) AS tree
        ), changed AS (
            UPDATE %1$s.observation AS o SET scope = w.after
            FROM written AS w
            WHERE o.scope::text = w.before::text AND w.before::text <> w.after::text
            RETURNING o.installation_id, o.observation_id, w.before::text AS before, w.after::text AS after
        ), of_scope AS (
            SELECT c.before, c.after, count(*) AS n, pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(c.installation_id, c.observation_id)) AS looks
            FROM changed AS c GROUP BY c.before, c.after
        )
        SELECT coalesce(sum(s.n), 0::numeric)::bigint, coalesce(pg_catalog.jsonb_agg(pg_catalog.to_jsonb(s)), '[]') FROM of_scope AS s
        $sql$, schema)
    INTO looks, kept USING moved_from, moved_to;
    -- and of what looks may be made of yet
    FOREACH source IN ARRAY '{image,reading,image_former,reading_former}'::text[] LOOP
        EXECUTE pg_catalog.format($sql$
            WITH written AS (
                SELECT s.scope AS before, scope_moved(s.scope, $1, $2, tree.paths) AS after
                FROM (SELECT DISTINCT o.scope FROM %1$s.%2$I AS o WHERE o.scope IS NOT NULL) AS s
                CROSS JOIN (SELECT pg_catalog.array_agg(c.path) AS paths FROM %1$s.asset_class AS c) AS tree
            )
            UPDATE %1$s.%2$I AS o SET scope = w.after
            FROM written AS w
            WHERE o.scope::text = w.before::text AND w.before::text <> w.after::text
            $sql$, schema, source) USING moved_from, moved_to;
    END LOOP;
    kept := pg_catalog.jsonb_build_object('asset_class_id', moved, 'path', moved_from::text, 'scopes', kept);
END;
$body$;
COMMENT ON FUNCTION ledger_move_class(regclass, int, ltree, timestamptz) IS
    'internal: what move_class() of a ledger does, or why it cannot; kept: what undoing needs';

CREATE FUNCTION ledger_upkeep_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET client_min_messages = warning
    SET search_path FROM CURRENT
AS $create$
BEGIN
    PERFORM ledger_execute(ledger, $sql$
CREATE TABLE IF NOT EXISTS LEDGER.upkeep (
    upkeep_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    done_at timestamptz NOT NULL DEFAULT now(),
    done_by text NOT NULL DEFAULT current_user,
    undone_at timestamptz,
    what text NOT NULL CHECK (what IN ('merge_installations', 'split_class', 'move_class')),
    detail text NOT NULL,
    kept jsonb NOT NULL
);
COMMENT ON TABLE LEDGER.upkeep IS
    'what was merged, split and moved, when and by whom; kept is what undo_upkeep() needs';

CREATE OR REPLACE FUNCTION LEDGER.merge_installations(kept text, gone text)
    RETURNS TABLE (upkeep_id bigint, looks bigint, sightings bigint, of_one_moment bigint)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 1
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    into_id bigint := ledger_installation_named(LEDGER_TABLE, coalesce(merge_installations.kept, ''));
    from_id bigint := ledger_installation_named(LEDGER_TABLE, coalesce(merge_installations.gone, ''));
    into_site LEDGER.installation;
    from_site LEDGER.installation;
    highest bigint;
    remembered jsonb;
BEGIN
    PERFORM ledger_writes(LEDGER_TABLE);
    IF into_id = from_id THEN
        RAISE EXCEPTION 'an installation cannot be merged with itself: "%"', merge_installations.kept USING ERRCODE = '22S07';
    END IF;
    PERFORM FROM LEDGER.installation AS i WHERE i.installation_id IN (into_id, from_id) ORDER BY i.installation_id FOR UPDATE;
    SELECT i.* INTO into_site FROM LEDGER.installation AS i WHERE i.installation_id = into_id;
    SELECT i.* INTO from_site FROM LEDGER.installation AS i WHERE i.installation_id = from_id;
    IF ST_Distance(into_site.location::geography, from_site.location::geography, true) > 50000::float8 THEN
        RAISE EXCEPTION '"%" and "%" are % km apart', into_site.name, from_site.name,
            round((ST_Distance(into_site.location::geography, from_site.location::geography, true) / 1000::float8)::numeric, 1)
            USING ERRCODE = '22S07', DETAIL = 'Two names of one place lie less than 50 km apart.',
                HINT = 'If the location of one is wrong, correct it first.';
    END IF;
    IF ST_Disjoint(into_site.boundary, from_site.boundary) THEN
        RAISE EXCEPTION 'the boundaries of "%" and "%" have nothing in common', into_site.name, from_site.name
            USING ERRCODE = '22S07', DETAIL = 'A complete look at one of two places tells nothing of the other.',
                HINT = 'If a boundary is wrong, correct it first.';
    END IF;

    -- one image of both has one record, which goes on with the look at the one that is kept
    SELECT pg_catalog.jsonb_build_object('installation_id', into_id, 'from_id', from_id, 'name', from_site.name, 'gone', from_site::text,
        'shelter', coalesce((SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(s)) FROM LEDGER.shelter AS s
            WHERE s.installation_id = from_id OR s.installation_id = into_id AND EXISTS (
                SELECT FROM LEDGER.shelter AS f WHERE f.installation_id = from_id AND f.asset_class_id = s.asset_class_id)), '[]'),
        'untied', coalesce((SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(b) || pg_catalog.jsonb_build_object('completeness', o.completeness))
            FROM LEDGER.imported AS b
            JOIN LEDGER.imported AS a ON a.installation_id = into_id AND a.origin = b.origin AND a.record = b.record
            JOIN LEDGER.observation AS o ON o.installation_id = b.installation_id AND o.observation_id = b.observation_id
            WHERE b.installation_id = from_id), '[]'),
        'uncovered', coalesce((SELECT pg_catalog.jsonb_agg(o.observation_id)
            FROM LEDGER.observation AS o
            CROSS JOIN (SELECT installation_area(into_site.location, into_site.boundary, into_site.radius_m) AS into_area,
                               installation_area(from_site.location, from_site.boundary, from_site.radius_m) AS from_area OFFSET 0) AS a
            WHERE o.installation_id = from_id AND o.completeness = 'complete' AND o.footprint IS NOT NULL AND NOT ST_Covers(a.from_area, a.into_area)), '[]'),
        'untied_former', coalesce((SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(b))
            FROM LEDGER.imported_former AS b
            JOIN LEDGER.imported_former AS a ON a.installation_id = into_id AND a.load_id = b.load_id AND a.origin = b.origin AND a.record = b.record
            WHERE b.installation_id = from_id), '[]'),
        'alerts', coalesce((SELECT pg_catalog.jsonb_agg(w.alert_id) FROM LEDGER.alert AS w WHERE w.installation_id = from_id), '[]'),
        'events', coalesce((SELECT pg_catalog.jsonb_agg(e.event_id) FROM LEDGER.alert_event AS e WHERE e.installation_id = from_id), '[]'))
    INTO remembered;
    DELETE FROM LEDGER.imported AS b
    USING LEDGER.imported AS a
    WHERE b.installation_id = from_id AND a.installation_id = into_id AND a.origin = b.origin AND a.record = b.record;
    DELETE FROM LEDGER.imported_former AS b
    USING LEDGER.imported_former AS a
    WHERE b.installation_id = from_id AND a.installation_id = into_id AND a.load_id = b.load_id AND a.origin = b.origin AND a.record = b.record;
    UPDATE LEDGER.observation AS o SET completeness = 'partial'
    FROM pg_catalog.jsonb_array_elements(remembered -> text 'untied') AS u
    WHERE o.installation_id = from_id AND o.observation_id = (u.value ->> text 'observation_id')::bigint AND o.completeness = 'complete';

    -- What was read of an image counted what lies in the area of the one that goes. (Not by hand: with the
    -- next delivery of the image its looks are made for the one that is kept.)
    UPDATE LEDGER.observation AS o SET completeness = 'partial'
    FROM pg_catalog.jsonb_array_elements_text(remembered -> text 'uncovered') AS u (number)
    WHERE o.installation_id = from_id AND o.observation_id = u.number::bigint AND o.completeness = 'complete';
    UPDATE LEDGER.imported AS i SET detail = i.detail || '{"completeness": "partial"}'
    FROM pg_catalog.jsonb_array_elements_text(remembered -> text 'uncovered') AS u (number)
    WHERE i.installation_id = from_id AND i.observation_id = u.number::bigint AND i.detail ->> text 'completeness' = 'complete';

    UPDATE LEDGER.shelter AS s
    SET hidden_max = least(s.hidden_max::bigint + f.hidden_max::bigint, 2147483647::bigint)::int
    FROM LEDGER.shelter AS f
    WHERE s.installation_id = into_id AND f.installation_id = from_id AND f.asset_class_id = s.asset_class_id;
    UPDATE LEDGER.shelter AS s SET installation_id = into_id
    WHERE s.installation_id = from_id AND NOT EXISTS (
        SELECT FROM LEDGER.shelter AS k WHERE k.installation_id = into_id AND k.asset_class_id = s.asset_class_id);

    -- what was watched there is watched still
    UPDATE LEDGER.alert AS w SET installation_id = into_id WHERE w.installation_id = from_id;
    UPDATE LEDGER.alert_event AS e SET installation_id = into_id WHERE e.installation_id = from_id;

    SELECT count(*) INTO sightings FROM LEDGER.sighting AS s WHERE s.installation_id = from_id;
    SELECT max(o.observation_id) INTO highest FROM LEDGER.observation AS o WHERE o.installation_id IN (into_id, from_id);
    WITH numbered AS (
        SELECT o.observation_id AS before,
               CASE WHEN taken.taken THEN highest + row_number() OVER (PARTITION BY taken.taken ORDER BY o.observation_id) ELSE o.observation_id END AS number
        FROM LEDGER.observation AS o
        CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM LEDGER.observation AS k
            WHERE k.installation_id = into_id AND k.observation_id = o.observation_id) AS taken) AS taken
        WHERE o.installation_id = from_id
    ), moved AS (
        UPDATE LEDGER.observation AS o SET installation_id = into_id, observation_id = n.number
        FROM numbered AS n
        WHERE o.installation_id = from_id AND o.observation_id = n.before
        RETURNING n.before, n.number
    )
    SELECT count(*), remembered || pg_catalog.jsonb_build_object('looks', coalesce(pg_catalog.jsonb_agg(m.number), '[]'), 'looks_before', coalesce(pg_catalog.jsonb_agg(m.before), '[]'))
    INTO looks, remembered
    FROM moved AS m;
    WITH come AS MATERIALIZED (
        SELECT o.observation_id, o.observed_at
        FROM pg_catalog.jsonb_array_elements_text(remembered -> text 'looks') AS m(number)
        JOIN LEDGER.observation AS o ON o.installation_id = into_id AND o.observation_id = m.number::bigint
        WHERE o.retracted_at IS NULL
    )
    SELECT count(*) INTO of_one_moment
    FROM come AS c
    WHERE c.observed_at IN (
        SELECT k.observed_at FROM LEDGER.observation AS k
        WHERE k.installation_id = into_id AND k.retracted_at IS NULL
            AND k.observation_id NOT IN (SELECT m.observation_id FROM come AS m));

    DELETE FROM LEDGER.installation AS i WHERE i.installation_id = from_id;
    INSERT INTO LEDGER.upkeep AS u (what, detail, kept)
    VALUES ('merge_installations', pg_catalog.format('%s into %s', from_site.name, into_site.name), remembered)
    RETURNING u.upkeep_id INTO upkeep_id;
    RETURN NEXT;
END;
$body$;
COMMENT ON FUNCTION LEDGER.merge_installations(text, text) IS
    'two names of one place: all looks at the installation gone become looks at the one kept, which stays as it is (name, location, boundary); those of images (with a footprint) are partial there until these are delivered again, if its area is not within that of the one gone; what can stand under roofs is added up. Looks of one moment are two looks at one place: see conflict. known_at shows both under the name that is kept. Returns the number for undo_upkeep(), how many looks and sightings came, and how many looks are of a moment at which the one kept was looked at too. Errors 22S07: an unknown name, more than 50 km apart, boundaries that have nothing in common';

CREATE OR REPLACE FUNCTION LEDGER.split_class(asset text, VARIADIC parts text[])
    RETURNS TABLE (upkeep_id bigint, asset_class_id int, asset_class text, class_path text)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 2
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    whole LEDGER.asset_class;
    part text;
    label text;
    made int[];
BEGIN
    PERFORM ledger_writes(LEDGER_TABLE);
    SELECT c.* INTO whole FROM LEDGER.asset_class AS c WHERE c.asset_class_id = ledger_class_itself(LEDGER_TABLE, split_class.asset);
    IF coalesce(pg_catalog.cardinality(parts), 0) < 2 THEN
        RAISE EXCEPTION 'a class is split into two parts at least' USING ERRCODE = '22S07';
    END IF;
    FOREACH part IN ARRAY parts LOOP
        label := pg_catalog.regexp_replace(pg_catalog.lower(part), '[^a-z0-9_]+', '', 'g');
        IF label IS NULL OR label = '' OR length(label) > 255 THEN
            RAISE EXCEPTION 'no label of a path can be made of %', coalesce(quote_literal(part), 'null')
                USING ERRCODE = '22S07', DETAIL = 'It takes letters a to z and digits, at most 255 of them.',
                    HINT = 'Insert the class into asset_class with a path of your own below "' || whole.path::text || '".';
        END IF;
        IF EXISTS (SELECT FROM LEDGER.asset_class AS c WHERE c.name = part OR c.path = whole.path || label) THEN
            RAISE EXCEPTION 'there is a class "%" already', part USING ERRCODE = '22S07';
        END IF;
        -- (pixels that hide something of the whole hide it of the part)
        INSERT INTO LEDGER.asset_class AS c (path, name, payload_t, max_gsd_m, max_speed_kmh)
        VALUES (whole.path || label, part, whole.payload_t, whole.max_gsd_m, whole.max_speed_kmh)
        RETURNING pg_catalog.array_append(made, c.asset_class_id) INTO made;
    END LOOP;
    INSERT INTO LEDGER.upkeep AS u (what, detail, kept)
    VALUES ('split_class', whole.name || ' into ' || pg_catalog.array_to_string(parts, ', '), pg_catalog.jsonb_build_object('made', made))
    RETURNING u.upkeep_id INTO upkeep_id;
    RETURN QUERY
    SELECT split_class.upkeep_id, c.asset_class_id, c.name, c.path::text
    FROM LEDGER.asset_class AS c WHERE c.asset_class_id = ANY (made) ORDER BY c.asset_class_id;
END;
$body$;
COMMENT ON FUNCTION LEDGER.split_class(text, text[]) IS
    'a class that turns out to be several: makes the parts, each a class below it with its payload, speed and coarsest pixel. What was told of the class stays with the class: it may be any of the parts. Returns the number for undo_upkeep() and the new classes. Errors 22S07';

CREATE OR REPLACE FUNCTION LEDGER.move_class(asset text, below text)
    RETURNS TABLE (upkeep_id bigint, classes bigint, looks bigint, class_path text)
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE ROWS 1
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    moved int := ledger_class_itself(LEDGER_TABLE, move_class.asset);
    class_name text;
    moved_from ltree;
    moved_to ltree;
    remembered jsonb;
BEGIN
    PERFORM ledger_writes(LEDGER_TABLE);
    SELECT c.name, c.path INTO class_name, moved_from FROM LEDGER.asset_class AS c WHERE c.asset_class_id = moved;
    moved_to := subpath(moved_from, -1);
    IF move_class.below IS NOT NULL THEN
        SELECT c.path || moved_to INTO moved_to FROM LEDGER.asset_class AS c
        WHERE c.asset_class_id = ledger_class_itself(LEDGER_TABLE, move_class.below);
    END IF;
    SELECT m.classes, m.looks, m.kept INTO classes, looks, remembered
    FROM ledger_move_class(LEDGER_TABLE, moved, moved_to, timestamptz '-infinity') AS m;
    INSERT INTO LEDGER.upkeep AS u (what, detail, kept)
    VALUES ('move_class', class_name || ' from ' || moved_from::text || ' to ' || moved_to::text, remembered)
    RETURNING u.upkeep_id INTO upkeep_id;
    class_path := moved_to::text;
    RETURN NEXT;
END;
$body$;
COMMENT ON FUNCTION LEDGER.move_class(text, text) IS
    'moves a class, with all that lies below it, below another (null: to the top). Scopes of looks are written anew so that each look proves what it proved: what it looked for, and nothing of what has come to stand below. known_at shows the past in the tree of now. Returns the number for undo_upkeep(), how many classes moved, in how many looks the scope was written anew, and the new path. Errors 22S07: an unknown name; a place that is taken, or lies below; sightings or shelter of a class that it leaves, which may be of it; pixels (max_gsd_m) too coarse for it in a class that it comes below';

CREATE OR REPLACE FUNCTION LEDGER.undo_upkeep(upkeep_id bigint) RETURNS text
    LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $body$
#variable_conflict use_column
DECLARE
    done LEDGER.upkeep;
    gone LEDGER.installation;
    into_id bigint;
    from_id bigint;
    faults text;
    same jsonb;
BEGIN
    PERFORM ledger_writes(LEDGER_TABLE);
    SELECT u.* INTO done FROM LEDGER.upkeep AS u WHERE u.upkeep_id = undo_upkeep.upkeep_id FOR UPDATE;
    IF done.upkeep_id IS NULL THEN
        RAISE EXCEPTION 'there is no upkeep %', coalesce(undo_upkeep.upkeep_id::text, 'null') USING ERRCODE = '22S07';
    ELSIF done.undone_at IS NOT NULL THEN
        RAISE EXCEPTION 'upkeep % was undone already: %', done.upkeep_id, done.detail USING ERRCODE = '22S07';
    END IF;

    IF done.what = 'merge_installations' THEN
        into_id := (done.kept ->> text 'installation_id')::bigint;
        from_id := (done.kept ->> text 'from_id')::bigint;
        IF NOT EXISTS (SELECT FROM LEDGER.installation AS i WHERE i.installation_id = into_id) THEN
            RAISE EXCEPTION 'the installation that was kept is gone itself: %', done.detail
                USING ERRCODE = '22S07', HINT = 'Undo first what came after.';
        ELSIF EXISTS (SELECT FROM LEDGER.installation AS i WHERE i.installation_id = from_id OR i.name = done.kept ->> text 'name') THEN
            RAISE EXCEPTION 'there is an installation "%" again', done.kept ->> text 'name' USING ERRCODE = '22S07';
        END IF;
        SELECT pg_catalog.string_agg(DISTINCT x.observation_id::text, ', ') INTO faults
        FROM pg_catalog.jsonb_array_elements_text(done.kept -> text 'looks') AS m (number)
        JOIN LEDGER.observation AS o ON o.installation_id = into_id AND o.observation_id = m.number::bigint
        JOIN LEDGER.load AS l ON l.load_id = o.retracted_by_load AND l.undone_at >= done.done_at
        JOIN LEDGER.observation AS x ON x.installation_id = into_id AND x.observed_at = o.observed_at AND x.source_id = o.source_id AND x.load_id IS NOT DISTINCT FROM o.load_id
        WHERE x.retracted_at IS NULL AND x.recorded_at >= done.done_at
            AND NOT EXISTS (SELECT FROM pg_catalog.jsonb_array_elements_text(done.kept -> text 'looks') AS k (number) WHERE k.number = x.observation_id::text);
        IF faults IS NOT NULL THEN
            RAISE EXCEPTION 'looks were recorded again since, as a load was undone: %', done.detail
                USING ERRCODE = '22S07', DETAIL = pg_catalog.format('Nobody knows which of these were of "%s": %s', done.kept ->> text 'name', faults),
                    HINT = 'Retract them first, and bring their records again afterwards.';
        END IF;
        BEGIN
            gone := done.kept ->> text 'gone';
        EXCEPTION WHEN invalid_text_representation THEN
            RAISE EXCEPTION 'the columns of installation have changed since: %', done.detail
                USING ERRCODE = '22S07', DETAIL = done.kept ->> text 'gone';
        END;
        INSERT INTO LEDGER.installation SELECT gone.*;
        UPDATE LEDGER.observation AS o SET installation_id = from_id, observation_id = m.before
        FROM (SELECT n.value::bigint AS number, b.value::bigint AS before
              FROM pg_catalog.jsonb_array_elements_text(done.kept -> text 'looks') WITH ORDINALITY AS n(value, k)
              JOIN pg_catalog.jsonb_array_elements_text(done.kept -> text 'looks_before') WITH ORDINALITY AS b(value, k) ON b.k = n.k) AS m
        WHERE o.installation_id = into_id AND o.observation_id = m.number;
        UPDATE LEDGER.observation AS o SET completeness = u.value ->> text 'completeness'
        FROM pg_catalog.jsonb_array_elements(done.kept -> text 'untied') AS u
        WHERE o.installation_id = from_id AND o.observation_id = (u.value ->> text 'observation_id')::bigint;
        UPDATE LEDGER.observation AS o SET completeness = 'complete'
        FROM pg_catalog.jsonb_array_elements_text(done.kept -> text 'uncovered') AS u (number)
        WHERE o.installation_id = from_id AND o.observation_id = u.number::bigint;
        UPDATE LEDGER.imported AS i SET detail = i.detail || '{"completeness": "complete"}'
        FROM pg_catalog.jsonb_array_elements_text(done.kept -> text 'uncovered') AS u (number)
        WHERE i.installation_id = from_id AND i.observation_id = u.number::bigint AND i.detail ->> text 'completeness' = 'partial';
        -- (what a load had brought that is undone meanwhile is no record of anything)
        INSERT INTO LEDGER.imported
        SELECT i.* FROM pg_catalog.jsonb_array_elements(done.kept -> text 'untied') AS u, pg_catalog.jsonb_populate_record(NULL::LEDGER.imported, u.value) AS i
        WHERE EXISTS (SELECT FROM LEDGER.observation AS o LEFT JOIN LEDGER.load AS l ON l.load_id = o.load_id
                      WHERE o.installation_id = from_id AND o.observation_id = i.observation_id AND l.undone_at IS NULL);
        INSERT INTO LEDGER.imported_former
        SELECT i.* FROM pg_catalog.jsonb_populate_recordset(NULL::LEDGER.imported_former, done.kept -> text 'untied_former') AS i
        WHERE EXISTS (SELECT FROM LEDGER.observation AS o WHERE o.installation_id = from_id AND o.observation_id = i.observation_id);
        UPDATE LEDGER.alert AS w SET installation_id = from_id
        WHERE w.installation_id = into_id AND w.alert_id IN (SELECT a.value::bigint FROM pg_catalog.jsonb_array_elements_text(done.kept -> text 'alerts') AS a);
        UPDATE LEDGER.alert_event AS e SET installation_id = from_id
        WHERE e.installation_id = into_id AND e.event_id IN (SELECT a.value::bigint FROM pg_catalog.jsonb_array_elements_text(done.kept -> text 'events') AS a);
        DELETE FROM LEDGER.shelter AS s
        USING pg_catalog.jsonb_to_recordset(done.kept -> text 'shelter') AS k(installation_id bigint, asset_class_id int)
        WHERE s.installation_id = into_id AND k.installation_id = from_id AND s.asset_class_id = k.asset_class_id;
        INSERT INTO LEDGER.shelter SELECT s.* FROM pg_catalog.jsonb_populate_recordset(NULL::LEDGER.shelter, done.kept -> text 'shelter') AS s
        WHERE EXISTS (SELECT FROM LEDGER.asset_class AS c WHERE c.asset_class_id = s.asset_class_id);

    ELSIF done.what = 'split_class' THEN
        SELECT pg_catalog.string_agg('"' || c.name || '"', ', ' ORDER BY c.name) INTO faults
        FROM LEDGER.asset_class AS c
        WHERE c.asset_class_id IN (SELECT m.value::int FROM pg_catalog.jsonb_array_elements_text(done.kept -> text 'made') AS m)
            AND (EXISTS (SELECT FROM LEDGER.sighting AS s WHERE s.asset_class_id = c.asset_class_id)
                 OR EXISTS (SELECT FROM LEDGER.shelter AS s WHERE s.asset_class_id = c.asset_class_id)
                 OR EXISTS (SELECT FROM LEDGER.alert AS w WHERE w.asset_class_id = c.asset_class_id)
                 OR EXISTS (SELECT FROM LEDGER.asset_class AS b WHERE b.path <@ c.path AND b.path <> c.path)
                 OR EXISTS (SELECT FROM LEDGER.observation AS o WHERE o.scope <@ c.path));
        IF faults IS NOT NULL THEN
            RAISE EXCEPTION 'the split cannot be undone: there are sightings, shelter, alerts, scopes or classes of %', faults
                USING ERRCODE = '22S07', HINT = 'Change them to the class that was split first.';
        END IF;
        DELETE FROM LEDGER.asset_class AS c
        WHERE c.asset_class_id IN (SELECT m.value::int FROM pg_catalog.jsonb_array_elements_text(done.kept -> text 'made') AS m);

    ELSE
        IF NOT EXISTS (SELECT FROM LEDGER.asset_class AS c WHERE c.asset_class_id = (done.kept ->> text 'asset_class_id')::int) THEN
            RAISE EXCEPTION 'the class that was moved is gone: %', done.detail USING ERRCODE = '22S07';
        END IF;
        -- scopes that still are as the move wrote them are to be as they were; others are written anew
        SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(o.installation_id, o.observation_id, s.value ->> text 'before')) INTO same
        FROM pg_catalog.jsonb_array_elements(done.kept -> text 'scopes') AS s, pg_catalog.jsonb_array_elements(s.value -> text 'looks') AS l
        JOIN LEDGER.observation AS o ON o.installation_id = (l.value ->> 0)::bigint AND o.observation_id = (l.value ->> 1)::bigint
        WHERE o.scope::text = s.value ->> text 'after';
        PERFORM FROM ledger_move_class(LEDGER_TABLE, (done.kept ->> text 'asset_class_id')::int, (done.kept ->> text 'path')::ltree, done.done_at);
        UPDATE LEDGER.observation AS o SET scope = (s.value ->> 2)::ltree[]
        FROM pg_catalog.jsonb_array_elements(same) AS s
        WHERE o.installation_id = (s.value ->> 0)::bigint AND o.observation_id = (s.value ->> 1)::bigint;
    END IF;
    UPDATE LEDGER.upkeep AS u SET undone_at = now() WHERE u.upkeep_id = done.upkeep_id;
    RETURN 'undone: ' || done.detail;
END;
$body$;
COMMENT ON FUNCTION LEDGER.undo_upkeep(bigint) IS
    'undoes a merge_installations(), split_class() or move_class(), by its number in upkeep; says what was undone. What was recorded since of the installation or class that was kept stays with it. Errors 22S07: no such number, undone already, or a reason why it cannot be: a name that is in use again, a part that was sighted, a place in the tree that was taken'
$sql$);
END;
$create$;
COMMENT ON FUNCTION ledger_upkeep_create(name) IS
    'part of create_ledger: upkeep, merge_installations(), split_class(), move_class() and undo_upkeep()';
