package dev.sluice.transaction;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Keeps waiting for other systems out of transactions: a transaction that waits for an HTTP answer holds its connection
 * idle, and a dozen of them idle a whole pool. What talks to another system is wrapped in {@code guarded}; the
 * starter does it for every {@code WebClient} that is made with Spring Boot's builder.
 *
 * <p>It sees the transaction of the Reactor Context. I/O behind a nested {@code subscribe()}, which has no Context, is
 * found by the watchdog instead, when the transaction has idled for {@code transactions.idle-warning}.
 */
public final class ExternalIo {

    private ExternalIo() {}

    /**
     * Guards I/O that answers once.
     *
     * @param io talks to another system
     * @param name what it is, for people: no path, parameter or secret, as {@code GET signals.example}
     * @param <T> the type of the answer
     * @return the same, asked about at each subscription. Inside a transaction that holds its connection it is counted and
     *     logged, or not subscribed to and an {@link ExternalIoInTransactionException}, as
     *     {@code transactions.external-io} says
     */
    public static <T> Mono<T> guarded(Mono<T> io, String name) {
        return Mono.deferContextual(context -> {
            check(context, name);
            return io;
        });
    }

    /**
     * Guards I/O that answers more than once.
     *
     * @param io talks to another system
     * @param name what it is, for people: no path, parameter or secret
     * @param <T> the type of an answer
     * @return the same as {@link #guarded(Mono, String)}
     */
    public static <T> Flux<T> guarded(Flux<T> io, String name) {
        return Flux.deferContextual(context -> {
            check(context, name);
            return io;
        });
    }

    private static void check(ContextView context, String name) {
        TransactionHandle.from(context).ifPresent(transaction -> transaction.externalIo(name));
    }
}
