package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.postgresql.message.backend.CommandComplete;
import io.r2dbc.postgresql.message.backend.DataRow;
import io.r2dbc.postgresql.message.backend.ErrorResponse;
import reactor.core.CoreSubscriber;

/** Runs a group for its effect. */
final class UpdateCall extends WireCall<Long> {

    private final GroupMessages messages;
    private long affected;

    UpdateCall(GroupSession session, CoreSubscriber<? super Long> actual, Group group) {
        super(session, actual, group.name(), group.position());
        this.messages = new GroupMessages(session, group);
    }

    @Override
    void write(ByteBuf out) {
        messages.write(out, false, Frames.NO_LIMIT);
        Frames.sync(out);
    }

    @Override
    void row(DataRow row) {}

    @Override
    void answer(BackendMessage answer) {
        if (answer instanceof CommandComplete complete && messages.atStatement()) {
            Long rows = complete.getRows();
            affected = rows == null ? 0 : rows;
        }
        messages.answer(answer);
    }

    @Override
    boolean again(ErrorResponse failure) {
        return messages.prepareAgain(failure);
    }

    @Override
    Long result() {
        return affected;
    }

    @Override
    boolean isAlone() {
        return messages.isAlone();
    }

    @Override
    String sql() {
        return messages.sql();
    }
}
