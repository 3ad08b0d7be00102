package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Writes the messages of the extended protocol one behind the other into one buffer. The driver's own {@code Parse} counts
 * its length from the head of the buffer, so it is right only as the first message: groups need two.
 */
final class Frames {

    static final int TEXT = 0;
    static final int BINARY = 1;
    static final int NO_LIMIT = 0;
    static final int MOST_PARAMETERS = 65_535;

    private Frames() {}

    static void parse(ByteBuf out, String statement, String sql, int[] types) {
        int length = begin(out, 'P');
        string(out, statement);
        string(out, sql);
        out.writeShort(types.length);
        for (int type : types) {
            out.writeInt(type);
        }
        end(out, length);
    }

    /** Binds to the unnamed portal; all result columns as text. */
    static void bind(ByteBuf out, String statement, Parameters parameters) {
        int length = begin(out, 'B');
        string(out, "");
        string(out, statement);
        parameters.write(out);
        out.writeShort(0);
        end(out, length);
    }

    /** Binds a statement without parameters to the unnamed portal; all result columns in their binary form. */
    static void bindForBinary(ByteBuf out, String statement) {
        int length = begin(out, 'B');
        string(out, "");
        string(out, statement);
        out.writeShort(0).writeShort(0);
        out.writeShort(1).writeShort(BINARY);
        end(out, length);
    }

    static void describePortal(ByteBuf out) {
        int length = begin(out, 'D');
        out.writeByte('P');
        string(out, "");
        end(out, length);
    }

    static void execute(ByteBuf out, int rows) {
        int length = begin(out, 'E');
        string(out, "");
        out.writeInt(rows);
        end(out, length);
    }

    static void closeStatement(ByteBuf out, String statement) {
        int length = begin(out, 'C');
        out.writeByte('S');
        string(out, statement);
        end(out, length);
    }

    static void closePortal(ByteBuf out) {
        int length = begin(out, 'C');
        out.writeByte('P');
        string(out, "");
        end(out, length);
    }

    static void query(ByteBuf out, String sql) {
        int length = begin(out, 'Q');
        string(out, sql);
        end(out, length);
    }

    static void flush(ByteBuf out) {
        out.writeByte('H').writeInt(4);
    }

    static void sync(ByteBuf out) {
        out.writeByte('S').writeInt(4);
    }

    private static int begin(ByteBuf out, char kind) {
        out.writeByte(kind);
        int length = out.writerIndex();
        out.writeInt(0);
        return length;
    }

    private static void end(ByteBuf out, int length) {
        out.setInt(length, out.writerIndex() - length);
    }

    private static void string(ByteBuf out, String value) {
        ByteBufUtil.writeUtf8(out, value);
        out.writeByte(0);
    }
}
