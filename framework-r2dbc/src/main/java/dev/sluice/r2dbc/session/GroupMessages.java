package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.SluiceWireAccess;
import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.postgresql.message.backend.BindComplete;
import io.r2dbc.postgresql.message.backend.CommandComplete;
import io.r2dbc.postgresql.message.backend.ErrorResponse;
import io.r2dbc.postgresql.message.backend.NoData;
import io.r2dbc.postgresql.message.backend.ParseComplete;
import io.r2dbc.postgresql.message.backend.RowDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a group, and what their answers say about the connection's prepared statements. After an error the
 * server skips what follows up to the Sync: a statement counts as parsed only when the server has said so.
 */
final class GroupMessages {

    private static final Parameters NO_PARAMETERS = Parameters.of(List.of());

    private final GroupSession session;
    private final Group group;
    private @Nullable PreparedStatement begin;
    private @Nullable PreparedStatement settings;
    private @Nullable PreparedStatement statement;
    private int written;
    private int binds;
    private boolean begun;
    private boolean outsideTransaction;
    private boolean retried;

    GroupMessages(GroupSession session, Group group) {
        this.session = session;
        this.group = group;
    }

    /** Writes all but the Sync. */
    void write(ByteBuf out, boolean describe, int rowLimit) {
        Parameters parameters = Parameters.of(session.codecs, group.name(), group.parameters());
        outsideTransaction = session.isOutsideTransaction();
        written = 0;
        binds = 0;
        begun = false;
        requireOutsideTransaction(group.begin());
        session.statements.writeCloses(out);
        writeBegin(out);
        writeSettings(out);
        statement = bind(out, group.sql(), parameters);
        if (describe && statement.shape == null) {
            Frames.describePortal(out);
        }
        Frames.execute(out, rowLimit);
    }

    private void requireOutsideTransaction(@Nullable String sql) {
        if (sql != null && !outsideTransaction) {
            throw new IllegalStateException("%s: a transaction is already open on the session".formatted(sql));
        }
    }

    // First of all, or the settings would end before it.
    private void writeBegin(ByteBuf out) {
        String sql = group.begin();
        if (sql != null) {
            begin = bind(out, sql, NO_PARAMETERS);
            Frames.execute(out, Frames.NO_LIMIT);
        }
    }

    private void writeSettings(ByteBuf out) {
        if (!group.settings().isEmpty()) {
            settings = bind(out, SettingStatements.of(group.settings()), Parameters.of(group.settings()));
            Frames.execute(out, Frames.NO_LIMIT);
        }
    }

    private PreparedStatement bind(ByteBuf out, String sql, Parameters parameters) {
        PreparedStatement prepared = session.statements.get(sql, parameters.types());
        if (!prepared.parsed) {
            Frames.parse(out, prepared.name, sql, parameters.types());
        }
        Frames.bind(out, prepared.name, parameters);
        written++;
        return prepared;
    }

    /** Takes an answer that is not a row. */
    void answer(BackendMessage answer) {
        if (answer == BindComplete.INSTANCE) {
            binds++;
        } else if (answer == ParseComplete.INSTANCE) {
            parsed();
        } else if (answer instanceof CommandComplete) {
            begun = true;
        } else if (answer instanceof RowDescription description && statement != null) {
            statement.shape = RowShape.of(description, session.codecs);
        } else if (answer == NoData.INSTANCE && statement != null) {
            statement.shape = RowShape.EMPTY;
        }
    }

    // They are parsed in the order in which they were written.
    private void parsed() {
        PreparedStatement first = unparsed(begin);
        PreparedStatement next = first != null ? first : unparsed(settings);
        PreparedStatement parsed = next != null ? next : unparsed(statement);
        if (parsed != null) {
            session.statements.parsed(parsed);
        }
    }

    /** Whether what arrives now belongs to the statement, not to what comes before it. */
    boolean atStatement() {
        return binds == written;
    }

    /** Whether what was written is a transaction of its own. */
    boolean isAlone() {
        return outsideTransaction && group.begin() == null;
    }

    /** The text of what fails if something fails now: BEGIN, until it has answered. */
    String sql() {
        String sql = group.begin();
        return sql == null || begun ? group.sql() : sql;
    }

    RowShape shape() {
        RowShape shape = statement == null ? null : statement.shape;
        return shape == null ? RowShape.EMPTY : shape;
    }

    /**
     * Gives up what the server holds under other assumptions than we do, and tells whether to send the group again: once,
     * and only where the failed group was a transaction of its own, or its BEGIN failed.
     */
    boolean prepareAgain(ErrorResponse failure) {
        ErrorDetails details = SluiceWireAccess.details(failure);
        if (!isStale(details)) {
            return false;
        }
        if (isPlanChanged(details)) {
            session.statements.foundChange();
        }
        forget(begin);
        forget(settings);
        forget(statement);
        boolean again = outsideTransaction && session.isOutsideTransaction() && !retried;
        retried = true;
        return again;
    }

    private static @Nullable PreparedStatement unparsed(@Nullable PreparedStatement prepared) {
        return prepared == null || prepared.parsed ? null : prepared;
    }

    private void forget(@Nullable PreparedStatement prepared) {
        if (prepared != null) {
            session.statements.forget(prepared);
        }
    }

    // 26000: closed behind our back. 42P05: opened behind our back.
    private static boolean isStale(ErrorDetails details) {
        String code = details.getCode();
        return isPlanChanged(details) || code.equals("26000") || code.equals("42P05");
    }

    // 0A000 is also what a missing feature answers; the routine tells the changed plan apart.
    private static boolean isPlanChanged(ErrorDetails details) {
        return details.getCode().equals("0A000")
                && details.getRoutine().filter("RevalidateCachedQuery"::equals).isPresent();
    }
}
