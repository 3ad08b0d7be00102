package dev.sluice.spring;

import reactor.core.publisher.Mono;

/**
 * What must be done before Sluice connects, as bringing the schema up to date. Beans of this type run in
 * their order.
 */
@FunctionalInterface
public interface BeforeConnect {

    /** Does it, on the thread that starts the application; an exception stops the start. */
    void run();

    /**
     * Finds out, without blocking, what there is to do; that is then run in place of {@link #run()}, on the same thread. All of it
     * unless overridden. It has to be found out within the pool's acquire timeout; an error stops the start.
     */
    default Mono<Runnable> rest() {
        return Mono.just(this::run);
    }
}
