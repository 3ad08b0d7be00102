package dev.sluice.r2dbc;

import dev.sluice.Sluice;
import dev.sluice.access.AccessChange;
import dev.sluice.testkit.Await;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A transaction that has run a statement, so that the server knows of it, and holds its connection until it is told to let go. */
final class Holder implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Sinks.Empty<Void> letGo = Sinks.empty();
    private final CompletableFuture<?> end;
    private volatile boolean holding;

    Holder(Sluice sluice, AccessChange access) {
        end = sluice.inTransaction(
                        () -> sluice.sql("select 1").as(Integer.class).one().then(Mono.defer(() -> {
                            holding = true;
                            return letGo.asMono();
                        })))
                .contextWrite(access)
                .toFuture();
    }

    /** Waits until it has its connection. */
    Holder mustHold() {
        Await.until(PATIENCE, () -> holding || end.isDone(), "the transaction has its connection");
        if (!holding) {
            throw new AssertionError("the transaction has no connection", error());
        }
        return this;
    }

    /** How it was refused; waits until it was. */
    Throwable refusal() {
        Await.until(PATIENCE, end::isCompletedExceptionally, "the transaction is refused");
        Throwable error = error();
        if (error == null) {
            throw new AssertionError("the transaction was not refused");
        }
        return error;
    }

    /** Commits as soon as it has its connection. */
    void letGo() {
        letGo.tryEmitEmpty();
    }

    /** Commits, and waits until that is done. */
    @Override
    public void close() {
        letGo();
        Await.until(PATIENCE, end::isDone, "the transaction has ended");
    }

    private @Nullable Throwable error() {
        Throwable error = end.handle((none, failure) -> failure).getNow(null);
        return error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    }
}
