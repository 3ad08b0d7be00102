package dev.sluice.r2dbc.session;

import dev.sluice.repository.TooManyRowsException;
import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.postgresql.message.backend.DataRow;
import io.r2dbc.postgresql.message.backend.ErrorResponse;
import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/** Reads the rows of a group whole. */
class RowsCall<T> extends WireCall<List<T>> {

    private final Group group;
    private final Function<? super Readable, ? extends T> mapper;
    private final int maxRows;
    private final GroupMessages messages;
    private List<T> rows = new ArrayList<>(1);
    private @Nullable WireRow row;
    private boolean tooMany;

    RowsCall(
            GroupSession session,
            CoreSubscriber<? super List<T>> actual,
            Group group,
            Function<? super Readable, ? extends T> mapper,
            int maxRows) {
        super(session, actual, group.name(), group.position());
        this.group = group;
        this.mapper = mapper;
        this.maxRows = maxRows;
        this.messages = new GroupMessages(session, group);
    }

    // One row more than wanted tells that there are too many; the server makes no more than that.
    @Override
    void write(ByteBuf out) {
        messages.write(out, true, maxRows == Integer.MAX_VALUE ? Frames.NO_LIMIT : maxRows + 1);
        Frames.sync(out);
    }

    @Override
    void row(DataRow data) {
        if (!messages.atStatement() || tooMany) {
            return;
        }
        if (rows.size() == maxRows) {
            tooMany = true;
            rows = List.of();
            return;
        }
        WireRow current = row;
        if (current == null) {
            current = new WireRow(messages.shape(), session.codecs);
            row = current;
        }
        rows.add(mapper.apply(current.at(data.getColumns())));
    }

    @Override
    void answer(BackendMessage answer) {
        messages.answer(answer);
    }

    @Override
    boolean again(ErrorResponse failure) {
        rows = new ArrayList<>(1);
        row = null;
        return messages.prepareAgain(failure);
    }

    @Override
    List<T> result() {
        if (tooMany) {
            throw new TooManyRowsException(group.name(), maxRows);
        }
        return rows;
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
