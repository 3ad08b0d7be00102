package dev.sluice.work;

import dev.sluice.access.Workload;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A worker: what it is called, whose work it does, when, and within which limits. It has no connections of its own: its calls
 * count as those of its workload, whose limit bounds them. Immutable; each method that changes something returns a new one.
 *
 * @param name names it and its lease in the fleet: 1 to 64 of a-z, 0-9 and -, first a letter
 * @param work what it does in one run
 * @param workload the kind of work that its calls count as; default {@code background}
 * @param tenants for whom it runs, each in turn; empty (the default) means that it runs without a tenant
 * @param hands how many runs are in progress at once, never two for one tenant; default 1
 * @param interval from the end of a run that found nothing more to the next one; null means that one run that succeeds is all
 * @param jitter how much of the interval is random; 0 to 1, default 0.1
 * @param firstBackoff after the first failed run of a tenant; doubled for each further one; default 500 ms
 * @param lastBackoff the most of it; default 1 minute
 * @param timeout most time of one run; default 5 minutes
 * @param stopTimeout most time that a stop waits for it; default 10 s
 * @param lease how long its runner may show no sign of life before another one takes over; prolonged each third of it; null
 *     means that each process runs it, and that the work itself sees to it that nothing is done twice; default 6 s
 */
public record Worker(
        String name,
        Work work,
        Workload workload,
        List<TenantId> tenants,
        int hands,
        @Nullable Duration interval,
        double jitter,
        Duration firstBackoff,
        Duration lastBackoff,
        Duration timeout,
        Duration stopTimeout,
        @Nullable Duration lease) {

    private static final Pattern VALID_NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    /** @throws IllegalArgumentException if a value is out of range, naming it */
    public Worker {
        require(VALID_NAME.matcher(name).matches(), "name", name, "1 to 64 of a-z, 0-9 and -, first a letter");
        tenants = List.copyOf(tenants);
        require(hands >= 1 && hands <= 64, "hands", hands, "1 to 64");
        require(jitter >= 0 && jitter <= 1, "jitter", jitter, "0 to 1");
        require(interval == null || isPositive(interval), "interval", interval, "> 0");
        require(isPositive(firstBackoff), "first backoff", firstBackoff, "> 0");
        require(lastBackoff.compareTo(firstBackoff) >= 0, "last backoff", lastBackoff, ">= the first backoff");
        require(isPositive(timeout), "timeout", timeout, "> 0");
        require(isPositive(stopTimeout), "stop timeout", stopTimeout, "> 0");
        require(
                lease == null
                        || lease.compareTo(Duration.ofMillis(300)) >= 0 && lease.compareTo(Duration.ofHours(1)) <= 0,
                "lease",
                lease,
                "300 ms to 1 h");
    }

    /**
     * A worker that runs again and again.
     *
     * @param name its name
     * @param interval from the end of a run that found nothing more to the next one
     * @param work what it does
     * @return the worker, with all defaults
     */
    public static Worker every(String name, Duration interval, Work work) {
        return make(name, interval, work);
    }

    /**
     * A worker that runs in each process until it has succeeded once for each tenant: one process after the other, so that the work
     * of the first leaves nothing to do for the next.
     *
     * @param name its name
     * @param work what it does; called again while it answers {@link Progress#MORE}
     * @return the worker, with all defaults
     */
    public static Worker once(String name, Work work) {
        return make(name, null, work);
    }

    private static Worker make(String name, @Nullable Duration interval, Work work) {
        return new Worker(
                name,
                work,
                Workload.BACKGROUND,
                List.of(),
                1,
                interval,
                0.1,
                Duration.ofMillis(500),
                Duration.ofMinutes(1),
                Duration.ofMinutes(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(6));
    }

    /**
     * Another workload.
     *
     * @param value the kind of work that its calls count as
     * @return the changed worker
     */
    public Worker in(Workload value) {
        return new Worker(
                name,
                work,
                value,
                tenants,
                hands,
                interval,
                jitter,
                firstBackoff,
                lastBackoff,
                timeout,
                stopTimeout,
                lease);
    }

    /**
     * Tenants to work for.
     *
     * @param values for whom it runs, each in turn
     * @return the changed worker
     */
    public Worker forTenants(List<TenantId> values) {
        return new Worker(
                name,
                work,
                workload,
                values,
                hands,
                interval,
                jitter,
                firstBackoff,
                lastBackoff,
                timeout,
                stopTimeout,
                lease);
    }

    /**
     * More runs at once.
     *
     * @param value how many, 1 to 64; never two for one tenant
     * @return the changed worker
     */
    public Worker withHands(int value) {
        return new Worker(
                name,
                work,
                workload,
                tenants,
                value,
                interval,
                jitter,
                firstBackoff,
                lastBackoff,
                timeout,
                stopTimeout,
                lease);
    }

    /**
     * Another wait after failed runs.
     *
     * @param first after the first one; doubled for each further one
     * @param last the most of it
     * @return the changed worker
     */
    public Worker withBackoff(Duration first, Duration last) {
        return new Worker(
                name, work, workload, tenants, hands, interval, jitter, first, last, timeout, stopTimeout, lease);
    }

    /**
     * Other bounds of a run.
     *
     * @param most most time of one run
     * @param stopping most time that a stop waits for it
     * @return the changed worker
     */
    public Worker withTimeout(Duration most, Duration stopping) {
        return new Worker(
                name,
                work,
                workload,
                tenants,
                hands,
                interval,
                jitter,
                firstBackoff,
                lastBackoff,
                most,
                stopping,
                lease);
    }

    /**
     * Another lease.
     *
     * @param value how long its runner may show no sign of life; 300 ms to 1 h
     * @return the changed worker
     */
    public Worker withLease(Duration value) {
        return new Worker(
                name,
                work,
                workload,
                tenants,
                hands,
                interval,
                jitter,
                firstBackoff,
                lastBackoff,
                timeout,
                stopTimeout,
                value);
    }

    /** @return the same, but run by each process at the same time; the work itself sees to it that nothing is done twice */
    public Worker inEachProcess() {
        return new Worker(
                name,
                work,
                workload,
                tenants,
                hands,
                interval,
                jitter,
                firstBackoff,
                lastBackoff,
                timeout,
                stopTimeout,
                null);
    }

    private static boolean isPositive(Duration value) {
        return !value.isNegative() && !value.isZero();
    }

    private static void require(boolean holds, String what, @Nullable Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("worker: %s: %s (expected: %s)".formatted(what, value, expected));
        }
    }
}
