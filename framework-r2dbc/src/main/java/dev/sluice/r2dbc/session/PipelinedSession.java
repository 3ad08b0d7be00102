package dev.sluice.r2dbc.session;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A {@link GroupSession} for one read that shares its turn; all else takes it alone. One, because nothing may be sent once the
 * call's answer is there: who had the session then could be anybody.
 */
final class PipelinedSession implements Session {

    private final GroupSession session;
    private final AtomicBoolean used = new AtomicBoolean();

    PipelinedSession(GroupSession session) {
        this.session = session;
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("%s: a pipelined session is for one read".formatted(group.name()));
        }
        return new CallMono<>(actual -> new PipelinedRowsCall<>(session, actual, group, mapper, maxRows));
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
