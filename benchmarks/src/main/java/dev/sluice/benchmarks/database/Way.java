package dev.sluice.benchmarks.database;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** One way to the same database. Thread-safe. */
public interface Way {

    /** @return its name in a table */
    String name();

    /** Reads one row of a tenant. */
    Publisher<?> find(String tenant);

    /** Does slow work for a tenant. */
    Publisher<?> work(String tenant, Work work);

    /** @return completes when its connections are closed */
    Mono<Void> close();
}
