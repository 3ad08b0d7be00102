package dev.sluice.r2dbc.session;

import java.util.function.Function;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** Begins a call for each subscriber. */
final class CallMono<T> extends Mono<T> {

    private final Function<CoreSubscriber<? super T>, WireCall<T>> call;

    CallMono(Function<CoreSubscriber<? super T>, WireCall<T>> call) {
        this.call = call;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        actual.onSubscribe(call.apply(actual));
    }
}
