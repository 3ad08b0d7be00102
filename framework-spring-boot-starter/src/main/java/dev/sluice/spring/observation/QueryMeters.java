package dev.sluice.spring.observation;

import dev.sluice.ReplicaSettings;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.repository.QueryObserver;
import dev.sluice.spring.alert.AlertSignals;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Times statements, and counts those that were stopped. A meter is registered with its first use; later ones look it up. */
final class QueryMeters implements QueryObserver {

    /** SQLSTATE of a statement that was cancelled in the server. */
    private static final String QUERY_CANCELED = "57014";

    private final MeterRegistry registry;
    private final AlertSignals signals;
    private final SlowQueries slow;
    private final Map<String, Map<String, Timer>> timers = new ConcurrentHashMap<>();
    private final Map<Stopped, Counter> cancelled = new ConcurrentHashMap<>();

    /** @param slowQuery from which time on a statement is slow; zero means that none is */
    QueryMeters(MeterRegistry registry, AlertSignals signals, Duration slowQuery) {
        this.registry = registry;
        this.signals = signals;
        this.slow = new SlowQueries(registry, slowQuery);
    }

    // A stream takes as long as its reader does, and leaving one early is no sign of trouble.
    @Override
    public @Nullable Observation observe(Query query, ContextView context) {
        return query.stream() ? null : new Timed(query);
    }

    private Timer timer(String node, String statement) {
        return timers.computeIfAbsent(node, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(statement, name -> SluiceMeter.QUERY.timer(registry, node, name));
    }

    private void stopped(String node, String statement, String reason) {
        cancelled
                .computeIfAbsent(
                        new Stopped(node, statement, reason),
                        of -> SluiceMeter.QUERY_CANCELLED.counter(registry, of.node, of.statement, of.reason))
                .increment();
    }

    private static @Nullable String reason(@Nullable Throwable error) {
        if (error instanceof DeadlineExceededException) {
            return "deadline";
        }
        return error instanceof R2dbcException failure && QUERY_CANCELED.equals(failure.getSqlState())
                ? "server"
                : null;
    }

    private record Stopped(String node, String statement, String reason) {}

    /** One call. What happens to it happens on several threads, one after another; only a cancel may come beside. */
    private final class Timed implements Observation {

        private final Query query;
        private final long called = System.nanoTime();
        private volatile String node = ReplicaSettings.MAIN;
        private volatile long sent;
        private volatile boolean isSent;

        Timed(Query query) {
            this.query = query;
        }

        @Override
        public void routed(String name, boolean replica) {
            node = name;
        }

        @Override
        public void started() {
            sent = System.nanoTime();
            isSent = true;
        }

        @Override
        public void ended(@Nullable Throwable error) {
            over(reason(error));
        }

        @Override
        public void cancelled() {
            over("caller");
        }

        private void over(@Nullable String stopped) {
            if (!isSent) {
                return;
            }
            long nanos = System.nanoTime() - sent;
            String on = node;
            timer(on, query.statement()).record(nanos, TimeUnit.NANOSECONDS);
            signals.ran(on, nanos);
            slow.ran(query, on, sent - called, nanos);
            if (stopped != null) {
                stopped(on, query.statement(), stopped);
            }
        }
    }
}
