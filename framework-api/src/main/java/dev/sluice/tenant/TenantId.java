package dev.sluice.tenant;

import java.util.regex.Pattern;

/**
 * The name of a tenant: 1 to 128 characters, letters, digits and {@code . _ : @ -}, first a letter or digit.
 *
 * <p>The narrow alphabet is deliberate: a tenant id travels through HTTP headers, SQL settings, cache keys and
 * logs, and must be unambiguous in all of them.
 *
 * @param value the name
 */
public record TenantId(String value) {

    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}");

    /** @throws IllegalArgumentException if the value is not a valid tenant id */
    public TenantId {
        if (value == null || !VALID.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "tenant id %s (expected: 1 to 128 letters, digits or . _ : @ -, first a letter or digit)"
                            .formatted(describe(value)));
        }
    }

    /**
     * Makes a tenant id.
     *
     * @param value the name
     * @return the tenant id
     * @throws IllegalArgumentException if the value is not a valid tenant id
     */
    public static TenantId of(String value) {
        return new TenantId(value);
    }

    /** The bare name. */
    @Override
    public String toString() {
        return value;
    }

    // A rejected value comes from outside and may hold anything: its text never reaches a log.
    private static String describe(String value) {
        return value == null ? "is null" : "of %d characters is malformed".formatted(value.length());
    }
}
