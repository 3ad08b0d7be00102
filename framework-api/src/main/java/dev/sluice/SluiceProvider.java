package dev.sluice;

import reactor.core.publisher.Mono;

/** Makes {@link Sluice}; found by {@link java.util.ServiceLoader}. */
public interface SluiceProvider {

    /**
     * Connects, reads the catalog and verifies it.
     *
     * @param settings the configuration
     * @return the running instance, connected anew for each subscription; an error that names every hole found, and how to mend
     *     it; cancelling closes what was opened
     */
    Mono<Sluice> connect(SluiceSettings settings);
}
