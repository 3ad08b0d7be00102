package dev.sluice.r2dbc.work;

import dev.sluice.transaction.TransactionHandle;
import reactor.core.publisher.Mono;

/** Work that must not be part of a transaction, which would stay open all the while. */
final class Outside {

    private Outside() {}

    static <T> Mono<T> ofTransactions(String what, Mono<T> work) {
        return Mono.deferContextual(context -> TransactionHandle.from(context).isPresent()
                ? Mono.error(new IllegalStateException(
                        "%s inside a transaction: it would hold its connection while nothing runs on it; call it outside"
                                .formatted(what)))
                : work);
    }
}
