package dev.sluice.spring.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * Lets {@code CONCURRENTLY} work. Such a statement waits for the transactions before it, long ones too, and nobody waits
 * behind it: the lock timeout, meant for statements that others queue behind, would only interrupt it. The index that an
 * interrupted try has left is dropped first, so that the migration can be repeated as it is.
 */
final class ConcurrentStatements implements Callback {

    private static final String COMMENTS = "(?:\\s|--[^\\n]*\\n|/\\*.*?\\*/)*";
    private static final String NAME = "(?:\"(?:[^\"]|\"\")+\"|[\\w$]+)";

    private static final Pattern CONCURRENT = Pattern.compile(
            COMMENTS
                    + "(?:create\\s+(?:unique\\s+)?index|drop\\s+index|reindex\\b[^;]*?|refresh\\s+materialized\\s+view"
                    + "|alter\\s+table\\b[^;]*?\\bdetach\\s+partition\\b[^;]*?)\\s+concurrently\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern CREATED = Pattern.compile(
            COMMENTS + "create\\s+(?:unique\\s+)?index\\s+concurrently\\s+(?:if\\s+not\\s+exists\\s+)?(" + NAME
                    + ")\\s+on\\s+(?:only\\s+)?((?:" + NAME + "\\s*\\.\\s*)?)" + NAME + ".*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final Duration lockTimeout;
    private final Duration patience;

    ConcurrentStatements(Duration lockTimeout, Duration patience) {
        this.lockTimeout = lockTimeout;
        this.patience = patience;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE_STATEMENT;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public String getCallbackName() {
        return "sluice-concurrent-statements";
    }

    @Override
    public void handle(Event event, Context context) {
        Connection connection = context.getConnection();
        try {
            // In a transaction the server refuses CONCURRENTLY, except to refresh a view.
            if (connection.getAutoCommit()) {
                prepare(connection, context);
            }
        } catch (SQLException e) {
            throw new FlywayException("before a statement outside of a transaction: " + e.getMessage(), e);
        }
    }

    private void prepare(Connection connection, Context context) throws SQLException {
        String sql = context.getStatement().getSql();
        boolean concurrent = CONCURRENT.matcher(sql).matches();
        SessionSettings.apply(connection, "lock_timeout", (concurrent ? patience : lockTimeout).toMillis() + "ms");
        Optional<String> index = createdIndex(sql);
        if (index.isPresent()) {
            Configuration configuration = context.getConfiguration();
            new IndexAttempt(connection, configuration.getDefaultSchema(), configuration.getTable())
                    .begin(index.get(), attempt(context.getMigrationInfo()));
        }
    }

    /** The index that a statement makes concurrently, as the statement writes it; it is in its table's schema. */
    static Optional<String> createdIndex(String sql) {
        Matcher created = CREATED.matcher(sql);
        return created.matches() ? Optional.of(created.group(2) + created.group(1)) : Optional.empty();
    }

    // A changed script is another attempt.
    private static String attempt(MigrationInfo migration) {
        return migration.getScript() + " " + migration.getChecksum();
    }
}
