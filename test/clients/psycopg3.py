# psycopg 3 against the example; started by test/clients/psycopg3.
import datetime
import re

import psycopg
from psycopg.types import TypeInfo
from psycopg.types.range import Range

UTC = datetime.timezone.utc


def check(what, got, expected):
    if got == expected:
        print("ok -", what)
    else:
        print(f"not ok - {what}\n    expected: {expected!r}\n    got:      {got!r}")


conn = psycopg.connect(autocommit=True)
types = {name: TypeInfo.fetch(conn, name) for name in ("sighting", "presence", "watch")}
for info in types.values():
    info.register(conn)
calls = conn.execute("SELECT object, sql, arguments, expected FROM client_call ORDER BY call_id").fetchall()


def placeholders(sql):
    """$1 as psycopg writes it; whatever % an operator held would have to be doubled"""
    return re.sub(r"\$(\d+)", r"%(a\1)s", sql)


def named(arguments):
    return {f"a{i}": value for i, value in enumerate(arguments, 1)}


check("no operator holds a %", [sql for _, sql, _, _ in calls if "%" in sql], [])

# text in, text out; executed often enough to be prepared in the server
wrong = []
for name, sql, arguments, expected in calls:
    for _ in range(2):
        got = conn.execute(f"SELECT ({placeholders(sql)})::text", named(arguments), prepare=True).fetchone()[0]
        if got != expected:
            wrong.append((name, got, expected))
check(f"{len(calls)} operators and functions with text parameters, prepared", wrong, [])
check("there are calls", len(calls) > 100, True)

# binary in, binary out, for values of the three types, their arrays and what they are made of
with conn.cursor() as cur:
    wrong = []
    seen = set()
    for name, sql, arguments, expected in calls:
        kinds = re.findall(r"\$\d+::(sighting|presence|watch)\b", sql)
        if not kinds or len(kinds) != len(arguments):
            continue
        images = [bytes(conn.execute(f"SELECT {kind}_send(%s::{kind})", [value]).fetchone()[0])
                  for kind, value in zip(kinds, arguments)]
        result = conn.pgconn.exec_params(f"SELECT ({sql})::text".encode(), images,
                                         param_types=[types[kind].oid for kind in kinds],
                                         param_formats=[1] * len(images))
        got = result.get_value(0, 0)
        if (got and got.decode()) != expected:
            wrong.append((name, result.error_message or got, expected))
        seen.add(name)
    check("operators and functions with binary parameters", wrong, [])
    check("among them those of the README", {f"{op}(presence,watch)" for op in ("<~>", "@+", "@-", "@=", "@~", "&&")} - seen, set())

    wrong = []
    for kind in types:
        text = next(value for _, sql, arguments, _ in calls
                    for asked, value in zip(re.findall(r"\$\d+::(\w+)", sql), arguments) if asked == kind)
        for binary in (False, True):
            value, array, image = cur.execute(
                f"SELECT %s::{kind}, ARRAY[%s, %s]::{kind}[], {kind}_send(%s::{kind})", [text] * 4, binary=binary).fetchone()
            # psycopg knows no binary form of a base type that is not its own: it hands out the bytes
            single = bytes(image) if binary else text
            if (value, array) != (single, [single, single]):
                wrong.append((kind, binary, value, array))
    check("values and arrays in text and binary results", wrong, [])

# COPY
with conn.cursor() as cur:
    cur.execute("""CREATE TABLE kept (seen sighting, run presence, question watch);
        INSERT INTO kept (run) SELECT run FROM syria_illustrated.presence;
        INSERT INTO kept VALUES
            ('2.. POINT(-179.9999999 -90)@2024-12-13 09:00:00.000001+00',
             '2..5 POINT(180 90)@(-infinity, [2024-12-13 09:00:00+00, 2024-12-15 09:00:00+00], infinity)',
             '[2024-12-05 00:00:00+00, 2024-12-13 23:59:59+00] BOX(170 -10, -170 10) possible');
        CREATE TABLE brought (LIKE kept)""")
    for format in ("binary", "text"):
        with cur.copy(f"COPY kept TO STDOUT (FORMAT {format})") as copy:
            out = b"".join(bytes(part) for part in copy)
        with cur.copy(f"COPY brought FROM STDIN (FORMAT {format})") as copy:
            copy.write(out)
        with cur.copy(f"COPY brought TO STDOUT (FORMAT {format})") as copy:
            again = b"".join(bytes(part) for part in copy)
        check(f"{format} COPY out, in and out again is the same bytes", (again == out, len(out) > 500), (True, True))
        cur.execute("TRUNCATE brought")

# a report: Python's own types
rows = conn.execute("""SELECT asset_class, count_before_min, count_after_min, count_after_max, certain, after_looked_at, lon, geom
    FROM syria_illustrated.changes(%s, to_date => %s, asset => %s) WHERE verdict = 'increased'""",
    (datetime.date(2024, 12, 5), datetime.date(2024, 12, 13), "aircraft")).fetchall()
check("changes() in Python's types", rows, [
    ("An-32", 1, 3, None, True, datetime.datetime(2024, 12, 13, 12, tzinfo=UTC), 35.9487,
     "0101000020E61000008CDB68006FF941404F1E166A4DB34140")])

# Python has no infinite time: the reports hold none, and finite() makes it None
try:
    conn.execute("SELECT not_seen_at(run) FROM syria.presence").fetchall()
    check("-infinity is no datetime", "no error", "DataError")
except psycopg.DataError:
    check("-infinity is no datetime", "DataError", "DataError")
check("finite() makes it None", conn.execute("SELECT DISTINCT finite(not_seen_at(run)) FROM syria.presence").fetchall(), [(None,)])
wrong = []
for relation in ("changes('2024-12-01', '2024-12-31')", "inventory('2024-12-13')", "turnover('2024-12-01', '2024-12-31')", "between_looks()", "timeline('2024-12-01', '2024-12-31')",
                 "coverage('2024-12-01', '2024-12-31')", "stale('2024-12-25', '1 day')", "movements('2024-12-01', '2024-12-31')",
                 "presence_flat", "current_inventory", "latest_observation", "change_log", "stay_interval2", "dwc_event",
                 "dwc_occurrence"):
    for ledger in ("syria", "syria_illustrated"):
        try:
            conn.execute(f"SELECT * FROM {ledger}.{relation}").fetchall()
        except psycopg.DataError as error:
            wrong.append((ledger, relation, str(error)))
check("no report or view holds a time that Python cannot", wrong, [])

# sightings through COPY, their look through a pipeline: presences are derived at commit
with conn.transaction(), conn.pipeline():
    look = conn.execute("""INSERT INTO syria_illustrated.observation
            (installation_id, source_id, observed_at, completeness, scope, gsd_m)
        SELECT installation_id, source_id, %s, 'complete', '{aircraft.transport}', 0.5
        FROM syria_illustrated.installation, syria_illustrated.source
        WHERE installation.name = %s AND source.name = 'ILLUSTRATIVE, not real'
        RETURNING installation_id, observation_id""", (datetime.datetime(2024, 12, 27, 9, tzinfo=UTC), "Khmeimim"))
    classes = conn.execute("SELECT name, asset_class_id FROM syria_illustrated.asset_class")
    installation, observation = look.fetchone()
    classes = dict(classes.fetchall())
with conn.cursor() as cur:
    with cur.copy("COPY syria_illustrated.sighting (installation_id, observation_id, asset_class_id, count) FROM STDIN") as copy:
        copy.write_row((installation, observation, classes["An-72"], Range(2, 3)))
        copy.write_row((installation, observation, classes["Il-76"], Range(4, None)))
check("sightings through COPY", conn.execute("""SELECT asset_class, verdict, count_after_min, count_after_max
    FROM syria_illustrated.changes('2024-12-20', '2024-12-27') ORDER BY class_path""").fetchall(),
    [("Il-76", "arrived", 4, None), ("An-32", "departed", 0, 0), ("An-72", "increased", 2, 2)])

# bad input keeps its SQLSTATE
for sql, arguments, state in (("SELECT %s::presence", ["2 POINT(1)"], "22P02"),
                              ("SELECT watch(%s::timestamptz, %s::timestamptz)", ["2024-12-13", "2024-12-05"], "22S05"),
                              ("SELECT * FROM syria.changes(%s, %s, asset => %s)", ["2024-12-05", "2024-12-13", "Zeppelin"], "22S07")):
    try:
        conn.execute(sql, arguments)
        got = "no error"
    except psycopg.Error as error:
        got = error.sqlstate
    check(f"{sql} with {arguments[-1]!r}", got, state)
print("done")
