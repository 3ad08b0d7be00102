package dev.sluice.r2dbc.repository;

import dev.sluice.repository.InvalidCursorException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Issues and reads cursors: the sort keys of a page's last row under an HMAC-SHA256 that also covers the
 * cursor's scope (tenant, query and order), so that a cursor holds for nothing else. Thread-safe.
 */
final class Cursors {

    /** The longest cursor, in characters. */
    static final int MAX_LENGTH = 4_096;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte FORMAT = 1;
    private static final int SIGNATURE_BYTES = 16;
    private static final int NULL_KEY = -1;

    private final List<Mac> prototypes;

    /**
     * @param secrets the newest first, which signs; all verify; none means a random one, good for this
     * process
     */
    Cursors(List<String> secrets) {
        prototypes = secrets.isEmpty()
                ? List.of(prototype(random()))
                : secrets.stream()
                        .map(secret -> prototype(secret.getBytes(StandardCharsets.UTF_8)))
                        .toList();
    }

    String issue(String scope, List<ValueType> types, List<@Nullable Object> keys) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(FORMAT);
        for (int i = 0; i < keys.size(); i++) {
            Object key = keys.get(i);
            write(bytes, key == null ? null : types.get(i).toText(key));
        }
        byte[] payload = bytes.toByteArray();
        bytes.writeBytes(sign(prototypes.get(0), scope, payload));
        String cursor = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
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
        byte[] bytes = decode(cursor);
        if (bytes.length <= SIGNATURE_BYTES || bytes[0] != FORMAT) {
            throw new InvalidCursorException("malformed");
        }
        byte[] payload = Arrays.copyOf(bytes, bytes.length - SIGNATURE_BYTES);
        byte[] signature = Arrays.copyOfRange(bytes, payload.length, bytes.length);
        if (prototypes.stream().noneMatch(mac -> MessageDigest.isEqual(sign(mac, scope, payload), signature))) {
            throw new InvalidCursorException("changed, or of another tenant, query or order");
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

    private static byte[] decode(String cursor) {
        try {
            return Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException e) {
            throw new InvalidCursorException("malformed");
        }
    }

    private static byte[] sign(Mac prototype, String scope, byte[] payload) {
        try {
            Mac mac = (Mac) prototype.clone();
            mac.update(scope.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return Arrays.copyOf(mac.doFinal(payload), SIGNATURE_BYTES);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's " + ALGORITHM + " can be cloned", e);
        }
    }

    // A key of its own per purpose: a secret also signs other tokens.
    private static Mac prototype(byte[] secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            byte[] key = mac.doFinal("sluice cursor".getBytes(StandardCharsets.UTF_8));
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    private static byte[] random() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return secret;
    }
}
