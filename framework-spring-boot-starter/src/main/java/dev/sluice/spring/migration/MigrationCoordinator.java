package dev.sluice.spring.migration;

import dev.sluice.spring.migration.MigrationObserver.Outcome;
import dev.sluice.spring.migration.SchemaState.PendingMigration;
import dev.sluice.spring.settings.MigrationSettings;
import java.sql.SQLException;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one of many instances migrate. Each asks first, without any lock, whether the schema is current. Who finds that it
 * is not tries for the lock, asks again when it has it, and migrates; the others find the schema current, or are told
 * of a failure that would be theirs too. Blocks the calling thread, at most for the settings' timeout and the
 * migrations themselves.
 */
final class MigrationCoordinator {

    private static final Logger log = LoggerFactory.getLogger(MigrationCoordinator.class);

    private final Schema schema;
    private final WorkSessions sessions;
    private final MigrationSettings settings;
    private final LockTimes times;
    private final MigrationObserver observer;
    private final RandomGenerator random;

    MigrationCoordinator(
            Schema schema,
            WorkSessions sessions,
            MigrationSettings settings,
            LockTimes times,
            MigrationObserver observer,
            RandomGenerator random) {
        this.schema = schema;
        this.sessions = sessions;
        this.settings = settings;
        this.times = times;
        this.observer = observer;
        this.random = random;
    }

    /**
     * Brings the schema up to date.
     *
     * @return who did it
     * @throws SluiceMigrationException if it is not, saying why
     */
    Outcome run() {
        LockWait wait = new LockWait(new Patience(settings.timeout()), settings);
        Outcome outcome = Outcome.FAILED;
        try {
            outcome = run(wait);
            return outcome;
        } finally {
            observer.lockWaited(wait.waited(), outcome);
        }
    }

    private Outcome run(LockWait wait) {
        Backoff backoff = new Backoff(random);
        boolean led = false;
        while (true) {
            SchemaState state = schema.state();
            if (state.current()) {
                log.info("schema is current, version {}", state.version());
                observer.current(state.version());
                return led ? Outcome.ACQUIRED : wait.hasBegun() ? Outcome.MIGRATED_BY_ANOTHER : Outcome.CURRENT;
            }
            try (MigrationLock lock = sessions.openLock()) {
                if (wait.await(lock, backoff, state)) {
                    led = true;
                    if (lead(lock, wait, backoff)) {
                        return Outcome.ACQUIRED;
                    }
                }
            } catch (SQLException e) {
                wait.interrupted(e, backoff);
            }
        }
    }

    /** @return whether the schema is current now; false to start again, because the lock was lost */
    private boolean lead(MigrationLock lock, LockWait wait, Backoff backoff) throws SQLException {
        SchemaState state = schema.state();
        if (state.current()) {
            observer.current(state.version());
            return true;
        }
        try (LockHeartbeat heartbeat = LockHeartbeat.start(lock, times, settings, sessions::cut)) {
            wait.endFormerWork(lock, backoff);
            sessions.lead(heartbeat);
            while (true) {
                try {
                    Schema.Applied applied = schema.migrate();
                    log.info("{} migrations applied", applied.count());
                    observer.current(applied.version());
                    return true;
                } catch (MigrationFailure e) {
                    if (e.isInterrupted()) {
                        // Who was frozen may hear of its successor here before the next beat.
                        heartbeat.beat();
                    }
                    if (heartbeat.lost()) {
                        return false;
                    }
                    retryOrFail(e, state, lock, wait, backoff);
                }
            }
        } finally {
            sessions.stop();
            report(lock);
        }
    }

    private void retryOrFail(
            MigrationFailure failure, SchemaState state, MigrationLock lock, LockWait wait, Backoff backoff)
            throws SQLException {
        if (failure.isBusy() && !wait.isOver()) {
            wait.busy(failure, lock, backoff);
            return;
        }
        String name = name(failure.migration());
        String reason = "%s failed: %s".formatted(name, failure.getMessage());
        if (!failure.isInterrupted() && !failure.isBusy()) {
            lock.tell(new FailureNotice(Objects.requireNonNullElseGet(failure.migration(), state::whole), reason));
        }
        throw new SluiceMigrationException(reason + consequence(failure, wait), failure);
    }

    private static String consequence(MigrationFailure failure, LockWait wait) {
        if (failure.isBusy()) {
            return "; tried again for %d s (sluice.migrations.timeout), always behind somebody else's locks: start again when"
                            .formatted(wait.spent().toSeconds())
                    + " the long transactions on its tables have ended";
        }
        if (failure.migration() == null) {
            return "; no migration was begun: correct that and start again";
        }
        return failure.rolledBack()
                ? "; it was rolled back, those before it are applied: correct it and start again"
                : "; it ran outside of a transaction, so part of it may be done, and Flyway has it as failed: undo that part,"
                        + " correct it, remove the failed entry (flyway repair) and start again";
    }

    private static String name(@Nullable PendingMigration migration) {
        return migration == null ? "bringing the schema up to date" : "migration " + migration.script();
    }

    private static void report(MigrationLock lock) {
        try {
            InvalidIndexes.find(lock.connection()).forEach(index -> log.warn("{}", index));
        } catch (SQLException e) {
            // Must not hide what happened before.
            log.warn("invalid indexes could not be looked for: {}", e.getMessage());
        }
    }
}
