package dev.sluice.testkit.contract;

import dev.sluice.Sluice;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * Shows that no tenant takes another's share of the database, however many slow calls it sends. Extend it for calls of
 * your own; the tests then run for them.
 *
 * <p>Each test connects, sets limits of its own with {@link Sluice#limits()}, floods a pool of {@link #poolSize()}
 * connections with slow calls, and looks at the server from outside. What it asks for is an order of events or a
 * number of connections, never a duration, so that a slow machine fails nothing.
 *
 * <p>The moments of cancellation are random. Their seed is logged, and is part of a failure's message;
 * {@code -Dsluice.testkit.fairness-seed} repeats the choices of a run, though not its timing.
 */
public abstract class FairnessContract {

    private static final String SEED = "sluice.testkit.fairness-seed";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SMALLEST_POOL = 5;

    /** For subclasses. */
    protected FairnessContract() {}

    /**
     * Connects the instance under test; the contract closes it. May block.
     *
     * @param poolSize the most connections that it may have
     * @return the instance
     */
    protected abstract Sluice connect(int poolSize);

    /**
     * A call that holds one connection for a while, 20 to 200 ms: a heavy query of your own, but no {@code stream()}.
     * Called once for each test.
     *
     * @param sluice the instance under test
     * @return the call, which may be subscribed to many times at once
     */
    protected abstract Mono<?> slow(Sluice sluice);

    /**
     * A call that holds one connection as briefly as it can, such as {@code findById}. Called once for each test.
     *
     * @param sluice the instance under test
     * @return the call, which may be subscribed to many times at once
     */
    protected abstract Mono<?> quick(Sluice sluice);

    /**
     * What the server says of the connections of the instance under test: the column {@code state} of
     * {@code pg_stat_activity}, asked for as a superuser or monitor. May block.
     *
     * @return one state for each connection
     */
    protected abstract List<String> sessionStates();

    /** @return how many connections the instance under test has, at least 5; default 10 */
    protected int poolSize() {
        return 10;
    }

    /** @return how many calls the greatest flood has; default 200 */
    protected int calls() {
        return 200;
    }

    /** The server never sees more calls of a tenant than its limit, and sees as many. */
    @Test
    public final void aFloodNeverHoldsMoreThanItsLimit() {
        check(FairnessRun::aFloodNeverHoldsMoreThanItsLimit);
    }

    /** A tenant that may have every connection still leaves the last fifth to tenants that have none. */
    @Test
    public final void aFloodLeavesTheSlotsForNewcomers() {
        check(FairnessRun::aFloodLeavesTheSlotsForNewcomers);
    }

    /** A quick call of another tenant ends while calls of the flood, all of them older, still wait. */
    @Test
    public final void aQuickCallOfAnotherTenantOvertakesAFlood() {
        check(FairnessRun::aQuickCallOfAnotherTenantOvertakesAFlood);
    }

    /** Who has eight times as many callers gets no more than the others: Jain's index of the grants is 0.95 or more. */
    @Test
    public final void floodsOfAnySizeGetEqualNumbersOfGrants() {
        check(FairnessRun::floodsOfAnySizeGetEqualNumbersOfGrants);
    }

    /** The server never sees more calls of the workload than its limit, of all tenants together, and sees as many. */
    @Test
    public final void theBackgroundWorkloadNeverExceedsItsLimit() {
        check(FairnessRun::theBackgroundWorkloadNeverExceedsItsLimit);
    }

    /** After calls were cancelled at any moment nothing is in flight, nobody waits, and every connection can be had. */
    @Test
    public final void whatIsCancelledGivesItsPlaceOn() {
        check(FairnessRun::whatIsCancelledGivesItsPlaceOn);
    }

    private void check(Consumer<FairnessRun> promise) {
        if (poolSize() < SMALLEST_POOL) {
            throw new IllegalArgumentException("poolSize: %d (expected: >= %d)".formatted(poolSize(), SMALLEST_POOL));
        }
        long seed = Long.getLong(SEED, ThreadLocalRandom.current().nextLong());
        Sluice sluice = connect(poolSize());
        try {
            promise.accept(new FairnessRun(this, sluice, seed));
        } finally {
            sluice.closeGracefully().block(PATIENCE);
        }
    }
}
