package dev.sluice.spring.migration;

import dev.sluice.spring.settings.MigrationSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the server that a leader lives, and learns when it is none any more: then the sessions that do its work are cut, so
 * that nothing goes on without the lock. It beats on a thread of its own, since the leader's is busy.
 */
final class LockHeartbeat implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LockHeartbeat.class);

    private final MigrationLock lock;
    private final MigrationSettings settings;
    private final Runnable cut;
    private final Patience held = new Patience(Duration.ZERO);
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread daemon = new Thread(work, "sluice-migration-heartbeat");
        daemon.setDaemon(true);
        return daemon;
    });
    private @Nullable Future<?> beats;
    private volatile boolean lost;
    private int warnings;

    private LockHeartbeat(MigrationLock lock, MigrationSettings settings, Runnable cut) {
        this.lock = lock;
        this.settings = settings;
        this.cut = cut;
    }

    static LockHeartbeat start(MigrationLock lock, LockTimes times, MigrationSettings settings, Runnable cut) {
        LockHeartbeat heartbeat = new LockHeartbeat(lock, settings, cut);
        long period = times.heartbeat().toMillis();
        heartbeat.beats =
                heartbeat.thread.scheduleWithFixedDelay(heartbeat::beat, period, period, TimeUnit.MILLISECONDS);
        return heartbeat;
    }

    /** Whether the lock was lost while it was held. */
    boolean lost() {
        return lost;
    }

    /** Finds out at once. */
    synchronized void beat() {
        if (lost || thread.isShutdown()) {
            return;
        }
        try {
            lock.beat();
            warn();
        } catch (SQLException e) {
            lost = true;
            log.warn("the migration lock of pid {} is lost, its work is cut: {}", lock.pid(), e.getMessage());
            cut.run();
        }
    }

    private void warn() {
        if (warnings == 0 && held.spent().compareTo(settings.lockWarning()) >= 0) {
            warnings = 1;
            log.warn(
                    "migrations run for {} s already; others may wait for them",
                    held.spent().toSeconds());
        } else if (warnings == 1 && held.spent().compareTo(settings.lockCritical()) >= 0) {
            warnings = 2;
            log.error(
                    "migrations run for {} s already; others may wait for them",
                    held.spent().toSeconds());
        }
    }

    @Override
    public synchronized void close() {
        if (beats != null) {
            beats.cancel(false);
        }
        thread.shutdown();
    }
}
