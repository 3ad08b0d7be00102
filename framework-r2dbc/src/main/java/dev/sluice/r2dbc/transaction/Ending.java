package dev.sluice.r2dbc.transaction;

import dev.sluice.transaction.TransactionHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Runs work between begin and end. */
final class Ending {

    private Ending() {}

    /**
     * Begins a scope, runs work in it, and commits it or rolls it back. The scope exists before anything is asked for, so
     * a cancel finds it whatever has been reached.
     *
     * @param scope what is begun
     * @param begin begins it
     * @param work what to do
     * @return the work's result, emitted after the commit; an error after the rollback
     */
    static <S extends Scope, T> Mono<T> after(S scope, Function<S, Mono<Void>> begin, Mono<T> work) {
        Mono<T> inScope = work.contextWrite(context -> context.put(TransactionHandle.KEY, scope));
        return Mono.usingWhen(
                Mono.just(scope),
                begun -> begun.root()
                        .untilExpiry(begin.apply(begun).then(inScope))
                        .singleOptional()
                        .flatMap(result -> begun.commit().then(Mono.justOrEmpty(result))),
                // Nothing to do for a commit, and a rollback does nothing after one.
                begun -> Mono.empty(),
                (begun, error) -> begun.rollback(),
                Scope::rollback);
    }

    /**
     * Begins a scope that its holder ends. Operators drop what arrives after a cancel (P3): whoever comes first, the
     * emission or the cancel, decides who ends the scope.
     *
     * @param scope what is begun
     * @param begin begins it
     * @return the scope; an error, or a cancel before it is emitted, rolls it back
     */
    static Mono<RunningTransaction> byHolder(Scope scope, Mono<Void> begin) {
        AtomicBoolean decided = new AtomicBoolean();
        return begin.onErrorResume(error -> scope.rollback().then(Mono.error(error)))
                .then(Mono.<RunningTransaction>just(scope))
                .doOnNext(begun -> decided.set(true))
                .doOnCancel(() -> {
                    if (decided.compareAndSet(false, true)) {
                        Background.run("rollback of what nobody waits for", scope.rollback());
                    }
                });
    }
}
