package dev.sluice.spring.migration;

import dev.sluice.spring.settings.MigrationSettings;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The waits of one start: what it says while it waits, and when it stops waiting. For one thread. */
final class LockWait {

    private static final Logger log = LoggerFactory.getLogger(LockWait.class);

    private final Patience patience;
    private final MigrationSettings settings;
    private @Nullable LockHolder last;
    private @Nullable Patience begun;
    private Duration waited = Duration.ZERO;
    private Duration nextWord = Duration.ZERO;

    LockWait(Patience patience, MigrationSettings settings) {
        this.patience = patience;
        this.settings = settings;
    }

    boolean hasBegun() {
        return !waited.isZero();
    }

    /** How long it waited for the lock. */
    Duration waited() {
        return waited;
    }

    /** How long it takes, from its beginning. */
    Duration spent() {
        return patience.spent();
    }

    boolean isOver() {
        return patience.isOver();
    }

    /**
     * Waits for the lock.
     *
     * @return true with the lock; false when its holder has changed, so that the schema may be current
     * @throws SluiceMigrationException when the time is over, naming the holder, or on a failure of another
     *     instance's that would be this one's too
     */
    boolean await(MigrationLock lock, Backoff backoff, SchemaState state) throws SQLException {
        begun = new Patience(Duration.ZERO);
        Duration before = waited;
        try {
            while (true) {
                boolean acquired = lock.tryAcquire();
                refuse(lock.notices(), state);
                if (acquired) {
                    return true;
                }
                Optional<LockHolder> holder = lock.holder();
                if (holder.isPresent() && isAnother(holder.get())) {
                    return false;
                }
                holder.ifPresent(this::say);
                backoff.pause(patience);
                waited = before.plus(begun.spent());
            }
        } finally {
            waited = before.plus(begun.spent());
        }
    }

    /** Waits until nothing is left of the work of a former leader. */
    void endFormerWork(MigrationLock lock, Backoff backoff) throws SQLException {
        while (!lock.isWorkFree()) {
            List<String> ended = lock.endFormerWork();
            log.warn("ends what a former holder of the migration lock has left running: {}", ended);
            if (patience.isOver()) {
                throw new SluiceMigrationException(
                        "the migration lock is held, but sessions of its former holder do not end: %s; end them by hand (%s)"
                                .formatted(ended, "select pg_terminate_backend(pid)"),
                        null);
            }
            backoff.pause(patience);
        }
    }

    /** Says what a migration waits for, and pauses before it is tried again. */
    void busy(MigrationFailure failure, MigrationLock lock, Backoff backoff) throws SQLException {
        log.info(
                "a migration gave way to others after {} ms: {}; tries again, for {} s at most; oldest transaction: {}",
                settings.lockTimeout().toMillis(),
                failure.getMessage(),
                patience.left().toSeconds(),
                oldestTransaction(lock));
        backoff.pause(patience);
    }

    /** A session ended while it waited, as a server's restart ends it: pauses before the next. */
    void interrupted(SQLException cause, Backoff backoff) {
        if (patience.isOver()) {
            throw new SluiceMigrationException(
                    "the migration lock could not be asked for within %d s (sluice.migrations.timeout): %s"
                            .formatted(patience.total().toSeconds(), cause.getMessage()),
                    cause);
        }
        log.warn("the session that asks for the migration lock ended, opens another: {}", cause.getMessage());
        backoff.pause(patience);
    }

    private boolean isAnother(LockHolder holder) {
        LockHolder before = last;
        last = holder;
        return before != null && before.pid() != holder.pid();
    }

    private void say(LockHolder holder) {
        if (patience.isOver()) {
            throw new SluiceMigrationException(
                    "the migration lock was not free within %d s (sluice.migrations.timeout): held by %s; %s"
                            .formatted(patience.total().toSeconds(), holder, holder.advice()),
                    null);
        }
        if (waited.compareTo(nextWord) < 0) {
            return;
        }
        String state = "waits for the migration lock for {} s: held by {}";
        if (waited.compareTo(settings.lockCritical()) >= 0) {
            log.error(state + "; {}", waited.toSeconds(), holder, holder.advice());
            nextWord = waited.plus(settings.lockCritical());
        } else if (waited.compareTo(settings.lockWarning()) >= 0) {
            log.warn(state + "; {}", waited.toSeconds(), holder, holder.advice());
            nextWord = settings.lockCritical();
        } else {
            log.info(state, waited.toSeconds(), holder);
            nextWord = settings.lockWarning();
        }
    }

    private static void refuse(List<FailureNotice> notices, SchemaState state) {
        for (FailureNotice notice : notices) {
            if (state.pending().contains(notice.migration()) || state.whole().equals(notice.migration())) {
                throw new SluiceMigrationException(
                        "another instance tried and %s; correct it and start again".formatted(notice.reason()), null);
            }
        }
    }

    private static String oldestTransaction(MigrationLock lock) throws SQLException {
        try (Statement statement = lock.connection().createStatement();
                ResultSet row = statement.executeQuery("""
                        select format('pid %s (application ''%s'', %s) for %s s', pid, application_name, state,
                          round(extract(epoch from clock_timestamp() - xact_start)))
                        from pg_stat_activity
                        where datname = current_database() and xact_start is not null and pid <> pg_backend_pid()
                          and backend_type = 'client backend'
                        order by xact_start limit 1""")) {
            return row.next() ? row.getString(1) : "none open now";
        }
    }
}
