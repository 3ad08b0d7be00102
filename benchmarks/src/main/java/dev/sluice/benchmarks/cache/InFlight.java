package dev.sluice.benchmarks.cache;

import dev.sluice.r2dbc.R2dbcSluice;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Looks all the time at how much of the database is in use: by what Sluice says, and by what the server says. */
final class InFlight implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMillis(10);

    private final AmountDatabase database;
    private final R2dbcSluice sluice;
    private final Disposable looking;
    private final AtomicInteger samples = new AtomicInteger();
    private final AtomicInteger mostPermits = new AtomicInteger();
    private final AtomicLong mostActive = new AtomicLong();

    InFlight(AmountDatabase database, R2dbcSluice sluice) {
        this.database = database;
        this.sluice = sluice;
        this.looking = Flux.interval(INTERVAL, Schedulers.newSingle("in-flight", true))
                .onBackpressureDrop()
                .subscribe(tick -> look());
    }

    private void look() {
        int permits = sluice.nodes().stream()
                .mapToInt(R2dbcSluice.NodeUse::inUse)
                .max()
                .orElse(0);
        mostPermits.accumulateAndGet(permits, Math::max);
        mostActive.accumulateAndGet(database.active(), Math::max);
        samples.incrementAndGet();
    }

    /** The most that was seen: permits, and active sessions of the server. */
    String most() {
        return "%d / %d in %d samples".formatted(mostPermits.get(), mostActive.get(), samples.get());
    }

    boolean isWithin(int limit) {
        return mostPermits.get() <= limit && mostActive.get() <= limit;
    }

    @Override
    public void close() {
        looking.dispose();
    }
}
