package dev.sluice.r2dbc.session;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * A {@link GroupSession} for one read that shares its turn; all else takes it alone. One, because nothing may be sent once the
 * call's answer is there: who had the session then could be anybody.
 */
final class PipelinedSession extends ForwardingSession {

    private final GroupSession session;
    private final AtomicBoolean used = new AtomicBoolean();

    PipelinedSession(GroupSession session) {
        super(session);
        this.session = session;
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("%s: a pipelined session is for one read".formatted(group.name()));
        }
        return new CallMono<>(actual -> new PipelinedRowsCall<>(session, actual, group, mapper, maxRows));
    }
}
