package dev.sluice.r2dbc.admission;

import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** Asks for a permit for each subscriber. */
final class PermitMono extends Mono<Permit> {

    private final FairAdmission admission;
    private final AdmissionRequest request;

    PermitMono(FairAdmission admission, AdmissionRequest request) {
        this.admission = admission;
        this.request = request;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Permit> actual) {
        try {
            admission.check(request);
        } catch (IllegalArgumentException e) {
            Operators.error(actual, e);
            return;
        }
        actual.onSubscribe(new Waiter(admission, request, actual));
    }
}
