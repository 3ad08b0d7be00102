package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.postgresql.message.backend.DataRow;
import io.r2dbc.postgresql.message.backend.ErrorResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/** Begins a transaction and makes settings local to it: BEGIN comes first, or they would end before it. */
final class BeginCall extends WireCall<Void> {

    private static final @Nullable Object[] NONE = new @Nullable Object[0];

    private final String begin;
    private final GroupMessages messages;

    BeginCall(GroupSession session, CoreSubscriber<? super Void> actual, String begin, List<Setting> settings) {
        super(session, actual, begin, null);
        this.begin = begin;
        this.messages = new GroupMessages(session, new Group(begin, settings, begin, NONE), false);
    }

    @Override
    void write(ByteBuf out) {
        if (!session.isOutsideTransaction()) {
            throw new IllegalStateException("%s: a transaction is already open on the session".formatted(begin));
        }
        messages.write(out, false, Frames.NO_LIMIT);
        Frames.sync(out);
    }

    @Override
    void row(DataRow row) {}

    @Override
    void answer(BackendMessage answer) {
        messages.answer(answer);
    }

    // A failure after BEGIN leaves a failed transaction open, in which nothing can be repeated.
    @Override
    boolean again(ErrorResponse failure) {
        return messages.prepareAgain(failure) && session.isOutsideTransaction();
    }

    @Override
    @Nullable
    Void result() {
        return null;
    }

    @Override
    String sql() {
        return begin;
    }
}
