
-- presence x watch: the truth table as operators, each with a function of the same meaning

CREATE FUNCTION changed(presence, watch) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION changed(presence, watch) IS 'arrived or departed: there at exactly one of the two dates';
CREATE FUNCTION arrived(presence, watch) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION arrived(presence, watch) IS 'not there at the earlier date, there at the later';
CREATE FUNCTION departed(presence, watch) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION departed(presence, watch) IS 'there at the earlier date, not there at the later';
CREATE FUNCTION stayed(presence, watch) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION stayed(presence, watch) IS 'there at both dates and all the time between';
CREATE FUNCTION passed(presence, watch) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION passed(presence, watch) IS 'came after the earlier date and went by the later';
CREATE FUNCTION present_during(presence, watch) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION present_during(presence, watch) IS 'there at some time between the two dates';
CREATE FUNCTION presence_contains(presence, timestamptz) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION presence_contains(presence, timestamptz) IS 'there at that instant, read as last known; false at infinity';
CREATE FUNCTION watch_changed(watch, presence) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION watch_changed(watch, presence) IS 'changed(presence, watch), swapped';
CREATE FUNCTION watch_present_during(watch, presence) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION watch_present_during(watch, presence) IS 'present_during(presence, watch), swapped';
CREATE FUNCTION contained_by_presence(timestamptz, presence) RETURNS bool
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT change_support AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION contained_by_presence(timestamptz, presence) IS 'presence_contains(presence, timestamptz), swapped';

-- No operator here has a negator: "not arrived" is five other verdicts, not one. Only the
-- three that read the same from both sides have a commutator.

CREATE OPERATOR <~> (LEFTARG = presence, RIGHTARG = watch, FUNCTION = changed,
    COMMUTATOR = <~>, RESTRICT = presence_sel, JOIN = presence_joinsel);
COMMENT ON OPERATOR <~> (presence, watch) IS 'changed: arrived or departed between the two dates';
CREATE OPERATOR <~> (LEFTARG = watch, RIGHTARG = presence, FUNCTION = watch_changed,
    COMMUTATOR = <~>, RESTRICT = presence_sel, JOIN = presence_joinsel);
COMMENT ON OPERATOR <~> (watch, presence) IS 'changed: arrived or departed between the two dates';
CREATE OPERATOR @+ (LEFTARG = presence, RIGHTARG = watch, FUNCTION = arrived,
    RESTRICT = presence_sel, JOIN = presence_joinsel);
COMMENT ON OPERATOR @+ (presence, watch) IS 'arrived between the two dates and still there at the later';
CREATE OPERATOR @- (LEFTARG = presence, RIGHTARG = watch, FUNCTION = departed,
    RESTRICT = presence_sel, JOIN = presence_joinsel);
COMMENT ON OPERATOR @- (presence, watch) IS 'departed: there at the earlier date, gone by the later';
CREATE OPERATOR @= (LEFTARG = presence, RIGHTARG = watch, FUNCTION = stayed,
    RESTRICT = presence_sel, JOIN = presence_joinsel);
COMMENT ON OPERATOR @= (presence, watch) IS 'stayed: there at both dates';
CREATE OPERATOR @~ (LEFTARG = presence, RIGHTARG = watch, FUNCTION = passed,
    RESTRICT = presence_sel, JOIN = presence_joinsel);
COMMENT ON OPERATOR @~ (presence, watch) IS 'passed: came and went between the two dates';
CREATE OPERATOR && (LEFTARG = presence, RIGHTARG = watch, FUNCTION = present_during,
    COMMUTATOR = &&, RESTRICT = presence_sel, JOIN = presence_joinsel);
COMMENT ON OPERATOR && (presence, watch) IS 'there at some time between the two dates';
CREATE OPERATOR && (LEFTARG = watch, RIGHTARG = presence, FUNCTION = watch_present_during,
    COMMUTATOR = &&, RESTRICT = presence_sel, JOIN = presence_joinsel);
COMMENT ON OPERATOR && (watch, presence) IS 'there at some time between the two dates';
CREATE OPERATOR @> (LEFTARG = presence, RIGHTARG = timestamptz, FUNCTION = presence_contains,
    COMMUTATOR = <@, RESTRICT = presence_sel, JOIN = presence_joinsel);
COMMENT ON OPERATOR @> (presence, timestamptz) IS 'there at that instant';
CREATE OPERATOR <@ (LEFTARG = timestamptz, RIGHTARG = presence, FUNCTION = contained_by_presence,
    COMMUTATOR = @>, RESTRICT = presence_sel, JOIN = presence_joinsel);
COMMENT ON OPERATOR <@ (timestamptz, presence) IS 'there at that instant';

CREATE FUNCTION verdict(presence, watch) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION verdict(presence, watch) IS
    'arrived, departed, stayed, passed, before or after: the only one that holds in the mode of the watch; NULL where the evidence does not decide, and outside its box';
CREATE FUNCTION verdicts(presence, watch) RETURNS text[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 8 AS 'MODULE_PATHNAME';
COMMENT ON FUNCTION verdicts(presence, watch) IS
    'every verdict that holds in the mode of the watch: one in last_known, at most one in certain, at least one in possible; none outside its box';
