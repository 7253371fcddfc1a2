
/*
 * columns of a ledger: what each holds, and in what unit, said once by its name
 *
 * A word means the same in every table, view and report; where one relation or function
 * means something of its own, its name stands before the column's. The columns of tables
 * and views get these words as their comments; those of functions, which cannot have
 * comments, are explained by them in the reference (doc/reference.sql).
 */
CREATE FUNCTION column_words() RETURNS TABLE (column_name text, meaning text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 10 ROWS 150
BEGIN ATOMIC
    VALUES
    -- what
    ('installation', 'name of the installation'),
    ('installation_id', 'key of the installation'),
    ('asset_class', 'name of the class'),
    ('asset_class_id', 'key of the class'),
    ('class_path', 'place of the class in the tree of classes, as text: aircraft.transport.heavy.an124'),
    ('asset_class.path', 'place of the class in the tree of classes'),
    ('name', 'what people call it; unique'),
    ('aliases', 'other names of the class; upper and lower case are the same'),
    ('kind', 'what sort of place it is, in the words of the loader'),
    ('source.kind', 'what sort of source it is, in the words of the loader'),
    ('subject.kind', 'class: all of the class, with what is below it; status: in a status; individual: of a designation'),
    ('designation', 'tail or hull number of an individual; NULL: counted, not named'),
    ('individual.designation', 'tail or hull number of an individual'),
    ('status', 'such as operational, dismantled, loading; NULL: not told, or all of the class'),
    ('by', 'what is counted: class (all of it, with what is below it), status (those in it) or individual (one by its designation); never add these'),
    ('payload_t', 'tonnes that one of the class can carry; NULL: not a carrier, or not known'),
    ('keep_total', 'true: what lies below the class is added up and kept for it, at each place where any of it was told'),
    ('boundary', 'outline of the installation, longitude and latitude in degrees (SRID 4326); what is in it counts as at the installation, and only an image that covers it is a complete look'),
    ('radius_m', 'metres about the location that count as the installation, if it has no boundary'),
    ('class', 'class by name, alias or path'),
    ('class_group', 'the first part of class_path'),
    ('site_id', 'key of the site in the file'),
    ('survey_id', 'key of the survey in the file'),
    -- how many
    ('count', 'how many, as a range: [2,2] two, [2,) at least two'),
    ('count_min', 'at least this many; NULL: not known'),
    ('count_max', 'at most this many; NULL beside a count_min: no limit is known'),
    ('movements.count_max', 'at most so many can have moved; NULL: no limit is known'),
    ('told_min', 'the last look told at least this many'),
    ('told_max', 'the last look told at most this many; NULL: it told no limit'),
    ('conflict.count_min', 'the least that a piece of the evidence allows'),
    ('conflict.count_max', 'the most that a piece of the evidence allows; NULL: no limit'),
    ('count_before_min', 'at the earlier date at least this many; NULL: not known'),
    ('count_before_max', 'at the earlier date at most this many; NULL beside a least: no limit is known'),
    ('count_after_min', 'at the later date at least this many; NULL: not known'),
    ('count_after_max', 'at the later date at most this many; NULL beside a least: no limit is known'),
    ('count_text', 'the count as people write it: 2, 2..5, 2.. (at least 2), ? (not known)'),
    ('count_before_text', 'the count at the earlier date as people write it'),
    ('count_after_text', 'the count at the later date as people write it'),
    ('change_min', 'the count grew at least by this; negative: it fell; NULL: not known'),
    ('change_max', 'the count grew at most by this; NULL: not known'),
    ('came_min', 'at least so many came, one by one or together'),
    ('left_min', 'at least so many left'),
    ('expected_min', 'number to be expected, of the least counts; NULL: nobody had looked'),
    ('expected_max', 'number to be expected, of the greatest counts; NULL: not known, or no limit'),
    ('rests_on', 'what the expectation rests on, in words'),
    ('n', 'how many were counted'),
    ('hidden_max', 'so many of the class, or of what is above or below it, can stand under roofs there, where no look sees them'),
    ('features', 'how many features were detected'),
    ('records', 'how many records'),
    -- how it is known
    ('verdict', 'arrived, departed, increased, decreased, varied, first look, not looked or undecided: see report_words()'),
    ('state', 'how the count is known: told, carried or stale: see report_words()'),
    ('timeline.state', 'observed (a look in the step told this count), last known, stale or unobserved (the counts are NULL): see report_words()'),
    ('timeline_between.state', 'observed (a look in the step told this count), last known, stale or unobserved (the counts are NULL): see report_words()'),
    ('certain', 'true: word and numbers are what two looks told, of before_looked_at and after_looked_at'),
    ('stale_before', 'true: what is told of the earlier date is max_age old, or more'),
    ('stale_after', 'true: what is told of the later date is max_age old, or more'),
    ('doubt', 'what the evidence leaves open, as codes: see report_words(); empty: nothing'),
    ('certainty', 'same designation, only candidate, or one of n candidates: n pairs share its departure or its arrival'),
    ('what_is_not_known', 'what the evidence leaves open, in words; NULL: nothing'),
    ('sources', 'who looked; with the day where the row rests on single looks'),
    ('before_look', 'observation_id of the look behind the earlier count, for evidence(); NULL: nobody had looked'),
    ('after_look', 'observation_id of the look behind the later count, for evidence(); NULL: nobody looked again'),
    ('look', 'observation_id of the look, for evidence()'),
    ('pairs', 'how many pairs of looks lie so many days apart, and less than twice as many'),
    ('same', 'how many of these pairs told the same number'),
    ('share', 'same / pairs: 0 to 1'),
    ('still_so', 'how likely it is that what was told is still so, in the words of ICD 203; NULL: too few pairs'),
    ('source', 'who looked'),
    ('source_id', 'key of the source'),
    ('evidence', 'the counts that contradict each other, each with its observation'),
    ('conflict.problem', 'one instant, or looks overlap: the looks tell no number that would meet them all; too far apart: one individual at two places'),
    ('problem', 'unfounded: stored, but not what the evidence says; missing: not stored'),
    ('confidence', '0 to 1; below the min_confidence of its source, or else of the ledger, a sighting proves nothing, but forbids "none"'),
    ('min_confidence', '0 to 1: below it a sighting proves nothing, but forbids "none"'),
    ('source.min_confidence', '0 to 1: below it what this source sighted proves nothing, but forbids "none"; NULL: as the ledger has it'),
    -- when
    ('not_seen_at', 'the last look before that would have shown it, and did not; NULL: there is none'),
    ('first_seen', 'the first look that showed it'),
    ('last_seen', 'the last look that showed it'),
    ('gone_by', 'the first look after that would have shown it, and did not; NULL: there is none'),
    ('happened_after', 'the change came after this look; NULL: nobody had looked before'),
    ('happened_by', 'the change had come by this look'),
    ('left_after', 'left after this look'),
    ('left_by', 'had left by this look'),
    ('came_after', 'came after this look; NULL: nobody had looked there before'),
    ('came_by', 'had come by this look'),
    ('at', 'end of the step, its last microsecond'),
    ('step_from', 'beginning of the step'),
    ('step_to', 'end of the step, which is the beginning of the next'),
    ('on_date', 'the end of this day is meant'),
    ('observed_at', 'when it was looked at; of a look that lasted: when it ended'),
    ('observed_from', 'when a look that lasted began; NULL: it was of one instant'),
    ('recorded_at', 'when it was told to the ledger'),
    ('retracted_at', 'since when it no longer counts; NULL: it counts'),
    ('retraction_reason', 'why it was retracted'),
    ('derived_at', 'when it was last derived'),
    ('classes_changed_at', 'when a class was last changed in a way that touches what looks can tell'),
    ('since', 'when it began'),
    ('before_looked_at', 'when the look was that tells of the earlier date; NULL: nobody had looked'),
    ('after_looked_at', 'when the look was that tells of the later date; NULL: nobody looked again'),
    ('looked_at', 'when the last look was that tells of it; NULL: nobody had looked'),
    ('from_looked_at', 'the look from which on it is counted'),
    ('to_looked_at', 'the last look that is counted'),
    ('inventory.first_seen', 'the look with which the present count began'),
    ('inventory_at.first_seen', 'the look with which the present count began'),
    ('first_look', 'the first look in the time asked for'),
    ('last_look', 'the last look in the time asked for'),
    ('looks', 'how many looks'),
    ('complete_looks', 'how many of them were complete; of which classes, their scope says'),
    ('partial_looks', 'how many of them were partial'),
    ('longest_blind_hours', 'hours of the longest stretch without any look'),
    ('blind_from', 'where that stretch begins'),
    ('blind_to', 'where that stretch ends'),
    ('days_since_looked', 'days since the last look that tells of it'),
    ('days', 'days between two looks, at least; less than twice as many'),
    ('days_left', 'days it stayed at least; NULL (NA): seen at one instant only'),
    ('days_right', 'days it stayed at most; NULL (NA): not known'),
    ('start_left', 'it came after this instant; NULL: not known'),
    ('start_right', 'it had come by this instant'),
    ('end_left', 'it left after this instant'),
    ('end_right', 'it had left by this instant; NULL: not known'),
    -- where
    ('lon', 'longitude in degrees, WGS 84'),
    ('lat', 'latitude in degrees, WGS 84'),
    ('geom', 'the same place as a Point (SRID 4326)'),
    ('movements.geom', 'a straight line from one to the other, in degrees (SRID 4326)'),
    ('location', 'Point, longitude and latitude in degrees (SRID 4326)'),
    ('distance_m', 'metres from the boundary of the installation, or from its location'),
    ('far_from_installation', 'true: more than 50 km away, perhaps a mistake'),
    ('from_installation', 'where it left'),
    ('to_installation', 'where it may have come'),
    ('from_lon', 'longitude where it left, in degrees'),
    ('from_lat', 'latitude where it left, in degrees'),
    ('to_lon', 'longitude where it may have come, in degrees'),
    ('to_lat', 'latitude where it may have come, in degrees'),
    ('distance_km', 'kilometres between the two, along the spheroid'),
    ('max_speed_kmh', 'kilometres per hour that one of the class can make from place to place; NULL: not known'),
    ('least_speed_kmh', 'kilometres per hour that it would have needed at least'),
    ('stop', 'number of the stop, from 1'),
    ('km_from_last_stop', 'kilometres from the stop before'),
    ('footprint', 'what the image covers, longitude and latitude in degrees (SRID 4326)'),
    -- what they can lift
    ('payload_min_t', 'tonnes that they can lift together, at least'),
    ('payload_max_t', 'tonnes that they can lift together, at most; NULL: no limit is known'),
    ('carriers', 'which, and how many'),
    ('carriers_min', 'how many carriers at least'),
    ('carriers_max', 'how many carriers at most; NULL: no limit is known'),
    -- looks and what came in
    ('observation_id', 'key of the look, with installation_id'),
    ('load_id', 'number of the load that brought it; NULL: it came by hand'),
    ('load.load_id', 'number of the load'),
    ('imported_former.load_id', 'number of the load that exchanged the look'),
    ('retracted_by_load', 'number of the load that retracted it; NULL: none did'),
    ('recorded_by', 'the role that told it to the ledger; NULL: who loaded load_id'),
    ('loaded_at', 'when the load began'),
    ('loaded_by', 'the role that loaded'),
    ('line', 'a line of the file'),
    ('part', 'what the row tells of: site, survey, count, class or column'),
    ('what', 'where it came from, in words'),
    ('renamed', 'installations that got another name by the load: installation_id, was, name'),
    ('undone_at', 'when the load was taken back; NULL: it was not'),
    ('undone_by', 'the role that took it back'),
    ('sighting_id', 'key of the sighting, with installation_id and observation_id'),
    ('presence_id', 'key of the run; it changes when the run is derived anew'),
    ('change_id', 'key of the change, as long as the evidence is the same'),
    ('conflict_id', 'number of the row'),
    ('occurrence_id', 'key; negative: not detected'),
    ('completeness', 'complete: all of what scope names was reported; partial: what was reported was there'),
    ('scope', 'the classes fully reported; absence is inferred only within them'),
    ('gsd_m', 'ground sample distance, metres per pixel; 0: seen by eye; NULL: not known, which proves no absence of a class with max_gsd_m'),
    ('cloud_cover', 'percent of the image; NULL: not known'),
    ('url', 'where it can be read'),
    ('note', 'free text'),
    ('sampled', 'true: the survey took place; else nothing is known of it'),
    ('partial', 'false: all of the scope was counted; else what was counted was there'),
    ('origin', 'where the record came from: stac:COLLECTION, detector:DETECTOR (what it read from an image), survey:SOURCE'),
    ('record', 'its key there; of what a detector read: that of the image'),
    ('detail', 'what else the record said'),
    ('by_load', 'number of the load that exchanged the row'),
    ('reading.image', 'origin of the image'),
    ('clear', 'the image was taken within an hour, under a sky known to be clear'),
    ('classes', 'key of the class of each feature'),
    ('scores', 'score of each feature, 0 to 1'),
    ('reaches', 'metres from the middle of each feature to its corners'),
    ('places', 'middle of each feature, longitude and latitude in degrees (SRID 4326)'),
    ('image', 'id of the image'),
    ('item_id', 'id of the STAC item'),
    ('outcome', 'loaded, updated, unchanged, retracted, ignored, not sampled, rejected; else what is to be known of it'),
    ('reason', 'why it was not loaded, in words'),
    ('example', 'the first of these records'),
    -- Darwin Core
    ('eventID', 'Darwin Core: key of the look'),
    ('eventDate', 'Darwin Core: when it took place, UTC; of a look that lasted: from/to'),
    ('locality', 'Darwin Core: the installation'),
    ('recordedBy', 'Darwin Core: who looked'),
    ('samplingEffort', 'Darwin Core: completeness, pixel in metres or by eye, clouds in percent'),
    ('footprintWKT', 'Darwin Core: what the image covers, in degrees'),
    ('decimalLatitude', 'Darwin Core: latitude in degrees'),
    ('decimalLongitude', 'Darwin Core: longitude in degrees'),
    ('geodeticDatum', 'Darwin Core: EPSG:4326'),
    ('targetTaxonomicScope', 'Humboldt extension: the classes looked for'),
    ('isTaxonomicScopeFullyReported', 'Humboldt extension: true: all of the scope was reported, and would have been seen'),
    ('isAbsenceReported', 'Humboldt extension: true: absences follow of some class of the scope'),
    ('occurrenceID', 'Darwin Core: key of the occurrence'),
    ('basisOfRecord', 'Darwin Core: MachineObservation (pixels), HumanObservation (by eye) or Occurrence (not known)'),
    ('verbatimIdentification', 'Darwin Core: name of the class'),
    ('higherClassification', 'Darwin Core: path of the class'),
    ('occurrenceStatus', 'Darwin Core: detected or notDetected'),
    ('individualCount', 'Darwin Core: how many, where that is exact'),
    ('organismQuantity', 'Darwin Core: how many, as a range'),
    ('organismQuantityType', 'Darwin Core: individuals'),
    ('organismID', 'Darwin Core: designation of an individual'),
    ('occurrenceRemarks', 'Darwin Core: status'),
    -- how the ledger works
    ('only_row', 'there is one'),
    ('version', 'the version of pg_sightings that made or last upgraded the ledger'),
    ('run', 'the presence: not seen, first seen, last seen, gone by, where and how many'),
    ('label', 'status, or designation of an individual; empty: all of the class'),
    ('txid', 'the transaction'),
    ('pid', 'process of the server, as in pg_stat_activity'),
    ('loader', 'the role that loads'),
    ('percent', 'percent of the derivation that is done');
END;
COMMENT ON FUNCTION column_words() IS
    'what the columns of a ledger''s tables, views and reports hold, by their names; relation.column where one means something of its own';

CREATE FUNCTION ledger_columns_create(ledger name) RETURNS void
    LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
    SET search_path FROM CURRENT
AS $create$
DECLARE
    said record;
BEGIN
    FOR said IN
        SELECT c.relname, a.attname, w.meaning
        FROM pg_class AS c
        JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0::smallint AND NOT a.attisdropped
        CROSS JOIN LATERAL (
            SELECT w.meaning
            FROM column_words() AS w
            WHERE w.column_name IN (a.attname::text, c.relname::text || '.' || a.attname::text)
            ORDER BY length(w.column_name) DESC
            LIMIT 1) AS w
        -- what somebody has written at a table stays
        WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace AS n WHERE n.nspname = ledger)
            AND (c.relkind = 'v' OR c.relkind IN ('r', 'p') AND pg_catalog.col_description(c.oid, a.attnum) IS NULL)
            AND pg_catalog.col_description(c.oid, a.attnum) IS DISTINCT FROM w.meaning
        ORDER BY c.relname, a.attnum
    LOOP
        EXECUTE pg_catalog.format('COMMENT ON COLUMN %I.%I.%I IS %L', ledger, said.relname, said.attname, said.meaning);
    END LOOP;
END;
$create$;
COMMENT ON FUNCTION ledger_columns_create(name) IS
    'part of create_ledger: the comments of columns';
