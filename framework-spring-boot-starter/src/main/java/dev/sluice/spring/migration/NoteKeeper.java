package dev.sluice.spring.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes, as the owner, for which application Flyway finds the history current. */
final class NoteKeeper {

    private static final Logger log = LoggerFactory.getLogger(NoteKeeper.class);

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final HistoryTable history;
    private final WorkSessions sessions;
    private final Schema schema;

    NoteKeeper(HistoryTable history, WorkSessions sessions, Schema schema) {
        this.history = history;
        this.sessions = sessions;
        this.schema = schema;
    }

    /** Asks Flyway once more, and notes what it says. A note that cannot be made is logged: the next start is the slower for it. */
    void note(Fingerprint application) {
        try (Connection connection = sessions.getConnection()) {
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                note(application, statement);
            }
        } catch (SQLException e) {
            // Then somebody else is about to note it, or works on the history.
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                warn(e);
            }
        } catch (FlywayException e) {
            warn(e);
        }
    }

    private static void warn(Exception e) {
        log.warn(
                "that the schema is current could not be noted, so the next start asks Flyway again: {}",
                String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }

    private void note(Fingerprint application, Statement statement) throws SQLException {
        String table;
        String noted;
        try (ResultSet row = statement.executeQuery(history.note())) {
            if (!row.next()) {
                return;
            }
            table = row.getString("history");
            noted = row.getString("note");
        }
        String before = digest(statement, table);
        if (CurrentNote.parse(noted)
                .filter(note -> note.isOf(application, before))
                .isPresent()) {
            return;
        }
        SchemaState state = schema.state();
        // What has not changed around the look is what was looked at.
        if (state.current() && before.equals(digest(statement, table))) {
            statement.execute(HistoryTable.write(
                    table, CurrentNote.of(application, before, state.version()).text()));
        }
    }

    private static String digest(Statement statement, String table) throws SQLException {
        try (ResultSet row = statement.executeQuery(HistoryTable.digest(table))) {
            row.next();
            return row.getString("digest");
        }
    }
}
