package dev.sluice.admission;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Decides for one node who runs, who waits and who is rejected. Thread-safe; never blocks. */
public interface Admission {

    /**
     * Takes a permit if that needs no wait.
     *
     * @param request what is asked for
     * @return the permit, or null if the request would have to wait
     * @throws AdmissionRejectedException if the request is refused outright
     */
    @Nullable
    Permit tryAcquire(AdmissionRequest request);

    /**
     * Waits for a permit, at most until the request's deadline.
     *
     * @param request what is asked for
     * @return the permit, never empty; {@link AdmissionRejectedException} if there is no place to wait or the
     *     deadline passes. Cancelling gives up the place; a permit granted at that moment goes to the next.
     */
    Mono<Permit> acquire(AdmissionRequest request);

    /** @return the permits that are out now */
    int inUse();

    /** @return the requests that wait now */
    int waiting();

    /**
     * Who uses the node now.
     *
     * @param mostTenants how many tenants to show at most, the busiest first; 0 shows none
     * @return the view, never empty, taken for each subscriber
     */
    Mono<AdmissionSnapshot> snapshot(int mostTenants);
}
