-- client_call: one call of every operator and of every function that takes or gives one of the three
-- types, with an argument of each kind as text, and what the server says to it with literals. A client
-- must get the same with parameters ($1::presence, $2::watch ...). Loaded by test/clients/run.

CREATE TABLE client_call (
    call_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    object text NOT NULL,
    sql text NOT NULL,
    arguments text[] NOT NULL,
    expected text
);

DO $$
DECLARE
    call record;
    literal text;
BEGIN
    FOR call IN
        WITH ours AS (
            SELECT d.classid, d.objid
            FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
            WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'pg_sightings'),
        -- what stands for an argument: by its name and type or, failing that, by its type
        sample (name, type, value) AS (VALUES
            ('', 'presence'::regtype, '2..5 POINT(35.9487 35.4008)@(2024-12-05 09:00:00+00, [2024-12-13 12:00:00+00, 2024-12-15 12:00:00+00], 2024-12-20 09:00:00+00)'),
            ('', 'watch', '[2024-12-05 12:00:00+00, 2024-12-14 00:00:00+00] BOX(35 34, 37 36)'),
            ('', 'sighting', '2 POINT(35.9487 35.4008)@2024-12-13 12:00:00+00'),
            ('', 'timestamptz', '2024-12-13 12:00:00+00'),
            ('not_seen_at', 'timestamptz', '2024-12-05 09:00:00+00'),
            ('last_seen', 'timestamptz', '2024-12-15 12:00:00+00'),
            ('gone_by', 'timestamptz', '2024-12-20 09:00:00+00'),
            ('from_date', 'timestamptz', '2024-12-05 12:00:00+00'),
            ('to_date', 'timestamptz', '2024-12-14 00:00:00+00'),
            ('from_date', 'date', '2024-12-05'),
            ('to_date', 'date', '2024-12-14'),
            ('', 'geometry', 'SRID=4326;POINT(35.9 35.4)'),
            ('area', 'geometry', 'SRID=4326;POLYGON((35 34,37 34,37 36,35 36,35 34))'),
            ('', 'int4range', '[2,6)'),
            ('', 'int', '2'),
            ('count_max', 'int', '5'),
            ('', 'bigint', '7'),
            ('', 'bytea', '\x0101000020e6100000df4f8d976ef941403d2cd49ae6b34140'),
            ('srid', 'int', '4326'),
            ('lon', 'float8', '35.9487'),
            ('lat', 'float8', '35.4008'),
            ('lon_min', 'float8', '35'),
            ('lat_min', 'float8', '34'),
            ('lon_max', 'float8', '37'),
            ('lat_max', 'float8', '36'),
            ('metres', 'float8', '50000'),
            ('edges', 'float8[]', '{35,34,37,36}'),
            ('', 'text', 'possible'),
            ('question', 'text', 'arrived'),
            ('', 'interval', '30 days')),
        callable AS (
            SELECT o.oid::regoperator::text AS object, '$1::' || format_type(o.oprleft, NULL) || ' ' || o.oprname || ' $2::'
                   || format_type(o.oprright, NULL) AS sql, ARRAY[o.oprleft, o.oprright]::oid[] AS types, '{}'::text[] AS names, 0 AS kind
            FROM pg_operator o JOIN ours ON ours.classid = 'pg_operator'::regclass AND ours.objid = o.oid
            UNION ALL
            SELECT p.oid::regprocedure::text, p.oid::regproc || '(' ||
                   (SELECT string_agg('$' || i || '::' || format_type(type, NULL), ', ' ORDER BY i)
                    FROM unnest(p.proargtypes) WITH ORDINALITY AS a (type, i)) || ')',
                   -- oidvector counts from 0
                   ARRAY(SELECT unnest(p.proargtypes)), p.proargnames, CASE p.prokind WHEN 'f' THEN 1 ELSE 2 END
            FROM pg_proc p JOIN ours ON ours.classid = 'pg_proc'::regclass AND ours.objid = p.oid
            WHERE p.prokind IN ('f', 'a')
                AND NOT p.proargtypes::oid[] && ARRAY['internal', 'cstring']::regtype[]::oid[]
                AND (p.proargtypes::oid[] || p.prorettype) && ARRAY['sighting', 'presence', 'watch']::regtype[]::oid[]
                AND p.prorettype <> 'cstring'::regtype
                AND p.oid NOT IN (SELECT aggtransfn FROM pg_aggregate))
        SELECT c.object, c.sql,
               ARRAY(SELECT coalesce(named.value, typed.value)
                     FROM unnest(c.types) WITH ORDINALITY AS a (type, i)
                     LEFT JOIN sample AS named ON named.name = c.names[i] AND named.type = a.type
                     LEFT JOIN sample AS typed ON typed.name = '' AND typed.type = a.type
                     ORDER BY i) AS arguments
        FROM callable AS c
        ORDER BY c.kind, c.object COLLATE "C"
    LOOP
        IF array_position(call.arguments, NULL) IS NOT NULL THEN
            RAISE EXCEPTION 'no sample for an argument of %', call.object;
        END IF;
        literal := call.sql;
        FOR i IN REVERSE cardinality(call.arguments)..1 LOOP
            literal := replace(literal, '$' || i, quote_literal(call.arguments[i]));
        END LOOP;
        INSERT INTO client_call (object, sql, arguments) VALUES (call.object, call.sql, call.arguments);
        EXECUTE format('UPDATE client_call SET expected = (SELECT (%s)::text) WHERE call_id = %s', literal,
            currval('client_call_call_id_seq'));
    END LOOP;
END
$$;
