package dev.sluice.spring.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Indexes that {@code CREATE INDEX CONCURRENTLY} left behind when it was interrupted: no query uses them, and every write
 * pays for them. The index of a partitioned table is not among them: that is invalid until each partition has its own.
 */
final class InvalidIndexes {

    private static final String FIND = """
            select format('%I.%I', n.nspname, c.relname), i.indrelid::regclass::text
            from pg_index i
            join pg_class c on c.oid = i.indexrelid
            join pg_namespace n on n.oid = c.relnamespace
            where not i.indisvalid and c.relkind = 'i'
              and not exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid)
            """;

    private InvalidIndexes() {}

    /**
     * An invalid index that nobody is building.
     *
     * @param name quoted, with its schema
     * @param table the table that it is of
     */
    record InvalidIndex(String name, String table) {

        String mend() {
            return "drop index concurrently " + name;
        }

        @Override
        public String toString() {
            return "index %s of %s is invalid, left by a crash: no query uses it, every write pays for it (%s; then make it"
                            .formatted(name, table, mend())
                    + " again)";
        }
    }

    /** Those of the database. */
    static List<InvalidIndex> find(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(FIND + " order by 1")) {
            List<InvalidIndex> found = new ArrayList<>();
            while (rows.next()) {
                found.add(new InvalidIndex(rows.getString(1), rows.getString(2)));
            }
            return found;
        }
    }

    /** The one that a statement would find in its way, by the name as the statement writes it. */
    static Optional<InvalidIndex> find(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND + " and i.indexrelid = to_regclass(?)")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new InvalidIndex(row.getString(1), row.getString(2)))
                        : Optional.empty();
            }
        }
    }
}
