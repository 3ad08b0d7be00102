package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheKey;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.Touched;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The one place where keys are made: namespace, then in braces tenant, kind and name. Redis Cluster looks at what is in the braces, so
 * all that belongs to one key is on one node, and the keys of a tenant are spread over all.
 */
final class Keys {

    /** Longer ones carry a digest in the place of their arguments; the value tells which it is. */
    private static final int LONGEST = 400;

    /** No tenant can have this name. */
    private static final String EVERY_TENANT = "*";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final String namespace;

    Keys(String namespace) {
        this.namespace = namespace;
    }

    /** A value. */
    String value(TenantId tenant, CacheKey key) {
        StringBuilder text = begin(tenant.value());
        part(key.kind() == CacheKey.Kind.ROW ? "r" : "a", text);
        part(key.name(), text);
        for (String argument : key.arguments()) {
            part(argument, text);
        }
        if (!key.rows().isEmpty()) {
            key.rows().stream().sorted(Keys::byText).forEach(row -> {
                part("r", text);
                part(row.table(), text);
                part(CacheKey.text(row.id()), text);
            });
        }
        return end(tenant.value(), text);
    }

    /** A row: of its value, and of the generation of answers that depend on it. */
    String row(TenantId tenant, Touched.Row row) {
        return value(tenant, CacheKey.row(row.table(), row.id()));
    }

    /** The generation of everything of a tenant. */
    String tenant(TenantId tenant) {
        return key(tenant.value(), "t");
    }

    /** The generation of all rows by id of a table: ended by writes that do not tell which. */
    String rows(TenantId tenant, String table) {
        return key(tenant.value(), "w", table);
    }

    /** The generation of all answers from a table: ended by any write to it. */
    String answers(TenantId tenant, String table) {
        return key(tenant.value(), "q", table);
    }

    /** The generation of everything from a table, for all tenants. */
    String everyTenant(String table) {
        return key(EVERY_TENANT, "e", table);
    }

    private String key(String tenant, String... parts) {
        StringBuilder text = begin(tenant);
        for (String part : parts) {
            part(part, text);
        }
        return end(tenant, text);
    }

    private StringBuilder begin(String tenant) {
        return new StringBuilder(96).append(namespace).append(":{").append(tenant);
    }

    private String end(String tenant, StringBuilder key) {
        if (key.length() > LONGEST) {
            String digest = digest(key);
            key.setLength(namespace.length() + 2 + tenant.length());
            key.append("|#|").append(digest);
        }
        return key.append('}').toString();
    }

    // What is left as it is cannot end the key, the part or the hash tag.
    private static void part(String part, StringBuilder into) {
        into.append('|');
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-_.+".indexOf(c) >= 0) {
                into.append(c);
            } else {
                into.append('%').append(HEX.toHexDigits(c));
            }
        }
    }

    private static int byText(Touched.Row one, Touched.Row other) {
        int byTable = one.table().compareTo(other.table());
        return byTable != 0 ? byTable : CacheKey.text(one.id()).compareTo(CacheKey.text(other.id()));
    }

    private static String digest(CharSequence text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HEX.formatHex(digest.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
