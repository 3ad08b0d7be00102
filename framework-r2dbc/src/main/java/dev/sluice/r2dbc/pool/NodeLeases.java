package dev.sluice.r2dbc.pool;

import dev.sluice.ConnectionObserver;
import dev.sluice.Credentials;
import dev.sluice.PoolSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.admission.Admission;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.SessionFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Opens the connections of a node. */
public final class NodeLeases {

    private static final String THREADS = "sluice-r2dbc";

    private NodeLeases() {}

    /**
     * Makes the leases of a node. Connects nothing by itself: that happens with the first call.
     *
     * @param url the node, {@code r2dbc:postgresql://host:port/database}
     * @param login whose connections they are
     * @param settings how many, and for how long
     * @param timeouts what the server enforces on each of them
     * @param admission who may have one
     * @return the leases, to be closed with {@link Leases#closeGracefully()}
     */
    public static Leases open(
            String url, Credentials login, PoolSettings settings, TimeoutSettings timeouts, Admission admission) {
        return open(url, login, settings, timeouts, admission, reason -> {});
    }

    /**
     * The same, for who wants to know of connections that fail.
     *
     * @param url the node, {@code r2dbc:postgresql://host:port/database}
     * @param login whose connections they are
     * @param settings how many, and for how long
     * @param timeouts what the server enforces on each of them
     * @param admission who may have one
     * @param failures is told why one failed; must not block and must not throw
     * @return the leases, to be closed with {@link Leases#closeGracefully()}
     */
    public static Leases open(
            String url,
            Credentials login,
            PoolSettings settings,
            TimeoutSettings timeouts,
            Admission admission,
            Consumer<ConnectionObserver.Reason> failures) {
        DriverPerLoop driver = new DriverPerLoop(
                THREADS,
                Runtime.getRuntime().availableProcessors(),
                loop -> DriverFactory.create(url, login, settings, timeouts, loop));
        SessionPool pool = new SessionPool(driver, SessionFactory.forDriver(), settings, timeouts, failures);
        Disposable reaper = Schedulers.parallel()
                .schedulePeriodically(
                        pool::reap,
                        settings.reapInterval().toMillis(),
                        settings.reapInterval().toMillis(),
                        TimeUnit.MILLISECONDS);
        return new DefaultLeases(admission, pool, settings, timeouts.statement(), close(driver, reaper));
    }

    private static Mono<Void> close(DriverPerLoop driver, Disposable reaper) {
        return Mono.<Void>fromRunnable(reaper::dispose).then(driver.close());
    }
}
