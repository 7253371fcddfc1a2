
-- What a ledger's reports call: functions of the extension that read the ledger's tables with the
-- caller's rights. The ledger is told by its table named ledger; their rows are in rows.sql.

CREATE FUNCTION ledger_arguments_are_known(ledger regclass, from_time timestamptz, to_time timestamptz, mode text, max_age interval,
                                           area geometry, installation text, asset text,
                                           source text, within float8) RETURNS boolean
    LANGUAGE c STABLE PARALLEL RESTRICTED COST 100 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_arguments_are_known(regclass, timestamptz, timestamptz, text, interval, geometry, text, text, text, float8) IS
    'internal: true, or the error that says which argument of a report is unknown (22S07), out of order (22S05) or out of range (22S06): a report never answers a wrong question with no rows';

CREATE FUNCTION ledger_installation_named(ledger regclass, installation text) RETURNS bigint
    LANGUAGE c STABLE PARALLEL RESTRICTED COST 100 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_installation_named(regclass, text) IS
    'internal: key of the installation with a name, whatever its case, spaces and hyphens; NULL for NULL; error 22S07, with the nearest name, if there is none';

CREATE FUNCTION ledger_source_named(ledger regclass, source text) RETURNS int
    LANGUAGE c STABLE PARALLEL RESTRICTED COST 100 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_source_named(regclass, text) IS
    'internal: key of the source with a name, whatever its case, spaces and hyphens; NULL for NULL; error 22S07, with the nearest name, if there is none';

CREATE FUNCTION ledger_classes_named(ledger regclass, asset text) RETURNS int[]
    LANGUAGE c STABLE PARALLEL RESTRICTED COST 100 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_classes_named(regclass, text) IS
    'internal: keys of the asset class with a name, an alias (whatever its case, spaces and hyphens) or a path, and of all below it; NULL for NULL; error 22S07, with the nearest name, if there is none';

CREATE FUNCTION ledger_changes(ledger regclass, min_confidence float8, area geometry, installation text, asset text,
                               by text, total text, known_at timestamptz, source text, within float8, depth int, from_time timestamptz, to_time timestamptz,
                               mode text, max_age interval)
    RETURNS SETOF ledger_change_row
    LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000 ROWS 100 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_changes(regclass, float8, geometry, text, text, text, text, timestamptz, text, float8, int, timestamptz, timestamptz, text, interval) IS
    'internal: what changed between two instants, as changes_between() of a ledger tells it';

CREATE FUNCTION ledger_between_looks(ledger regclass, min_confidence float8, area geometry, installation text, asset text,
                                     by text, total text, known_at timestamptz, source text, within float8, depth int, n int, mode text)
    RETURNS SETOF ledger_change_row
    LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000 ROWS 100 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_between_looks(regclass, float8, geometry, text, text, text, text, timestamptz, text, float8, int, int, text) IS
    'internal: what changed at each installation from its n-th look before the last to the last, as between_looks() of a ledger tells it';

CREATE FUNCTION ledger_changes_since(ledger regclass, min_confidence float8, area geometry, installation text, asset text,
                                     by text, total text, known_at timestamptz, source text, within float8, depth int, since timestamptz, mode text)
    RETURNS SETOF ledger_change_row
    LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000 ROWS 100 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_changes_since(regclass, float8, geometry, text, text, text, text, timestamptz, text, float8, int, timestamptz, text) IS
    'internal: what was known at an instant against what is known now, as changes_since() of a ledger tells it';

CREATE FUNCTION ledger_inventory(ledger regclass, min_confidence float8, area geometry, installation text, asset text,
                                 by text, total text, known_at timestamptz, source text, within float8, depth int, at timestamptz, mode text, max_age interval)
    RETURNS SETOF ledger_inventory_row
    LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000 ROWS 1000 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_inventory(regclass, float8, geometry, text, text, text, text, timestamptz, text, float8, int, timestamptz, text, interval) IS
    'internal: what was there at an instant, as inventory_at() of a ledger tells it';

CREATE FUNCTION ledger_timeline(ledger regclass, min_confidence float8, area geometry, installation text, asset text,
                                by text, total text, known_at timestamptz, source text, within float8, depth int, from_time timestamptz, to_time timestamptz,
                                step interval, max_age interval)
    RETURNS SETOF ledger_timeline_row
    LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000 ROWS 1000 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_timeline(regclass, float8, geometry, text, text, text, text, timestamptz, text, float8, int, timestamptz, timestamptz, interval, interval) IS
    'internal: how many were there at the end of every step, as timeline_between() of a ledger tells it';

CREATE FUNCTION ledger_told(ledger regclass, min_confidence float8, area geometry, installation text, asset text,
                            by text, total text, known_at timestamptz, source text, within float8, depth int, from_time timestamptz, to_time timestamptz,
                            each_look boolean, unsighted boolean)
    RETURNS SETOF ledger_told_row
    LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000 ROWS 1000 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_told(regclass, float8, geometry, text, text, text, text, timestamptz, text, float8, int, timestamptz, timestamptz, boolean, boolean) IS
    'internal: what the looks told, as told_between() of a ledger tells it; a date that is null leaves nothing out; each_look: a row for each look, what looks of one moment told is not made one; unsighted: of classes too that were never sighted there';

CREATE FUNCTION ledger_turnover(ledger regclass, min_confidence float8, area geometry, installation text, asset text,
                                by text, total text, known_at timestamptz, source text, within float8, depth int, from_time timestamptz, to_time timestamptz)
    RETURNS SETOF ledger_turnover_row
    LANGUAGE c STABLE PARALLEL RESTRICTED COST 10000 ROWS 100 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_turnover(regclass, float8, geometry, text, text, text, text, timestamptz, text, float8, int, timestamptz, timestamptz) IS
    'internal: the fewest that came and left, as turnover_between() of a ledger tells it';

CREATE FUNCTION ledger_persistence(ledger regclass, min_confidence float8, area geometry, installation text, asset text,
                                   by text, total text, known_at timestamptz, source text, within float8, depth int)
    RETURNS SETOF ledger_persistence_row
    LANGUAGE c STABLE PARALLEL RESTRICTED COST 100000 ROWS 100 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION ledger_persistence(regclass, float8, geometry, text, text, text, text, timestamptz, text, float8, int) IS
    'internal: how often two looks some days apart told the same number, as persistence() of a ledger tells it';
