
/*
 * rows of a ledger: what each of its reports and imports returns, one type for each kind of row
 *
 * PostgreSQL cannot replace a function by one with other columns, while a type grows, and what
 * users have made of it stays. So a new column stands last in its list here: upgrade_ledger() adds it
 * to the type, last too, and puts functions in place that return it. (What is said of a change stands
 * before it, so that what is new of changes is last there too.) The types are a ledger's own: until it is
 * upgraded its functions go on as they are. What each column holds is said in ledger_columns.sql.
 */
CREATE FUNCTION report_row_create(ledger name, name text, meaning text, columns text) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
DECLARE
    type CONSTANT text := pg_catalog.format('%I.%I', ledger, name);
    missing text;
BEGIN
    IF to_regclass(type) IS NULL THEN
        EXECUTE pg_catalog.format('CREATE TYPE %s AS ()', type);
    END IF;
    SELECT string_agg('ADD ATTRIBUTE ' || c.said, ', ' ORDER BY c.n) INTO missing
    FROM pg_catalog.unnest(string_to_array(columns, ', ')) WITH ORDINALITY AS c(said, n)
    WHERE NOT EXISTS (
        SELECT FROM pg_attribute AS a
        WHERE a.attrelid = type::regclass::oid AND a.attname::text = split_part(c.said, ' ', 1) AND NOT a.attisdropped);
    IF missing IS NOT NULL THEN
        EXECUTE pg_catalog.format('ALTER TYPE %s %s', type, missing);
    END IF;
    EXECUTE pg_catalog.format('COMMENT ON TYPE %s IS %L', type, meaning);
END;
$create$;
COMMENT ON FUNCTION report_row_create(name, text, text, text) IS
    'part of create_ledger: a type of rows, or what an earlier version''s has not; columns: names and types, between each two a comma and one blank';

CREATE FUNCTION report_rows_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
DECLARE
    class CONSTANT text := 'asset_class text, class_path text, ';
    subject CONSTANT text := 'installation text, ' || class || 'designation text, status text, ';
    place CONSTANT text := 'lon double precision, lat double precision, geom geometry(Point,4326)';
    change CONSTANT text := subject || 'count_before_min int, count_before_max int, count_after_min int, count_after_max int, '
        'change_min int, change_max int, verdict text, certain boolean, before_looked_at timestamptz, after_looked_at timestamptz, '
        'stale_before boolean, stale_after boolean, doubt text[], before_look bigint, after_look bigint, sources text, what_is_not_known text, ' || place;
    count_at CONSTANT text := subject || 'count_min int, count_max int, state text, told_min int, told_max int, looked_at timestamptz, ';
BEGIN
    PERFORM report_row_create(ledger, 'change_row', 'a row of changes() and the like: what changed, of what', change);
    PERFORM report_row_create(ledger, 'unusual_row', 'a row of unusual(): what is unusual, beside what was usual, and the row of changes()',
        'unusual text, counted_looks bigint, least_min int, q1_min int, q3_max int, greatest_max int, ' || change);
    PERFORM report_row_create(ledger, 'top_change_row', 'a row of top_changes(): the size of a change, and the row of changes()', 'size int, ' || change);
    PERFORM report_row_create(ledger, 'turnover_row', 'a row of turnover(): the fewest that came and left', subject ||
        'came_min bigint, left_min bigint, looks bigint, from_looked_at timestamptz, to_looked_at timestamptz, ' || place);
    PERFORM report_row_create(ledger, 'told_row', 'a row of told_between(): what a look told', subject ||
        'observed_from timestamptz, observed_at timestamptz, count_min int, count_max int, doubt text[], look bigint, ' || place);
    PERFORM report_row_create(ledger, 'evidence_row', 'a row of evidence(): a sighting of a look, or a look without one',
        'look bigint, observed_from timestamptz, observed_at timestamptz, source text, url text, completeness text, scope text, '
        'gsd_m numeric, cloud_cover numeric, asset_class text, class_path text, status text, designation text, '
        'count_min int, count_max int, confidence double precision, note text, lon double precision, lat double precision');
    PERFORM report_row_create(ledger, 'persistence_row', 'a row of persistence(): pairs of looks so many days apart', class ||
        'days int, pairs bigint, same bigint, share numeric, still_so text');
    PERFORM report_row_create(ledger, 'inventory_row', 'a row of inventory(): what was there, of what', count_at ||
        'first_seen timestamptz, doubt text[], look bigint, sources text, what_is_not_known text, ' || place);
    PERFORM report_row_create(ledger, 'airlift_row', 'a row of airlift(): what an installation''s carriers can lift',
        'installation text, on_date date, payload_min_t numeric, payload_max_t numeric, '
        'carriers_min int, carriers_max int, carriers text, what_is_not_known text, ' || place);
    PERFORM report_row_create(ledger, 'timeline_row', 'a row of timeline(): what was there at the end of a step', 'at timestamptz, ' || count_at || place);
    PERFORM report_row_create(ledger, 'timeline_between_row', 'a row of timeline_between(): what was there at the end of a step',
        'step_from timestamptz, step_to timestamptz, ' || count_at || place);
    PERFORM report_row_create(ledger, 'coverage_row', 'a row of coverage(): how an installation was looked at',
        'installation text, kind text, looks bigint, complete_looks bigint, partial_looks bigint, '
        'sources text, first_look timestamptz, last_look timestamptz, looked_before timestamptz, '
        'longest_blind_hours numeric, blind_from timestamptz, blind_to timestamptz, ' || place);
    PERFORM report_row_create(ledger, 'stale_row', 'a row of stale(): what was there when last looked at, long ago', 'installation text, ' || class ||
        'told_min int, told_max int, looked_at timestamptz, days_since_looked numeric, sources text, ' || place);
    PERFORM report_row_create(ledger, 'usual_row', 'a row of usual(): the quartiles of what looks told', subject ||
        'counted_looks bigint, least_min int, least_max int, q1_min int, q1_max int, median_min int, median_max int, '
        'q3_min int, q3_max int, greatest_min int, greatest_max int, partial_looks bigint, greatest_minimum int, '
        'from_looked_at timestamptz, to_looked_at timestamptz, ' || place);
    PERFORM report_row_create(ledger, 'same_period_row', 'a row of same_period(): two periods, beside each other', subject ||
        'looks_before bigint, median_before_min int, median_before_max int, greatest_before_min int, greatest_before_max int, '
        'looks_after bigint, median_after_min int, median_after_max int, greatest_after_min int, greatest_after_max int, '
        'difference text, ' || place);
    PERFORM report_row_create(ledger, 'site_row', 'a row of site(): a thing known of an installation',
        'part text, what text, count_text text, said text, looked_at timestamptz, what_is_not_known text');
    PERFORM report_row_create(ledger, 'movement_row', 'a row of movements(): a departure that may be an arrival', class || 'designation text, '
        'from_installation text, to_installation text, left_after timestamptz, left_by timestamptz, came_after timestamptz, came_by timestamptz, '
        'distance_km numeric, least_speed_kmh numeric, count_max int, certainty text, from_lon double precision, from_lat double precision, '
        'to_lon double precision, to_lat double precision, geom geometry(LineString,4326)');
    PERFORM report_row_create(ledger, 'track_row', 'a row of track(): a stop of an individual',
        'stop int, installation text, asset_class text, not_seen_at timestamptz, first_seen timestamptz, '
        'last_seen timestamptz, gone_by timestamptz, km_from_last_stop numeric, ' || place);
    PERFORM report_row_create(ledger, 'expected_count_row', 'a row of expected_count(): how many are to be expected', 'installation text, ' || class ||
        'count_min int, count_max int, expected_min numeric, expected_max numeric, rests_on text, ' || place);
    PERFORM report_row_create(ledger, 'verify_row', 'a row of verify(): a presence that is stored and should not be, or the other way round',
        'installation text, asset_class text, status text, designation text, problem text, '
        'not_seen_at timestamptz, first_seen timestamptz, last_seen timestamptz, gone_by timestamptz, '
        'count_min int, count_max int, lon double precision, lat double precision');
    PERFORM report_row_create(ledger, 'evidence_in_sql_row', 'internal: a row of evidence_in_sql()',
        'installation_id bigint, asset_class_id int, status text, designation text, '
        'since timestamptz, until timestamptz, count_min bigint, count_max bigint, contradicts boolean');
    PERFORM report_row_create(ledger, 'import_row', 'a row of import_surveys() and import_flat(): what came of some records',
        'part text, outcome text, reason text, records bigint, example text');
    PERFORM report_row_create(ledger, 'import_stac_row', 'a row of import_stac(): what came of an item at an installation',
        'item_id text, installation text, outcome text, reason text, observation_id bigint');
    PERFORM report_row_create(ledger, 'import_detections_row', 'a row of import_detections(): what came of an image''s features of a class',
        'image text, installation text, asset_class text, features bigint, outcome text, reason text');
END;
$create$;
COMMENT ON FUNCTION report_rows_create(name) IS
    'part of create_ledger: the types of rows';
