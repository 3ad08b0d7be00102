package dev.sluice.r2dbc.session;

import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.function.Function;
import reactor.core.CoreSubscriber;

/** Reads the rows of a group whole, sent behind others. */
final class PipelinedRowsCall<T> extends RowsCall<T> {

    PipelinedRowsCall(
            GroupSession session,
            CoreSubscriber<? super List<T>> actual,
            Group group,
            Function<? super Readable, ? extends T> mapper,
            int maxRows) {
        super(session, actual, group, mapper, maxRows);
    }

    @Override
    boolean takeTurn() {
        return session.turn.share();
    }
}
