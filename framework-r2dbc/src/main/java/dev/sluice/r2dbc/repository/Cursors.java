package dev.sluice.r2dbc.repository;

import dev.sluice.r2dbc.token.Seal;
import dev.sluice.repository.InvalidCursorException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Issues and reads cursors: the sort keys of a page's last row under an HMAC-SHA256 that also covers the
 * cursor's scope (tenant, query and order), so that a cursor holds for nothing else. Thread-safe.
 */
final class Cursors {

    /** The longest cursor, in characters. */
    static final int MAX_LENGTH = 4_096;

    private static final byte FORMAT = 1;
    private static final int NULL_KEY = -1;

    private final Seal seal;

    /**
     * @param secrets the newest first, which signs; all verify; none means a random one, good for this
     * process
     */
    Cursors(List<String> secrets) {
        seal = new Seal("sluice cursor", secrets);
    }

    /** Tells who signs: processes for which it is the same read each other's cursors. */
    String signer() {
        return seal.seal("signer", new byte[0]);
    }

    String issue(String scope, List<ValueType> types, List<@Nullable Object> keys) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(FORMAT);
        for (int i = 0; i < keys.size(); i++) {
            Object key = keys.get(i);
            write(bytes, key == null ? null : types.get(i).toText(key));
        }
        String cursor = seal.seal(scope, bytes.toByteArray());
        if (cursor.length() > MAX_LENGTH) {
            throw new InvalidCursorException("the sort keys of this page's last row need %d characters (at most %d)"
                    .formatted(cursor.length(), MAX_LENGTH));
        }
        return cursor;
    }

    List<@Nullable Object> read(String scope, List<ValueType> types, String cursor) {
        if (cursor.length() > MAX_LENGTH) {
            throw new InvalidCursorException("%d characters long (at most %d)".formatted(cursor.length(), MAX_LENGTH));
        }
        byte[] payload = seal.open(scope, cursor);
        if (payload == null) {
            throw new InvalidCursorException("malformed, changed, or of another tenant, query or order");
        }
        if (payload.length == 0 || payload[0] != FORMAT) {
            throw new InvalidCursorException("of another version of Sluice");
        }
        return keys(types, ByteBuffer.wrap(payload, 1, payload.length - 1));
    }

    private static List<@Nullable Object> keys(List<ValueType> types, ByteBuffer payload) {
        List<@Nullable Object> keys = new ArrayList<>(types.size());
        try {
            for (ValueType type : types) {
                String text = read(payload);
                keys.add(text == null ? null : type.fromText(text));
            }
        } catch (RuntimeException e) {
            // Signed by us, so it was issued before a sort key changed its type.
            throw new InvalidCursorException("of an older version of this query");
        }
        return keys;
    }

    private static void write(ByteArrayOutputStream bytes, @Nullable String text) {
        byte[] key = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .putInt(text == null ? NULL_KEY : key.length)
                .array());
        bytes.writeBytes(key);
    }

    private static @Nullable String read(ByteBuffer payload) {
        int length = payload.getInt();
        if (length == NULL_KEY) {
            return null;
        }
        byte[] key = new byte[length];
        payload.get(key);
        return new String(key, StandardCharsets.UTF_8);
    }
}
