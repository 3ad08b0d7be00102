package dev.sluice.r2dbc.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes opaque text of bytes, under an HMAC-SHA256 that also covers a scope: what was changed, or was sealed for another
 * purpose or scope, does not open. Each text has one spelling. It hides nothing. Thread-safe.
 */
public final class Seal {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int SIGNATURE_BYTES = 16;

    private final List<Mac> prototypes;

    /**
     * Makes the seal.
     *
     * @param purpose what is sealed: each purpose has keys of its own
     * @param secrets the newest first, which signs; all open; none means a random one, good for this object
     */
    public Seal(String purpose, List<String> secrets) {
        prototypes = secrets.isEmpty()
                ? List.of(prototype(purpose, random()))
                : secrets.stream()
                        .map(secret -> prototype(purpose, secret.getBytes(StandardCharsets.UTF_8)))
                        .toList();
    }

    /**
     * Seals bytes.
     *
     * @param scope what they hold for; not part of the text
     * @param payload the bytes
     * @return the bytes and their signature in base64url
     */
    public String seal(String scope, byte[] payload) {
        byte[] sealed = Arrays.copyOf(payload, payload.length + SIGNATURE_BYTES);
        System.arraycopy(sign(prototypes.get(0), scope, payload), 0, sealed, payload.length, SIGNATURE_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /**
     * Opens what was sealed.
     *
     * @param scope what it must hold for
     * @param text the text, of any length: who takes it from strangers bounds that
     * @return the bytes; null if the text was not sealed with one of the secrets for this purpose and scope
     */
    public byte @Nullable [] open(String scope, String text) {
        byte[] sealed = decode(text);
        if (sealed == null || sealed.length < SIGNATURE_BYTES) {
            return null;
        }
        byte[] payload = Arrays.copyOf(sealed, sealed.length - SIGNATURE_BYTES);
        byte[] signature = Arrays.copyOfRange(sealed, payload.length, sealed.length);
        boolean ours = prototypes.stream().anyMatch(mac -> MessageDigest.isEqual(sign(mac, scope, payload), signature));
        return ours ? payload : null;
    }

    // The decoder takes padding, and any value of the last character's spare bits.
    private static byte @Nullable [] decode(String text) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text) ? bytes : null;
        } catch (IllegalArgumentException e) {
            return null;
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

    private static Mac prototype(String purpose, byte[] secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            byte[] key = mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
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
