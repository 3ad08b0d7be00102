package dev.sluice.r2dbc.pool;

import dev.sluice.access.Deadline;
import dev.sluice.r2dbc.session.ForwardingSession;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Session;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** The session of one read of a {@link SharedStatement}, for one call of {@link #rows}, which has to be asked for at once. */
final class SharedSession extends ForwardingSession {

    private final SharedStatement statement;
    private final Deadline deadline;

    SharedSession(Session session, SharedStatement statement, Deadline deadline) {
        super(session);
        this.statement = statement;
        this.deadline = deadline;
    }

    @Override
    public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super List<T>> actual) {
                actual.onSubscribe(new SharedPart<T>(statement, actual, group, mapper, deadline));
            }
        };
    }
}
