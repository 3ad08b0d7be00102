package dev.sluice.spring.migration;

import dev.sluice.spring.migration.InvalidIndexes.InvalidIndex;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The making of an index that may be interrupted at any moment. Whoever dies meanwhile leaves an invalid index, or, when the
 * server does not notice in time, a valid one that the schema history does not know. Invalid ones are told by the
 * catalog. For valid ones the attempt is noted before it begins, as the comment of the history's table: only an index
 * that was not there then, and is wanted by the same script, is what an earlier attempt has made.
 */
final class IndexAttempt {

    private static final Logger log = LoggerFactory.getLogger(IndexAttempt.class);

    private final Connection connection;
    private final @Nullable String schema;
    private final String table;

    /**
     * @param connection in autocommit
     * @param schema of the history's table, null for the current schema
     * @param table the history's table
     */
    IndexAttempt(Connection connection, @Nullable String schema, String table) {
        this.connection = connection;
        this.schema = schema;
        this.table = table;
    }

    /** Drops what an earlier attempt has left, and notes this one. */
    void begin(String index, String attempt) throws SQLException {
        String note = "Sluice makes index %s for %s".formatted(index, attempt);
        Optional<InvalidIndex> leftover = InvalidIndexes.find(connection, index);
        if (leftover.isPresent()) {
            log.warn("{}; this migration makes it, so it is dropped now", leftover.get());
            execute(leftover.get().mend());
        } else if (text("select to_regclass(?)::text", index) != null) {
            if (note.equals(text("select obj_description(to_regclass(?), 'pg_class')", history()))) {
                log.warn("index {} is complete, but who made it died before that was noted: makes it again", index);
                execute("drop index concurrently " + index);
            }
            return;
        }
        execute(String.valueOf(text("select format('comment on table %s is %L', ?, ?)", history(), note)));
    }

    private String history() throws SQLException {
        return String.valueOf(
                schema == null
                        ? text("select format('%I.%I', current_schema(), ?)", table)
                        : text("select format('%I.%I', ?, ?)", schema, table));
    }

    private @Nullable String text(String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
