
-- rows: what the functions in C that a ledger's reports call return. PostgreSQL cannot replace a
-- function by one with other columns, but a type grows (ALTER TYPE ... ADD ATTRIBUTE), below what
-- ledgers have made of it. The place stands before what has been added. doubt is a number, see
-- doubt_codes.

CREATE TYPE ledger_change_row AS (
    installation text, asset_class text, class_path text, designation text, status text,
    count_before_min int, count_before_max int, count_after_min int, count_after_max int,
    change_min int, change_max int, verdict text, certain boolean,
    before_looked_at timestamptz, after_looked_at timestamptz, stale_before boolean, stale_after boolean,
    doubt int, before_look bigint, after_look bigint, sources text,
    lon double precision, lat double precision, geom geometry(Point, 4326));
COMMENT ON TYPE ledger_change_row IS 'internal: a row of ledger_changes() and its like';

CREATE TYPE ledger_inventory_row AS (
    installation text, asset_class text, class_path text, designation text, status text,
    count_min int, count_max int, state text, told_min int, told_max int,
    looked_at timestamptz, first_seen timestamptz, doubt int, look bigint, sources text,
    lon double precision, lat double precision, geom geometry(Point, 4326));
COMMENT ON TYPE ledger_inventory_row IS 'internal: a row of ledger_inventory()';

CREATE TYPE ledger_timeline_row AS (
    step_from timestamptz, step_to timestamptz, installation text, asset_class text, class_path text, designation text, status text,
    count_min int, count_max int, state text, told_min int, told_max int, looked_at timestamptz,
    lon double precision, lat double precision, geom geometry(Point, 4326));
COMMENT ON TYPE ledger_timeline_row IS 'internal: a row of ledger_timeline()';

CREATE TYPE ledger_told_row AS (
    installation text, asset_class text, class_path text, designation text, status text,
    observed_from timestamptz, observed_at timestamptz, count_min int, count_max int, doubt int, look bigint,
    lon double precision, lat double precision, geom geometry(Point, 4326));
COMMENT ON TYPE ledger_told_row IS 'internal: a row of ledger_told()';

CREATE TYPE ledger_turnover_row AS (
    installation text, asset_class text, class_path text, designation text, status text,
    came_min bigint, left_min bigint, looks bigint, from_looked_at timestamptz, to_looked_at timestamptz,
    lon double precision, lat double precision, geom geometry(Point, 4326));
COMMENT ON TYPE ledger_turnover_row IS 'internal: a row of ledger_turnover()';

CREATE TYPE ledger_persistence_row AS (
    asset_class text, class_path text, days int, pairs bigint, same bigint, still_so text);
COMMENT ON TYPE ledger_persistence_row IS 'internal: a row of ledger_persistence()';
