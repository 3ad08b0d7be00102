package dev.sluice.replica;

import dev.sluice.r2dbc.session.ForwardingSession;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Session;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A session for one call, which asks behind each group where the server stands. */
final class TracedSession extends ForwardingSession {

    private final Trace trace;

    TracedSession(Session session, Trace trace) {
        super(session);
        this.trace = trace;
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        return super.rows(traced(group), mapper, maxRows);
    }

    @Override
    public Mono<Long> rowsUpdated(Group group) {
        return super.rowsUpdated(traced(group));
    }

    @Override
    public <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        return super.stream(traced(group), mapper, fetchSize);
    }

    private Group traced(Group group) {
        trace.asking();
        return group.withPosition(trace);
    }
}
