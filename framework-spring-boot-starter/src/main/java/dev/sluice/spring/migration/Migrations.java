package dev.sluice.spring.migration;

import dev.sluice.spring.BeforeConnect;
import dev.sluice.spring.migration.InvalidIndexes.InvalidIndex;
import dev.sluice.spring.migration.MigrationObserver.Outcome;
import dev.sluice.spring.settings.MigrationSettings;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The schema of the application, brought up to date on the thread that starts it. */
final class Migrations implements BeforeConnect {

    private final Schema schema;
    private final WorkSessions sessions;
    private final MigrationCoordinator coordinator;

    Migrations(CoordinatedFlyway flyway, MigrationSettings settings, MigrationObserver observer) {
        this.schema = new FlywaySchema(flyway.flyway());
        this.sessions = flyway.sessions();
        this.coordinator = new MigrationCoordinator(
                schema, sessions, settings, LockTimes.DEFAULT, observer, ThreadLocalRandom.current());
    }

    @Override
    public void run() {
        migrate();
    }

    Outcome migrate() {
        return coordinator.run();
    }

    Status status() throws SQLException {
        try (MigrationLock lock = sessions.openLock()) {
            return new Status(schema.state(), lock.holder(), InvalidIndexes.find(lock.connection()));
        }
    }

    record Status(SchemaState schema, Optional<LockHolder> holder, List<InvalidIndex> invalidIndexes) {}
}
