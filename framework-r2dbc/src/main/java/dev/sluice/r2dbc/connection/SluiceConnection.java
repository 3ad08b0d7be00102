package dev.sluice.r2dbc.connection;

import dev.sluice.r2dbc.transaction.Place;
import dev.sluice.r2dbc.transaction.RunningTransaction;
import dev.sluice.transaction.TransactionHandle;
import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * A connection that holds nothing but its transaction, if it began one. Each statement outside of one takes a lease for
 * itself and gives it back before its result is emitted. To be used by one caller at a time.
 */
final class SluiceConnection implements Connection {

    private static final ConnectionMetadata METADATA = new ConnectionMetadata() {
        @Override
        public String getDatabaseProductName() {
            return "PostgreSQL";
        }

        // The least that Sluice runs on: to know better would take a connection.
        @Override
        public String getDatabaseVersion() {
            return "15";
        }
    };

    private final Calls calls;
    private final ContextView created;
    private final Deque<Level> levels = new ArrayDeque<>();
    private IsolationLevel isolation = IsolationLevel.READ_COMMITTED;
    private boolean closed;

    SluiceConnection(Calls calls, ContextView created) {
        this.calls = calls;
        this.created = created;
    }

    /** A transaction, or a savepoint in the level below. */
    private record Level(@Nullable String savepoint, RunningTransaction scope) {}

    @Override
    public Mono<Void> beginTransaction() {
        return beginTransaction(isolation);
    }

    @Override
    public Mono<Void> beginTransaction(TransactionDefinition definition) {
        Place openedAt = Place.ofCaller();
        return here(Mono.defer(() -> {
            requireOpen();
            if (top() != null) {
                return Mono.error(
                        new IllegalStateException("the connection is in a transaction already; use a savepoint"));
            }
            return calls.transactions()
                    .begin(Definitions.options(definition, isolation), openedAt)
                    .flatMap(begun -> push(new Level(null, begun)));
        }));
    }

    @Override
    public Mono<Void> commitTransaction() {
        return here(popAll().concatMap(level -> level.scope().commit()).then());
    }

    @Override
    public Mono<Void> rollbackTransaction() {
        return here(popAll().concatMap(level -> level.scope().rollback()).then());
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return here(Mono.defer(() -> requireTransaction("a savepoint").scope().savepoint())
                .flatMap(savepoint -> push(new Level(name, savepoint))));
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return here(popTo(name).concatMap(level -> level.scope().commit()).then());
    }

    /** Rolls back to it; it stays, as PostgreSQL has it. */
    @Override
    public Mono<Void> rollbackTransactionToSavepoint(String name) {
        return here(popTo(name).concatMap(level -> level.scope().rollback()).then(createSavepoint(name)));
    }

    @Override
    public Statement createStatement(String sql) {
        return new SluiceStatement(calls, sql, (plan, arguments) -> here(calls.run(plan, arguments)));
    }

    @Override
    public Batch createBatch() {
        return new SluiceBatch(calls, plan -> here(calls.run(plan, new Object[0])));
    }

    @Override
    public Mono<Void> setAutoCommit(boolean autoCommit) {
        return Mono.defer(() -> {
            if (autoCommit == isAutoCommit()) {
                return Mono.empty();
            }
            return autoCommit ? commitTransaction() : beginTransaction();
        });
    }

    @Override
    public boolean isAutoCommit() {
        return top() == null;
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        Level top = top();
        return top == null ? isolation : Definitions.level(top.scope().options().isolation());
    }

    /** For transactions begun from here on. */
    @Override
    public Mono<Void> setTransactionIsolationLevel(IsolationLevel level) {
        return Mono.fromRunnable(() -> {
            if (top() != null) {
                throw new IllegalStateException("the isolation of a running transaction cannot be changed");
            }
            isolation = level;
        });
    }

    @Override
    public Mono<Void> setLockWaitTimeout(Duration timeout) {
        return sessionTimeout("timeouts.lock");
    }

    @Override
    public Mono<Void> setStatementTimeout(Duration timeout) {
        return sessionTimeout("timeouts.statement");
    }

    private static Mono<Void> sessionTimeout(String property) {
        return Mono.error(() -> new UnsupportedOperationException(
                "a timeout of the session would outlive this connection; set %s, or a deadline in the Context with Access.deadline(...)"
                        .formatted(property)));
    }

    /** Whether it can be used. No server is asked: the next statement may run on any connection of the pool. */
    @Override
    public Mono<Boolean> validate(ValidationDepth depth) {
        return Mono.fromCallable(() -> !isClosed());
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            synchronized (levels) {
                closed = true;
            }
            return rollbackTransaction();
        });
    }

    @Override
    public ConnectionMetadata getMetadata() {
        return METADATA;
    }

    private <T> Mono<T> here(Mono<T> work) {
        return work.contextWrite(this::context);
    }

    // What the caller's Context lacks comes from create(): some libraries pass it on there only (P10).
    private Context context(Context callers) {
        Context merged = Context.of(created).putAll(callers.readOnly());
        Level top = top();
        return top == null ? merged : merged.put(TransactionHandle.KEY, top.scope());
    }

    private @Nullable Level top() {
        synchronized (levels) {
            return levels.peek();
        }
    }

    /** What was begun while the connection was closed is nobody's: roll it back. */
    private Mono<Void> push(Level level) {
        synchronized (levels) {
            if (!closed) {
                levels.push(level);
                return Mono.empty();
            }
        }
        return level.scope().rollback().then(Mono.error(() -> new IllegalStateException("the connection is closed")));
    }

    private boolean isClosed() {
        synchronized (levels) {
            return closed;
        }
    }

    /** The innermost first. */
    private Flux<Level> popAll() {
        return Flux.defer(() -> {
            synchronized (levels) {
                List<Level> all = List.copyOf(levels);
                levels.clear();
                return Flux.fromIterable(all);
            }
        });
    }

    private Flux<Level> popTo(String savepoint) {
        return Flux.defer(() -> {
            synchronized (levels) {
                if (levels.stream().noneMatch(level -> savepoint.equals(level.savepoint()))) {
                    return Flux.error(new IllegalStateException("savepoint '%s' does not exist".formatted(savepoint)));
                }
                List<Level> popped = new java.util.ArrayList<>();
                do {
                    popped.add(levels.pop());
                } while (!savepoint.equals(popped.get(popped.size() - 1).savepoint()));
                return Flux.fromIterable(popped);
            }
        });
    }

    private Level requireTransaction(String what) {
        requireOpen();
        Level top = top();
        if (top == null) {
            throw new IllegalStateException("%s needs a transaction; begin one first".formatted(what));
        }
        return top;
    }

    private void requireOpen() {
        if (isClosed()) {
            throw new IllegalStateException("the connection is closed");
        }
    }
}
