package dev.sluice.spring.migration;

import dev.sluice.spring.migration.SchemaState.PendingMigration;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.jspecify.annotations.Nullable;

/** The schema as Flyway sees it. */
final class FlywaySchema implements Schema {

    /** States of migrations that are no reason to do anything; for all others Flyway decides, under the lock. */
    private static final Set<MigrationState> SETTLED = EnumSet.of(
            MigrationState.SUCCESS,
            MigrationState.BASELINE,
            MigrationState.BELOW_BASELINE,
            MigrationState.BASELINE_IGNORED,
            MigrationState.OUT_OF_ORDER,
            MigrationState.SUPERSEDED,
            MigrationState.ABOVE_TARGET);

    private final Flyway flyway;

    FlywaySchema(Flyway flyway) {
        this.flyway = flyway;
    }

    @Override
    public SchemaState state() {
        MigrationInfoService info = flyway.info();
        MigrationInfo newest = info.current();
        return new SchemaState(
                Arrays.stream(info.all()).allMatch(this::isSettled),
                newest == null || newest.getVersion() == null
                        ? ""
                        : newest.getVersion().toString(),
                info.applied().length,
                migrations(info.pending()),
                migrations(Arrays.stream(info.all())
                        .filter(migration -> migration.getState().isFailed())
                        .toArray(MigrationInfo[]::new)));
    }

    @Override
    public Applied migrate() {
        try {
            MigrateResult result = flyway.migrate();
            return new Applied(
                    result.migrationsExecuted,
                    Objects.requireNonNullElse(
                            result.targetSchemaVersion, Objects.requireNonNullElse(result.initialSchemaVersion, "")));
        } catch (FlywayMigrateException e) {
            throw new MigrationFailure(
                    migration(e.getMigration()), sqlState(e), e.isExecutableInTransaction(), reason(e), e);
        } catch (FlywayException e) {
            throw new MigrationFailure(null, sqlState(e), true, reason(e), e);
        }
    }

    // A newer version of the application may have migrated further: with Flyway's defaults that is no error.
    private boolean isSettled(MigrationInfo migration) {
        if (migration.getState() == MigrationState.FUTURE_SUCCESS) {
            return Arrays.stream(flyway.getConfiguration().getIgnoreMigrationPatterns())
                    .anyMatch(pattern -> pattern.matchesMigration(migration.isVersioned(), migration.getState()));
        }
        return SETTLED.contains(migration.getState())
                && migration.isChecksumMatching()
                && migration.isDescriptionMatching()
                && migration.isTypeMatching();
    }

    private static List<PendingMigration> migrations(MigrationInfo[] migrations) {
        return Arrays.stream(migrations).map(FlywaySchema::migration).toList();
    }

    private static PendingMigration migration(MigrationInfo migration) {
        return new PendingMigration(migration.getScript(), Objects.toString(migration.getChecksum(), ""));
    }

    private static String sqlState(Throwable failure) {
        SQLException sql = sqlException(failure);
        return sql == null ? "" : Objects.requireNonNullElse(sql.getSQLState(), "");
    }

    // Flyway's own message repeats the script; the server's first line says what is wrong, and holds no row.
    private static String reason(FlywayException failure) {
        SQLException sql = sqlException(failure);
        String message = Objects.requireNonNullElse(
                (sql == null ? failure : sql).getMessage(), failure.getClass().getName());
        return sql == null
                ? message.strip()
                : sql.getSQLState() + " " + message.lines().findFirst().orElse("");
    }

    private static @Nullable SQLException sqlException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }
}
