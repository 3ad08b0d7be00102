package dev.sluice.r2dbc.work;

import dev.sluice.tenant.TenantId;
import dev.sluice.work.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: one entry for each tenant, or a single one, ordered by when it is due and, among those that are, by who has
 * waited longest. An entry is handed to one hand at a time, so its runs never overlap. Thread-safe; the clock is nanoTime.
 */
final class Agenda {

    /** A tenant's turn. */
    static final class Entry {

        private final @Nullable TenantId tenant;
        private long dueNanos;
        private long order;
        private int failures;

        private Entry(@Nullable TenantId tenant, long dueNanos, long order) {
            this.tenant = tenant;
            this.dueNanos = dueNanos;
            this.order = order;
        }

        @Nullable
        TenantId tenant() {
            return tenant;
        }
    }

    private final Worker worker;
    private final PriorityQueue<Entry> waiting = new PriorityQueue<>(
            Comparator.<Entry>comparingLong(entry -> entry.dueNanos).thenComparingLong(entry -> entry.order));
    private long orders;
    private int taken;

    Agenda(Worker worker, long nowNanos) {
        this.worker = worker;
        List<@Nullable TenantId> tenants = new ArrayList<>(worker.tenants());
        if (tenants.isEmpty()) {
            tenants.add(null);
        }
        tenants.forEach(tenant -> waiting.add(new Entry(tenant, nowNanos, orders++)));
    }

    /** Whose turn it is; null if nobody's. */
    synchronized @Nullable Entry take(long nowNanos) {
        Entry first = waiting.peek();
        if (first == null || first.dueNanos - nowNanos > 0) {
            return null;
        }
        taken++;
        return waiting.poll();
    }

    /** How long until the next turn; null if none will come by itself. */
    synchronized @Nullable Duration untilNext(long nowNanos) {
        Entry first = waiting.peek();
        return first == null ? null : Duration.ofNanos(Math.max(0, first.dueNanos - nowNanos));
    }

    /** Nothing waits and nothing is in progress: all has been done that was to be done once. */
    synchronized boolean isEmpty() {
        return waiting.isEmpty() && taken == 0;
    }

    synchronized void more(Entry entry, long nowNanos) {
        entry.failures = 0;
        again(entry, nowNanos);
    }

    synchronized void done(Entry entry, long nowNanos) {
        entry.failures = 0;
        Duration interval = worker.interval();
        if (interval == null) {
            taken--;
        } else {
            double random = ThreadLocalRandom.current().nextDouble() * worker.jitter();
            again(entry, nowNanos + (long) ((double) interval.toNanos() * (1 - random)));
        }
    }

    synchronized void failed(Entry entry, long nowNanos) {
        Duration doubled = worker.firstBackoff().multipliedBy(1L << Math.min(entry.failures, 20));
        long most = (doubled.compareTo(worker.lastBackoff()) < 0 ? doubled : worker.lastBackoff()).toNanos();
        entry.failures++;
        // Half of it is random: those that failed at once do not come back at once.
        again(entry, nowNanos + most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }

    /** Makes due what waits for its interval, not what waits after an error. */
    synchronized void wake(long nowNanos) {
        List<Entry> entries = new ArrayList<>(waiting);
        waiting.clear();
        entries.stream()
                .filter(entry -> entry.failures == 0 && entry.dueNanos - nowNanos > 0)
                .forEach(entry -> entry.dueNanos = nowNanos);
        waiting.addAll(entries);
    }

    private void again(Entry entry, long dueNanos) {
        taken--;
        entry.dueNanos = dueNanos;
        entry.order = orders++;
        waiting.add(entry);
    }
}
