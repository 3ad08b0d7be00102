package dev.sluice.spring.sampler;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server said of itself at one moment. Sessions that do the sampling are left out.
 *
 * @param at when
 * @param node the node that was asked
 * @param connections the server's client connections, and how many it takes
 * @param unmanaged connections of Sluice's roles to this database that Sluice did not open
 * @param activity what runs and waits in this database
 * @param migration who migrates this database
 * @param slots the server's replication slots
 * @param horizon how far back the oldest snapshot reaches, which keeps vacuum from cleaning up
 */
public record DatabaseSample(
        Instant at,
        String node,
        Connections connections,
        int unmanaged,
        Activity activity,
        Migration migration,
        List<Slot> slots,
        Horizon horizon) {

    /**
     * Client connections.
     *
     * @param active with a statement in flight
     * @param idle without a transaction
     * @param idleInTransaction in a transaction, without a statement in flight
     * @param other in another state, as fastpath or disabled
     * @param max {@code max_connections}
     */
    public record Connections(int active, int idle, int idleInTransaction, int other, int max) {

        /** @return all of them */
        public int total() {
            return active + idle + idleInTransaction + other;
        }
    }

    /**
     * What runs and waits.
     *
     * @param longestTransaction how long the oldest open transaction is open; zero if there is none
     * @param longestIdle how long the one that idles the longest in a transaction does; zero if there is none
     * @param longestIdleApplication the application name of that; null if there is none
     * @param longQueries statements that run for longer than {@code sluice.observation.sampler.long-query}
     * @param lockWaits sessions that wait for a lock
     * @param longestLockWait how long the one that waits the longest does; zero if there is none
     */
    public record Activity(
            Duration longestTransaction,
            Duration longestIdle,
            @Nullable String longestIdleApplication,
            int longQueries,
            int lockWaits,
            Duration longestLockWait) {}

    /**
     * Instances that start, and their migrations.
     *
     * @param holder the application name of who holds the migration lock; null while nobody does
     * @param held for how long; zero while nobody does
     * @param waiting instances that wait for it
     */
    public record Migration(@Nullable String holder, Duration held, int waiting) {}

    /**
     * A replication slot.
     *
     * @param name its name
     * @param active whether somebody reads it
     * @param retainedBytes write-ahead log that it keeps from being removed
     */
    public record Slot(String name, boolean active, long retainedBytes) {}

    /**
     * The oldest snapshot.
     *
     * @param transactions how many transactions ago
     * @param time since when its transaction is open; zero if no open transaction holds it
     */
    public record Horizon(long transactions, Duration time) {}

    /**
     * How much of tables and indexes is estimated to be dead space.
     *
     * @param tables in bytes, of all tables of this database
     * @param tableShare of their size
     * @param indexes in bytes, of all its B-tree indexes
     * @param indexShare of their size
     */
    public record Bloat(long tables, double tableShare, long indexes, double indexShare) {}
}
