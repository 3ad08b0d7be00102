package dev.sluice;

import reactor.core.publisher.Mono;

/** Makes {@link Sluice}; found by {@link java.util.ServiceLoader}. */
public interface SluiceProvider {

    /**
     * Connects, reads the catalog and verifies it.
     *
     * @param settings the configuration
     * @return the running instance; an error that names every hole found, and how to mend it
     */
    Mono<Sluice> connect(SluiceSettings settings);
}
