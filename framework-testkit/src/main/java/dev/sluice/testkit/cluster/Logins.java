package dev.sluice.testkit.cluster;

import dev.sluice.Credentials;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The passwords of one cluster, derived from a secret that is drawn when the cluster starts. They guard
 * against a neighbour on the machine, not against more.
 */
public record Logins(String secret) {

    public Logins {
        if (!secret.matches("[0-9a-f]{16,}")) {
            throw new IllegalArgumentException(
                    "a cluster's secret is at least 16 hexadecimal digits; draw one with random()");
        }
    }

    /** A new secret. */
    public static Logins random() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return new Logins(HexFormat.of().formatHex(bytes));
    }

    /** The login of {@code role}. */
    public Credentials of(Role role) {
        return new Credentials(role.username(), role.username() + "-" + secret);
    }

    @Override
    public String toString() {
        return "Logins[]";
    }
}
