package dev.sluice.r2dbc.transaction;

import dev.sluice.r2dbc.session.Session;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.transaction.TransactionRolledBackException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A savepoint: holds its parent's turn until it has ended, so that nothing else gets in between. */
final class Savepoint extends Scope {

    private enum State {
        NEW,
        ACTIVE,
        ENDED
    }

    private final Scope parent;
    private final String name;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final Mono<Void> commit =
            Mono.defer(this::release).doFinally(signal -> endTurn()).cache();
    private final Mono<Void> rollback =
            Mono.defer(this::undo).doFinally(signal -> endTurn()).cache();
    private volatile Turns.@Nullable Turn turn;
    private volatile boolean sent;

    Savepoint(Scope parent) {
        this.parent = parent;
        this.name = parent.root().nextSavepointName();
    }

    Mono<Void> begin() {
        return Mono.defer(() -> {
            Turns.Turn taken = parent.turns().take();
            turn = taken;
            return taken.granted().then(Mono.defer(this::set));
        });
    }

    private Mono<Void> set() {
        parent.requireActive("a savepoint");
        sent = true;
        return command("SAVEPOINT ").doOnSuccess(done -> state.compareAndSet(State.NEW, State.ACTIVE));
    }

    @Override
    Transaction root() {
        return parent.root();
    }

    @Override
    public TransactionOptions options() {
        return parent.options();
    }

    @Override
    public boolean isActive() {
        return state.get() == State.ACTIVE && parent.isActive();
    }

    @Override
    public Mono<Void> commit() {
        return commit;
    }

    @Override
    public Mono<Void> rollback() {
        return rollback;
    }

    private Mono<Void> release() {
        Throwable cause = root().session().status() == Session.Status.FAILED ? root().failure() : rollbackCause();
        if (cause != null) {
            return rollback.then(Mono.error(() -> new TransactionRolledBackException(cause)));
        }
        requireActive("the release of a savepoint");
        state.set(State.ENDED);
        return turns().inTurn(() -> command("RELEASE SAVEPOINT "), Mono::empty).doOnError(parent::setRollbackOnly);
    }

    private Mono<Void> undo() {
        State before = state.getAndSet(State.ENDED);
        if (before == State.ENDED || !sent || !parent.isActive()) {
            return Mono.empty();
        }
        return root().untilExpiry(root().session().stop())
                .then(Mono.defer(() -> command("ROLLBACK TO SAVEPOINT ")))
                .then(Mono.defer(() -> command("RELEASE SAVEPOINT ")))
                .doOnError(parent::setRollbackOnly)
                .onErrorComplete()
                .doOnTerminate(root().session()::forgetStatementTimeout);
    }

    private Mono<Void> command(String verb) {
        return root().untilExpiry(root().session()
                .use(verb.strip(), session -> session.command(verb + name))
                .then());
    }

    private void endTurn() {
        Turns.Turn held = turn;
        if (held != null) {
            held.end();
        }
    }
}
