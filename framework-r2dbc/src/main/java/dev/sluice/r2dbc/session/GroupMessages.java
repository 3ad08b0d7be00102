package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.SluiceWireAccess;
import io.r2dbc.postgresql.api.ErrorDetails;
import io.r2dbc.postgresql.message.backend.BackendMessage;
import io.r2dbc.postgresql.message.backend.BindComplete;
import io.r2dbc.postgresql.message.backend.ErrorResponse;
import io.r2dbc.postgresql.message.backend.NoData;
import io.r2dbc.postgresql.message.backend.ParseComplete;
import io.r2dbc.postgresql.message.backend.RowDescription;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a group, and what their answers say about the connection's prepared statements. After an error the
 * server skips what follows up to the Sync: a statement counts as parsed only when the server has said so.
 */
final class GroupMessages {

    private final GroupSession session;
    private final Group group;
    private final boolean settingsFirst;
    private @Nullable PreparedStatement settings;
    private @Nullable PreparedStatement statement;
    private @Nullable PreparedStatement toParse;
    private @Nullable PreparedStatement toParseNext;
    private int binds;
    private boolean outsideTransaction;
    private boolean retried;

    GroupMessages(GroupSession session, Group group, boolean settingsFirst) {
        this.session = session;
        this.group = group;
        this.settingsFirst = settingsFirst;
    }

    /** Writes all but the Sync. */
    void write(ByteBuf out, boolean describe, int rowLimit) {
        Parameters parameters = Parameters.of(session.codecs, group.name(), group.parameters());
        binds = 0;
        toParse = null;
        toParseNext = null;
        outsideTransaction = session.isOutsideTransaction();
        session.statements.writeCloses(out);
        if (settingsFirst) {
            writeSettings(out);
        }
        writeStatement(out, parameters, describe, rowLimit);
        if (!settingsFirst) {
            writeSettings(out);
        }
    }

    private void writeSettings(ByteBuf out) {
        if (!group.settings().isEmpty()) {
            Parameters parameters = Parameters.of(group.settings());
            settings = bind(out, SettingStatements.of(group.settings()), parameters);
            Frames.execute(out, Frames.NO_LIMIT);
        }
    }

    private void writeStatement(ByteBuf out, Parameters parameters, boolean describe, int rowLimit) {
        statement = bind(out, group.sql(), parameters);
        if (describe && statement.shape == null) {
            Frames.describePortal(out);
        }
        Frames.execute(out, rowLimit);
    }

    private PreparedStatement bind(ByteBuf out, String sql, Parameters parameters) {
        PreparedStatement prepared = session.statements.get(sql, parameters.types());
        if (!prepared.parsed) {
            Frames.parse(out, prepared.name, sql, parameters.types());
            if (toParse == null) {
                toParse = prepared;
            } else {
                toParseNext = prepared;
            }
        }
        Frames.bind(out, prepared.name, parameters);
        return prepared;
    }

    /** Takes an answer that is not a row. */
    void answer(BackendMessage answer) {
        if (answer == BindComplete.INSTANCE) {
            binds++;
        } else if (answer == ParseComplete.INSTANCE && toParse != null) {
            session.statements.parsed(toParse);
            toParse = toParseNext;
            toParseNext = null;
        } else if (answer instanceof RowDescription description && statement != null) {
            statement.shape = RowShape.of(description, session.codecs);
        } else if (answer == NoData.INSTANCE && statement != null) {
            statement.shape = RowShape.EMPTY;
        }
    }

    /** Whether what arrives now belongs to the statement, not to the settings. */
    boolean atStatement() {
        return binds == (settingsFirst && !group.settings().isEmpty() ? 2 : 1);
    }

    RowShape shape() {
        RowShape shape = statement == null ? null : statement.shape;
        return shape == null ? RowShape.EMPTY : shape;
    }

    /**
     * Gives up what the server holds under other assumptions than we do, and tells whether to send the group again: once,
     * and only where the failed group was a transaction of its own.
     */
    boolean prepareAgain(ErrorResponse failure) {
        ErrorDetails details = SluiceWireAccess.details(failure);
        if (!isStale(details)) {
            return false;
        }
        if (isPlanChanged(details)) {
            session.statements.foundChange();
        }
        forget(settings);
        forget(statement);
        boolean again = outsideTransaction && !retried;
        retried = true;
        return again;
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
