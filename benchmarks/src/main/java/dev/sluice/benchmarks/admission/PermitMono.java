package dev.sluice.benchmarks.admission;

import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** Asks for a permit for each subscriber. */
final class PermitMono extends Mono<Permit> {

    private final FairSemaphore semaphore;
    private final AdmissionRequest request;

    PermitMono(FairSemaphore semaphore, AdmissionRequest request) {
        this.semaphore = semaphore;
        this.request = request;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Permit> actual) {
        actual.onSubscribe(new Waiter(semaphore, request, actual));
    }
}
