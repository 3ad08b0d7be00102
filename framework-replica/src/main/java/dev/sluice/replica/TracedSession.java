package dev.sluice.replica;

import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.PositionSink;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A session for one call, which asks behind each group where the server stands. */
final class TracedSession implements Session {

    private final Session session;
    private final Trace trace;

    TracedSession(Session session, Trace trace) {
        this.session = session;
        this.trace = trace;
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        return session.rows(traced(group), mapper, maxRows);
    }

    @Override
    public Mono<Long> rowsUpdated(Group group) {
        return session.rowsUpdated(traced(group));
    }

    @Override
    public <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        return session.stream(traced(group), mapper, fetchSize);
    }

    private Group traced(Group group) {
        trace.asking();
        return group.withPosition(trace);
    }

    @Override
    public Mono<Void> begin(String begin, List<Setting> settings) {
        return session.begin(begin, settings);
    }

    @Override
    public Mono<String> command(String sql, @Nullable PositionSink position) {
        return session.command(sql, position);
    }

    @Override
    public Mono<Void> cancelRequest() {
        return session.cancelRequest();
    }

    @Override
    public Status status() {
        return session.status();
    }

    @Override
    public Mono<Void> idle() {
        return session.idle();
    }

    @Override
    public Mono<Void> close() {
        return session.close();
    }
}
