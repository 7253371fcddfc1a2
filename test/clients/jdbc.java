// pgjdbc against the example; started by test/clients/jdbc.

import java.sql.*;
import java.time.*;
import java.util.*;
import java.util.regex.*;

class Jdbc {
	record Call(String object, String sql, String[] arguments, String expected) {}

	static void check(String what, Object got, Object expected) {
		if (Objects.equals(got, expected))
			System.out.println("ok - " + what);
		else
			System.out.println("not ok - " + what + "\n    expected: " + expected + "\n    got:      " + got);
	}

	static Connection connect(String options) throws SQLException {
		return DriverManager.getConnection("jdbc:postgresql://" + System.getenv("PGHOST") + ":" + System.getenv("PGPORT")
			+ "/" + System.getenv("PGDATABASE") + "?" + options, System.getenv("PGUSER"), System.getenv("PGPASSWORD"));
	}

	/** rows as text, columns with | between them */
	static List<String> rows(ResultSet result) throws SQLException {
		List<String> all = new ArrayList<>();
		while (result.next()) {
			StringJoiner line = new StringJoiner("|");
			for (int i = 1; i <= result.getMetaData().getColumnCount(); i++)
				line.add(String.valueOf(result.getString(i)));
			all.add(line.toString());
		}
		return all;
	}

	static List<Call> calls(Connection db) throws SQLException {
		List<Call> all = new ArrayList<>();
		ResultSet r = db.createStatement().executeQuery("SELECT object, sql, arguments, expected FROM client_call ORDER BY call_id");
		while (r.next())
			all.add(new Call(r.getString(1), r.getString(2), (String[]) r.getArray(3).getArray(), r.getString(4)));
		return all;
	}

	/** every call with setString, or with setObject of a PGobject of the type itself and no cast */
	static void everyCall(String options, boolean typed) throws SQLException {
		try (Connection db = connect(options)) {
			List<Call> calls = calls(db);
			List<String> wrong = new ArrayList<>();
			for (Call call : calls) {
				List<String> types = new ArrayList<>();
				Matcher cast = Pattern.compile("\\$\\d+::([a-z0-9 ]+(\\[\\])?)").matcher(call.sql);
				while (cast.find())
					types.add(cast.group(1).strip().replaceFirst(" (<|>|@|&|=|#).*", ""));
				String sql = call.sql.replaceAll("\\$\\d+", "?");
				if (typed)
					sql = sql.replaceAll("\\?::(sighting|presence|watch)\\b", "?");
				try (PreparedStatement prepared = db.prepareStatement("SELECT (" + sql + ")::text")) {
					for (int i = 0; i < call.arguments.length; i++) {
						if (typed && types.get(i).matches("sighting|presence|watch")) {
							org.postgresql.util.PGobject value = new org.postgresql.util.PGobject();
							value.setType(types.get(i));
							value.setValue(call.arguments[i]);
							prepared.setObject(i + 1, value);
						} else
							prepared.setObject(i + 1, call.arguments[i], Types.OTHER);
					}
					for (int time = 0; time < 3; time++) {
						ResultSet result = prepared.executeQuery();
						result.next();
						if (!Objects.equals(result.getString(1), call.expected))
							wrong.add(call.object + " gives " + result.getString(1) + ", not " + call.expected);
					}
				} catch (SQLException e) {
					wrong.add(call.object + ": " + e.getMessage());
				}
			}
			check("operators and functions with " + (typed ? "objects of the types" : "text and casts") + ", " + options, wrong, List.of());
			check("there are calls, " + options, calls.size() > 100, true);
			// that they were prepared in the server, and not pasted into text
			check("prepared in the server, " + options, rows(db.createStatement().executeQuery(
				"SELECT count(*) > 100 FROM pg_prepared_statements WHERE NOT from_sql")),
				List.of(options.contains("prepareThreshold=1") ? "t" : "f"));
		}
	}

	static String sqlState(Connection db, String sql, String... arguments) {
		try (PreparedStatement prepared = db.prepareStatement(sql)) {
			for (int i = 0; i < arguments.length; i++)
				prepared.setObject(i + 1, arguments[i], Types.OTHER);
			prepared.executeQuery().next();
			return "no error";
		} catch (SQLException e) {
			return e.getSQLState();
		}
	}

	public static void main(String[] unused) throws Exception {
		everyCall("prepareThreshold=1&binaryTransfer=true&preparedStatementCacheQueries=1000", false);
		everyCall("prepareThreshold=1&binaryTransfer=true&preparedStatementCacheQueries=1000", true);
		// in this mode a PGobject's type does not reach the server: only casts tell it
		everyCall("preferQueryMode=simple", false);

		try (Connection db = connect("prepareThreshold=1")) {
			// metadata
			DatabaseMetaData meta = db.getMetaData();
			List<String> columns = new ArrayList<>();
			ResultSet r = meta.getColumns(null, "syria_illustrated", "change_log", null);
			while (r.next())
				columns.add(r.getString("COLUMN_NAME") + " " + r.getString("TYPE_NAME"));
			check("getColumns of a view", String.join(", ", columns),
				"change_id int8, installation text, asset_class text, class_path text, designation text, status text, by text, "
				+ "verdict text, count_before_min int4, count_before_max int4, count_after_min int4, count_after_max int4, "
				+ "happened_after timestamptz, happened_by timestamptz, lon float8, lat float8, geom geometry, "
				+ "count_before_text text, count_after_text text, kind text, class_group text, asset_class_id int4");
			List<String> described = new ArrayList<>();
			r = meta.getTables(null, "syria_illustrated", null, new String[] {"VIEW"});
			while (r.next())
				if (r.getString("REMARKS") != null && !r.getString("REMARKS").isEmpty())
					described.add(r.getString("TABLE_NAME"));
			check("getTables lists every view with its remark", described, rows(db.createStatement().executeQuery(
				"SELECT viewname FROM pg_views WHERE schemaname = 'syria_illustrated' ORDER BY viewname COLLATE \"C\"")));
			List<String> arguments = new ArrayList<>();
			r = meta.getFunctionColumns(null, "syria_illustrated", "changes", null);
			while (r.next())
				if (r.getShort("COLUMN_TYPE") == DatabaseMetaData.functionColumnIn)
					arguments.add(r.getString("COLUMN_NAME"));
			check("getFunctionColumns names the arguments of a report", String.join(" ", arguments),
				"from_date to_date area installation asset mode max_age by known_at total");
			PreparedStatement changes = db.prepareStatement("""
				SELECT asset_class, count_before_min, count_after_min, count_after_max, certain, after_looked_at, lon, geom
				FROM syria_illustrated.changes(?, to_date => ?, asset => ?) WHERE verdict = 'increased'""");
			List<String> types = new ArrayList<>();
			for (int i = 1; i <= changes.getMetaData().getColumnCount(); i++)
				types.add(changes.getMetaData().getColumnTypeName(i));
			check("a report describes itself before it is run", types, List.of("text", "int4", "int4", "int4", "bool", "timestamptz", "float8", "geometry"));

			// a report in Java's types
			for (int time = 0; time < 2; time++) {
				changes.setObject(1, LocalDate.of(2024, 12, 5));
				changes.setObject(2, LocalDate.of(2024, 12, 13));
				changes.setString(3, "aircraft");
				r = changes.executeQuery();
				r.next();
				check("changes() with named arguments, time " + (time + 1), List.of(r.getString(1), r.getInt(2), r.getInt(3),
						r.getObject(4) == null, r.getBoolean(5), r.getObject(6, OffsetDateTime.class).toInstant(), r.getDouble(7), r.getString(8)),
					List.of("An-32", 1, 3, true, true, Instant.parse("2024-12-13T12:00:00Z"), 35.9487,
						"0101000020E61000008CDB68006FF941404F1E166A4DB34140"));
			}

			// values and arrays of the three types
			r = db.createStatement().executeQuery("""
				SELECT run, ARRAY[run, run], (SELECT presences(seen) FROM unnest('{"2 POINT(35 34)@2024-12-13 09:00:00+00"}'::sighting[]) AS seen)
				FROM syria.presence JOIN syria.asset_class USING (asset_class_id) WHERE name = 'frigate'""");
			r.next();
			String frigates = "2.. POINT(35.874 34.915)@(-infinity, [2024-12-13 12:00:00+00, 2024-12-13 12:00:00+00], infinity)";
			check("a presence", r.getString(1), frigates);
			check("is a PGobject of that type", ((org.postgresql.util.PGobject) r.getObject(1)).getType(), "presence");
			List<String> elements = new ArrayList<>();
			for (Object element : (Object[]) r.getArray(2).getArray())
				elements.add(element.toString());
			check("presence[]", elements, List.of(frigates, frigates));
			check("what presences() gives", rows(r.getArray(3).getResultSet()),
				List.of("1|2 POINT(35 34)@(-infinity, [2024-12-13 09:00:00+00, 2024-12-13 09:00:00+00], infinity)"));
			PreparedStatement array = db.prepareStatement("SELECT presences(seen)::text FROM unnest(?) AS seen");
			array.setArray(1, db.createArrayOf("sighting", new String[] {"2 POINT(35 34)@2024-12-13 09:00:00+00", "0 POINT(35 34)@2024-12-20 09:00:00+00"}));
			check("sighting[] as a parameter", rows(array.executeQuery()),
				List.of("{\"2 POINT(35 34)@(-infinity, [2024-12-13 09:00:00+00, 2024-12-13 09:00:00+00], 2024-12-20 09:00:00+00)\"}"));

			// batches, presences at commit
			db.setAutoCommit(false);
			PreparedStatement look = db.prepareStatement("""
				INSERT INTO syria_illustrated.observation (installation_id, source_id, observed_at, completeness, scope, gsd_m)
				SELECT installation_id, source_id, ?, ?, ?::ltree[], 0.5
				FROM syria_illustrated.installation, syria_illustrated.source
				WHERE installation.name = 'Khmeimim' AND source.name = 'ILLUSTRATIVE, not real'""");
			for (int day = 27; day <= 28; day++) {
				look.setObject(1, OffsetDateTime.of(2024, 12, day, 9, 0, 0, 0, ZoneOffset.UTC));
				look.setString(2, "complete");
				look.setArray(3, db.createArrayOf("text", new String[] {"aircraft.transport"}));
				look.addBatch();
			}
			check("a batch of observations", Arrays.toString(look.executeBatch()), "[1, 1]");
			PreparedStatement seen = db.prepareStatement("""
				INSERT INTO syria_illustrated.sighting (installation_id, observation_id, asset_class_id, count)
				SELECT installation_id, observation_id, asset_class_id, ?::int4range
				FROM syria_illustrated.observation, syria_illustrated.asset_class
				WHERE observed_at = ? AND asset_class.name = ?""");
			for (int day = 27; day <= 28; day++) {
				for (String[] one : new String[][] {{"[2,2]", "An-72"}, {"[4,)", "Il-76"}}) {
					seen.setString(1, one[0]);
					seen.setObject(2, OffsetDateTime.of(2024, 12, day, 9, 0, 0, 0, ZoneOffset.UTC));
					seen.setString(3, one[1]);
					seen.addBatch();
				}
			}
			check("a batch of sightings", Arrays.toString(seen.executeBatch()), "[1, 1, 1, 1]");
			db.commit();
			check("what was loaded", rows(db.createStatement().executeQuery("""
				SELECT asset_class, verdict, count_after_min, count_after_max
				FROM syria_illustrated.changes('2024-12-20', '2024-12-28') ORDER BY class_path""")),
				List.of("Il-76|arrived|4|null", "An-32|departed|0|0", "An-72|increased|2|2"));
			db.setAutoCommit(true);

			check("malformed text", sqlState(db, "SELECT ?::presence", "2 POINT(1)"), "22P02");
			check("reversed dates", sqlState(db, "SELECT watch(?::timestamptz, ?::timestamptz)", "2024-12-13", "2024-12-05"), "22S05");
			check("unknown class", sqlState(db, "SELECT * FROM syria.changes(?, ?, asset => ?)", "2024-12-05", "2024-12-13", "Zeppelin"), "22S07");
		}
		System.out.println("done");
	}
}
