package dev.sluice.r2dbc.session;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A session that does everything on another one, but for what a subclass does differently. */
public abstract class ForwardingSession implements Session {

    private final Session session;

    /** @param session what everything is done on */
    protected ForwardingSession(Session session) {
        this.session = session;
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        return session.rows(group, mapper, maxRows);
    }

    @Override
    public Mono<Long> rowsUpdated(Group group) {
        return session.rowsUpdated(group);
    }

    @Override
    public <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        return session.stream(group, mapper, fetchSize);
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
    public boolean noteLoss() {
        return session.noteLoss();
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
