package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.r2dbc.postgresql.client.Binding;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codecs;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * The values of a statement in the types and formats in which they go out. The driver's codecs encode them, except the
 * plain types that most calls use: those are written straight into the group's buffer.
 */
final class Parameters {

    /** Leaves the type to the server, which tells it from the context. */
    private static final int UNSPECIFIED = 0;

    private static final int BOOL = 16;
    private static final int INT8 = 20;
    private static final int INT4 = 23;
    private static final int VARCHAR = 1043;
    private static final int UUID_OID = 2950;
    private static final int NULL = -1;

    private final int[] types;
    private final short[] formats;
    private final @Nullable Object[] values;

    private Parameters(int size) {
        types = new int[size];
        formats = new short[size];
        values = new @Nullable Object[size];
    }

    /**
     * Prepares values for a statement.
     *
     * @throws IllegalArgumentException if there are too many, or one has a type that cannot be sent
     */
    static Parameters of(Codecs codecs, String statement, @Nullable Object[] values) {
        if (values.length > Frames.MOST_PARAMETERS) {
            throw new IllegalArgumentException("%s: %d parameters (expected: <= %d); split the statement"
                    .formatted(statement, values.length, Frames.MOST_PARAMETERS));
        }
        Parameters parameters = new Parameters(values.length);
        for (int i = 0; i < values.length; i++) {
            parameters.put(codecs, statement, i, values[i]);
        }
        return parameters;
    }

    /** The names and values of settings, alternating. */
    static Parameters of(List<Setting> settings) {
        Parameters parameters = new Parameters(settings.size() * 2);
        for (int i = 0; i < settings.size(); i++) {
            Setting setting = settings.get(i);
            parameters.put(2 * i, VARCHAR, Frames.TEXT, setting.name());
            parameters.put(2 * i + 1, VARCHAR, Frames.TEXT, setting.value());
        }
        return parameters;
    }

    int[] types() {
        return types;
    }

    void write(ByteBuf out) {
        out.writeShort(formats.length);
        for (short format : formats) {
            out.writeShort(format);
        }
        out.writeShort(values.length);
        for (Object value : values) {
            write(out, value);
        }
    }

    private void put(Codecs codecs, String statement, int index, @Nullable Object value) {
        if (value instanceof String) {
            put(index, VARCHAR, Frames.TEXT, value);
        } else if (value instanceof UUID) {
            put(index, UUID_OID, Frames.BINARY, value);
        } else if (value instanceof Long) {
            put(index, INT8, Frames.BINARY, value);
        } else if (value instanceof Integer) {
            put(index, INT4, Frames.BINARY, value);
        } else if (value instanceof Boolean) {
            put(index, BOOL, Frames.BINARY, value);
        } else if (value instanceof Enum<?> constant) {
            put(index, UNSPECIFIED, Frames.TEXT, constant.name());
        } else if (value == null || isNullEnum(value)) {
            put(index, UNSPECIFIED, Frames.TEXT, null);
        } else {
            putEncoded(index, encoded(codecs, statement, index, value));
        }
    }

    private static boolean isNullEnum(Object value) {
        return value == null
                || (value instanceof Group.TypedNull typed && typed.type().isEnum());
    }

    private void put(int index, int type, int format, @Nullable Object value) {
        types[index] = type;
        formats[index] = (short) format;
        values[index] = value;
    }

    private static EncodedParameter encoded(Codecs codecs, String statement, int index, Object value) {
        try {
            return value instanceof Group.TypedNull typed
                    ? codecs.encodeNull(DriverTypes.toDriver(typed.type()))
                    : codecs.encode(DriverTypes.toDriver(value));
        } catch (IllegalArgumentException e) {
            // The driver's message holds the value.
            throw DriverTypes.cannotBeSent(statement, index, value);
        }
    }

    private void putEncoded(int index, EncodedParameter parameter) {
        Binding binding = new Binding(1).add(0, parameter);
        Publisher<? extends ByteBuf> value = binding.getParameterValues().get(0);
        int format = binding.getParameterFormats().get(0).getDiscriminator();
        put(index, binding.getParameterTypes()[0], format, value == EncodedParameter.NULL_VALUE ? null : value);
    }

    private static void write(ByteBuf out, @Nullable Object value) {
        if (value == null) {
            out.writeInt(NULL);
        } else if (value instanceof String text) {
            int length = out.writerIndex();
            out.writeInt(0);
            out.setInt(length, ByteBufUtil.writeUtf8(out, text));
        } else if (value instanceof UUID uuid) {
            out.writeInt(16).writeLong(uuid.getMostSignificantBits()).writeLong(uuid.getLeastSignificantBits());
        } else if (value instanceof Long number) {
            out.writeInt(8).writeLong(number);
        } else if (value instanceof Integer number) {
            out.writeInt(4).writeInt(number);
        } else if (value instanceof Boolean bool) {
            out.writeInt(1).writeByte(bool ? 1 : 0);
        } else {
            writeEncoded(out, value);
        }
    }

    // The driver encodes lazily; what it makes of a plain value is there at once, and only large objects are not.
    private static void writeEncoded(ByteBuf out, Object value) {
        if (!(value instanceof Callable<?> encoded)) {
            throw new IllegalArgumentException("a parameter is a stream (expected: a value that is in memory)");
        }
        ByteBuf bytes = null;
        try {
            bytes = (ByteBuf) encoded.call();
            out.writeInt(bytes.readableBytes()).writeBytes(bytes);
        } catch (Exception e) {
            throw new IllegalArgumentException("a parameter cannot be encoded", e);
        } finally {
            if (bytes != null) {
                bytes.release();
            }
        }
    }
}
