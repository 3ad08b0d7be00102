package dev.sluice.spring.observation;

import dev.sluice.repository.QueryObserver.Query;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts, times and logs statements that run too long: by name and numbers, never with what they were called with. */
final class SlowQueries {

    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.query.slow");

    private final MeterRegistry registry;
    private final long thresholdNanos;

    SlowQueries(MeterRegistry registry, Duration threshold) {
        this.registry = registry;
        this.thresholdNanos = threshold.isZero() ? Long.MAX_VALUE : threshold.toNanos();
    }

    void ran(Query query, String node, long waitedNanos, long ranNanos) {
        if (ranNanos < thresholdNanos) {
            return;
        }
        SluiceMeter.QUERY_SLOW.counter(registry, node, query.statement()).increment();
        SluiceMeter.QUERY_SLOW_TIME.timer(registry, node).record(ranNanos, TimeUnit.NANOSECONDS);
        LOG.warn(
                "{} was slow: {}, node '{}', waited {} ms, ran {} ms",
                query.statement(),
                query.tenant() == null ? "across tenants" : "tenant '" + query.tenant() + "'",
                node,
                TimeUnit.NANOSECONDS.toMillis(waitedNanos),
                TimeUnit.NANOSECONDS.toMillis(ranNanos));
    }
}
