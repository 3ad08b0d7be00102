package dev.sluice.spring.coherence;

import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the primary all the time, on a connection of its own, and notes when each version was there for all to see. It knows nothing
 * of caches, nor of who writes.
 */
final class Truth implements AutoCloseable {

    private static final long PAUSE_NANOS = 2_000_000;

    private final TestDatabase database;
    /** For each key, at which instant each version had been seen by. */
    private final List<List<Long>> seenAt = IntStream.range(0, Key.ALL)
            .<List<Long>>mapToObj(key -> new CopyOnWriteArrayList<>())
            .toList();

    private final Thread thread = new Thread(this::look, "truth");
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    Truth(TestDatabase database) {
        this.database = database;
        thread.setDaemon(true);
        thread.start();
    }

    /** For how long the next version had been there when a read began that was given this one; 0 if it had not. */
    long staleNanos(Key key, long version, long readBegan) {
        List<Long> versions = seenAt.get(key.number());
        int next = Math.toIntExact(version + 1);
        return next < versions.size() ? Math.max(0, readBegan - versions.get(next)) : 0;
    }

    /** The newest version that was seen; -1 before the first look. */
    long version(Key key) {
        return seenAt.get(key.number()).size() - 1L;
    }

    private void look() {
        try (Connection connection = database.connect(Role.SUPERUSER);
                PreparedStatement all = connection.prepareStatement("select tenant_id, id, version from counters")) {
            while (!closed) {
                note(all);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (SQLException e) {
            failure = e;
        }
    }

    private void note(PreparedStatement all) throws SQLException {
        try (ResultSet rows = all.executeQuery()) {
            long now = System.nanoTime();
            while (rows.next()) {
                List<Long> versions =
                        seenAt.get(Key.of(rows.getString(1), rows.getInt(2)).number());
                while (versions.size() <= rows.getLong(3)) {
                    versions.add(now);
                }
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join(10_000);
        if (failure != null) {
            throw new IllegalStateException("the observer could not look at the primary", failure);
        }
    }
}
