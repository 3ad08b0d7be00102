package dev.sluice.reference.enrichment;

import reactor.core.publisher.Mono;

/** Asks the signal service. */
@FunctionalInterface
public interface SignalClient {

    /**
     * Asks about an industry; takes a second or so.
     *
     * @param industry the industry
     * @return the signal
     */
    Mono<String> signalOf(String industry);
}
