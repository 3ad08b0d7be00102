package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statement that asks one connection where its server stands. Prepared once, and no part of the
 * {@link PreparedStatements} that crowd each other out. Thread-safe.
 */
final class PositionStatement {

    /**
     * The position, on a primary the eight hexadecimal digits of its timeline, and which transactions are shown. The name of a file is that of a position
     * which only running tells: PostgreSQL takes {@code pg_walfile_name} for immutable, and with a constant would call it when
     * planning, guard or not, which a standby refuses.
     *
     * <p>A standby shows a commit before it has replayed its record to the end: dropping tables comes in between, and may take
     * long. So its position is one byte more while it has received what it has not replayed. That one is reached with the
     * record which is being replayed, and not before. The comparison must come first, because both positions grow.
     */
    static final String SQL = """
            select case when not pg_is_in_recovery() then pg_current_wal_insert_lsn() \
            when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then pg_last_wal_replay_lsn() \
            else pg_last_wal_replay_lsn() + 1 end, \
            case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) end, \
            pg_current_snapshot()""";

    /** The same as texts. */
    static final String TEXT =
            "select lsn::text, timeline, shown::text from (%s) position (lsn, timeline, shown)".formatted(SQL);

    private static final Logger LOG = LoggerFactory.getLogger(PositionStatement.class);
    private static final String NAME = "sluice_position";
    private static final byte[] PARSE = bytes(PositionStatement::writeParse);
    private static final byte[] ASK = bytes(PositionStatement::writeAsk);

    private volatile boolean parsed;
    private volatile boolean refused;

    /** Whether asking makes sense: the server did not say that this role may not. */
    boolean isPossible() {
        return !refused;
    }

    /** Writes a group of its own, the Sync included. */
    void write(ByteBuf out) {
        if (!parsed) {
            out.writeBytes(PARSE);
        }
        out.writeBytes(ASK);
    }

    void parsed() {
        parsed = true;
    }

    /** Takes the SQLSTATE of a failure: whatever it was, the statement is made anew for the next call. */
    void failed(String sqlState) {
        parsed = false;
        if (sqlState.startsWith("42") && !sqlState.equals("42P05")) {
            refused = true;
            LOG.warn(
                    "A connection's position in the log cannot be asked for (SQLSTATE {}): its sessions will read the"
                            + " primary. Grant the role EXECUTE on pg_current_wal_insert_lsn(), pg_last_wal_replay_lsn()"
                            + " and pg_walfile_name(pg_lsn)",
                    sqlState);
        }
    }

    // Closing first makes it right whatever the connection has under the name; closing nothing is no error.
    private static void writeParse(ByteBuf out) {
        Frames.closeStatement(out, NAME);
        Frames.parse(out, NAME, SQL, new int[0]);
    }

    private static void writeAsk(ByteBuf out) {
        Frames.bindForBinary(out, NAME);
        Frames.execute(out, Frames.NO_LIMIT);
        Frames.sync(out);
    }

    private static byte[] bytes(Consumer<ByteBuf> writer) {
        ByteBuf out = Unpooled.buffer();
        writer.accept(out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}
