package dev.sluice.r2dbc.transaction;

import dev.sluice.access.Deadline;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.tenant.TenantId;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** For how long a transaction may run, and why it ended before its work did. Thread-safe. */
final class Lifetime {

    private final TenantId tenant;
    private final Duration timeout;
    private final @Nullable Deadline callers;
    private final Sinks.Empty<Void> expiry = Sinks.empty();
    private final Sinks.Empty<Void> over = Sinks.empty();
    private final Disposable.Swap timer = Disposables.swap();
    private volatile Deadline deadline;
    private volatile @Nullable R2dbcException cut;

    /** @param callers the deadline of who called; null if there is none */
    Lifetime(TenantId tenant, Duration timeout, @Nullable Deadline callers) {
        this.tenant = tenant;
        this.timeout = timeout;
        this.callers = callers;
        this.deadline = fromNow();
    }

    private Deadline fromNow() {
        Deadline own = Deadline.after(timeout);
        return callers == null ? own : own.earlier(callers);
    }

    /** Begins to count anew: what was waited for the connection is no part of it. */
    void begins(Supplier<Mono<Void>> onExpiry) {
        deadline = fromNow();
        timer.update(Background.run(
                "rollback of a transaction whose time is over",
                Mono.delay(deadline.remaining()).then(Mono.defer(onExpiry))));
    }

    /** Ends the work, too. */
    void expire() {
        cut = tooLate();
        expiry.tryEmitEmpty();
        over.tryEmitEmpty();
    }

    /** Leaves the work to find out by its next call, or when its time is over. */
    void cut(R2dbcException cause) {
        cut = cause;
        over.tryEmitEmpty();
    }

    /** Nothing is to be waited for any more. */
    void ends() {
        if (cut == null) {
            timer.dispose();
        }
        over.tryEmitEmpty();
    }

    Deadline deadline() {
        return deadline;
    }

    /** @return the error of whatever comes now; null as long as nothing has cut it off */
    @Nullable
    R2dbcException cut() {
        return cut;
    }

    /** @return the work, or the transaction's timeout if that comes first */
    <T> Mono<T> until(Mono<T> work) {
        return work.timeout(expiry.asMono(), Mono.error(this::tooLate));
    }

    /** @return completes once every further call is refused */
    Mono<Void> over() {
        return over.asMono();
    }

    private DeadlineExceededException tooLate() {
        return new DeadlineExceededException("transaction of tenant '%s'".formatted(tenant), "executing", timeout);
    }
}
