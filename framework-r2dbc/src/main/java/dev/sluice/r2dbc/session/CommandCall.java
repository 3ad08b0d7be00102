package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.postgresql.message.backend.CommandComplete;
import io.r2dbc.postgresql.message.backend.DataRow;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/** A command without parameters, which is not worth preparing. */
final class CommandCall extends WireCall<String> {

    private final String sql;
    private @Nullable String tag;

    CommandCall(
            GroupSession session, CoreSubscriber<? super String> actual, String sql, @Nullable PositionSink position) {
        super(session, actual, sql, position);
        this.sql = sql;
    }

    @Override
    void write(ByteBuf out) {
        Frames.query(out, sql);
    }

    @Override
    void row(DataRow row) {}

    @Override
    void answer(BackendMessage answer) {
        if (answer instanceof CommandComplete complete) {
            tag = complete.getCommand();
        }
    }

    @Override
    boolean asksPosition() {
        return true;
    }

    // A COMMIT that failed, or was answered by ROLLBACK, has committed nothing.
    @Override
    boolean hasPosition() {
        return tag != null && isDone(sql, tag);
    }

    static boolean isDone(String sql, String tag) {
        return sql.regionMatches(true, 0, tag, 0, tag.length());
    }

    @Override
    @Nullable
    String result() {
        return tag;
    }

    @Override
    String sql() {
        return sql;
    }
}
