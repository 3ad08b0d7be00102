package dev.sluice;

import java.util.regex.Pattern;

/**
 * The column that says whose a row is. It has the same name and type in every tenant-owned table.
 *
 * @param name the column; default {@code tenant_id}
 * @param type its type; default {@code TEXT}
 */
public record TenantColumn(String name, Type type) {

    // Before the default, whose constructor reads it.
    private static final Pattern VALID = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    /** {@code tenant_id text}. */
    public static final TenantColumn DEFAULT = new TenantColumn("tenant_id", Type.TEXT);

    /** The types that a tenant column may have; all of them compare leakproof. */
    public enum Type {
        /** {@code text}. */
        TEXT,
        /** {@code uuid}. */
        UUID,
        /** {@code bigint}. */
        BIGINT,
        /** {@code integer}. */
        INTEGER
    }

    /** @throws IllegalArgumentException if the name is not a plain lower-case identifier */
    public TenantColumn {
        if (!VALID.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "tenant.column: '%s' (expected: a lower-case identifier of up to 63 characters)".formatted(name));
        }
    }
}
