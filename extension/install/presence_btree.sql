
-- the order of presences, and equality

CREATE FUNCTION presence_cmp(presence, presence) RETURNS int
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_lt(presence, presence) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_le(presence, presence) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_eq(presence, presence) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_ne(presence, presence) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_ge(presence, presence) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';
CREATE FUNCTION presence_gt(presence, presence) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'MODULE_PATHNAME';

CREATE OPERATOR < (LEFTARG = presence, RIGHTARG = presence, FUNCTION = presence_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = presence, RIGHTARG = presence, FUNCTION = presence_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR = (LEFTARG = presence, RIGHTARG = presence, FUNCTION = presence_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = presence, RIGHTARG = presence, FUNCTION = presence_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR >= (LEFTARG = presence, RIGHTARG = presence, FUNCTION = presence_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
CREATE OPERATOR > (LEFTARG = presence, RIGHTARG = presence, FUNCTION = presence_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);

CREATE FUNCTION presence_sortsupport(internal) RETURNS void
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME';

COMMENT ON OPERATOR < (presence, presence) IS 'before, in order of first_seen, then gone_by, last_seen, not_seen_at, place and count';
COMMENT ON OPERATOR <= (presence, presence) IS 'before or the same, in order of first_seen, then gone_by, last_seen, not_seen_at, place and count';
COMMENT ON OPERATOR = (presence, presence) IS 'the same in every field';
COMMENT ON OPERATOR <> (presence, presence) IS 'not the same in every field';
COMMENT ON OPERATOR >= (presence, presence) IS 'after or the same, in order of first_seen, then gone_by, last_seen, not_seen_at, place and count';
COMMENT ON OPERATOR > (presence, presence) IS 'after, in order of first_seen, then gone_by, last_seen, not_seen_at, place and count';

CREATE OPERATOR CLASS presence_ops DEFAULT FOR TYPE presence USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 presence_cmp(presence, presence),
    FUNCTION 2 presence_sortsupport(internal);
COMMENT ON OPERATOR CLASS presence_ops USING btree IS
    'presences in order of first_seen, then gone_by, last_seen, not_seen_at, place and count';

CREATE OPERATOR CLASS presence_hash_ops DEFAULT FOR TYPE presence USING hash AS
    OPERATOR 1 =, FUNCTION 1 presence_hash(presence), FUNCTION 2 presence_hash_extended(presence, bigint);
COMMENT ON OPERATOR CLASS presence_hash_ops USING hash IS 'equal presences';
