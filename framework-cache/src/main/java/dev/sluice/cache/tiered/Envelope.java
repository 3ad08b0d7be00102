package dev.sluice.cache.tiered;

import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A value as it is stored: with the tenant and the key that it was stored for, the generations that it was read under, and what is needed to
 * serve it well.
 *
 * @param tenant whose
 * @param key whose, with all its arguments
 * @param stamps the generations, in the order of the key's dependencies
 * @param shows a position that includes all that it shows; null if none is known
 * @param rebuildNanos how long it took to make
 * @param freshUntilMillis the end of its life, in milliseconds of the epoch; what it lives beyond is for times when the database is out
 *     of reach. Clocks that differ shift it; the store's own clock bounds both
 * @param payload the encoded value; null for the answer that there is none
 */
// Arrays: read once, never compared.
@SuppressWarnings("ArrayRecordComponent")
record Envelope(
        String tenant,
        String key,
        long[] stamps,
        @Nullable Position shows,
        long rebuildNanos,
        long freshUntilMillis,
        byte @Nullable [] payload) {

    private static final byte FORMAT = 1;
    private static final int MOST_STAMPS = 1_000;

    byte[] toBytes() {
        byte[] tenantBytes = tenant.getBytes(StandardCharsets.UTF_8);
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        int length = 1
                + (4 + tenantBytes.length)
                + (4 + keyBytes.length)
                + (4 + 8 * stamps.length)
                + 4
                + 8
                + 8
                + 8
                + 1
                + (payload == null ? 0 : payload.length);
        ByteBuffer buffer = ByteBuffer.allocate(length).put(FORMAT);
        buffer.putInt(tenantBytes.length).put(tenantBytes);
        buffer.putInt(keyBytes.length).put(keyBytes);
        buffer.putInt(stamps.length);
        for (long stamp : stamps) {
            buffer.putLong(stamp);
        }
        buffer.putInt(shows == null ? 0 : shows.timeline())
                .putLong(shows == null ? 0 : shows.lsn().value());
        buffer.putLong(rebuildNanos).putLong(freshUntilMillis).put((byte) (payload == null ? 0 : 1));
        if (payload != null) {
            buffer.put(payload);
        }
        return buffer.array();
    }

    /** @return the value; null if these bytes are none */
    static @Nullable Envelope read(byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return buffer.get() == FORMAT ? read(buffer) : null;
        } catch (BufferUnderflowException | IllegalArgumentException damaged) {
            return null;
        }
    }

    private static Envelope read(ByteBuffer buffer) {
        String tenant = text(buffer);
        String key = text(buffer);
        int count = buffer.getInt();
        if (count < 0 || count > MOST_STAMPS) {
            throw new IllegalArgumentException("stamps: " + count);
        }
        long[] stamps = new long[count];
        for (int i = 0; i < count; i++) {
            stamps[i] = buffer.getLong();
        }
        int timeline = buffer.getInt();
        long lsn = buffer.getLong();
        Position shows = timeline == 0 ? null : new Position(timeline, new Lsn(lsn));
        long rebuildNanos = buffer.getLong();
        long freshUntilMillis = buffer.getLong();
        byte[] payload = null;
        if (buffer.get() == 1) {
            payload = new byte[buffer.remaining()];
            buffer.get(payload);
        }
        return new Envelope(tenant, key, stamps, shows, rebuildNanos, freshUntilMillis, payload);
    }

    private static String text(ByteBuffer buffer) {
        int length = buffer.getInt();
        if (length < 0 || length > buffer.remaining()) {
            throw new IllegalArgumentException("length: " + length);
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
