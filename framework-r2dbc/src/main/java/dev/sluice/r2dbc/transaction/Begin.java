package dev.sluice.r2dbc.transaction;

import dev.sluice.r2dbc.session.ForwardingSession;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.PositionSink;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.work.Fence;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How a transaction begins: with its first statement, in one write.
 *
 * @param statement BEGIN with its modes
 * @param settings what is set locally with it, for a statement timeout in milliseconds
 * @param fence what is checked with it; null checks nothing
 */
record Begin(
        String statement,
        LongFunction<List<Setting>> settings,
        @Nullable Fence fence) {

    private static final @Nullable Object[] NONE = new @Nullable Object[0];

    static Begin of(TransactionOptions options, LongFunction<List<Setting>> settings, @Nullable Fence fence) {
        String statement = "BEGIN ISOLATION LEVEL %s %s"
                .formatted(
                        options.isolation().name().replace('_', ' '), options.readOnly() ? "READ ONLY" : "READ WRITE");
        return new Begin(statement, settings, fence);
    }

    /**
     * The session for the first statement.
     *
     * @param session idle, outside of a transaction
     * @param forCommand what is set with a command, which brings no settings along as a group does
     */
    Session on(Session session, List<Setting> forCommand) {
        return new BeginningSession(session, forCommand);
    }

    private Throwable explain(Throwable error) {
        return fence == null ? error : Fencing.explain(error, fence);
    }

    private final class BeginningSession extends ForwardingSession {

        private final List<Setting> forCommand;

        BeginningSession(Session session, List<Setting> forCommand) {
            super(session);
            this.forCommand = forCommand;
        }

        @Override
        public <T> Mono<List<T>> rows(Group group, Function<? super Readable, ? extends T> mapper, int maxRows) {
            return super.<T>rows(group.beginning(statement), mapper, maxRows).onErrorMap(Begin.this::explain);
        }

        @Override
        public Mono<Long> rowsUpdated(Group group) {
            return super.rowsUpdated(group.beginning(statement)).onErrorMap(Begin.this::explain);
        }

        @Override
        public <T> Flux<T> stream(Group group, Function<? super Readable, ? extends T> mapper, int fetchSize) {
            return super.<T>stream(group.beginning(statement), mapper, fetchSize)
                    .onErrorMap(Begin.this::explain);
        }

        @Override
        public Mono<String> command(String sql, @Nullable PositionSink position) {
            return rows(new Group(sql, forCommand, sql, NONE), row -> sql, 1).thenReturn(sql);
        }
    }
}
