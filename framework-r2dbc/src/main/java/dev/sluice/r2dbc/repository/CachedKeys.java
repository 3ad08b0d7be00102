package dev.sluice.r2dbc.repository;

import dev.sluice.cache.CacheKey;
import dev.sluice.r2dbc.repository.CachedMethods.Subject;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.Sort;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the cache keys of one method. Answers of a method are kept under its name and a digest of its signature and statements: what
 * another method of the same name, or another version of this one, would answer is something else.
 */
final class CachedKeys {

    private static final int DIGEST_DIGITS = 16;

    private final @Nullable String table;
    private final String name;
    private final boolean nullable;

    private CachedKeys(@Nullable String table, String name, boolean nullable) {
        this.table = table;
        this.name = name;
        this.nullable = nullable;
    }

    /**
     * Prepares the keys.
     *
     * @param subject the method
     * @param signer tells who signs what its answers hold
     * @throws dev.sluice.repository.InvalidMappingException if a parameter cannot be told apart by its text
     */
    static CachedKeys of(Subject subject, String signer) {
        StringBuilder meaning = new StringBuilder(signer).append('\n').append(subject.declared());
        for (Parameter parameter : subject.declared().getParameters()) {
            Type type = subject.types().resolve(parameter.getParameterizedType());
            if (type != PageRequest.class && !(type instanceof Class<?> plain && CacheKey.takes(plain))) {
                throw CachedMethods.refused(
                        subject,
                        "with the parameter '%s' of %s, of which no key can be made (expected: text, a number, UUID, enum, date or time, or a PageRequest)"
                                .formatted(parameter.getName(), type.getTypeName()));
            }
        }
        subject.plans().stream().map(StatementPlan::sql).forEach(sql -> meaning.append('\n')
                .append(sql));
        return new CachedKeys(subject.rowOf(), subject.name() + "-" + digest(meaning.toString()), !subject.base());
    }

    /** @return null if the arguments are such that the call is refused */
    @Nullable
    CacheKey key(@Nullable Object[] arguments) {
        if (table != null) {
            Object id = arguments[0];
            return id == null ? null : CacheKey.row(table, id);
        }
        List<@Nullable Object> parts = new ArrayList<>(arguments.length + 4);
        for (Object argument : arguments) {
            if (argument instanceof PageRequest page) {
                spell(page, parts);
            } else if (argument == null && !nullable) {
                return null;
            } else {
                parts.add(argument);
            }
        }
        return CacheKey.of(name, parts.toArray());
    }

    private static void spell(PageRequest page, List<@Nullable Object> parts) {
        parts.add(page.limit());
        parts.add(page.after());
        parts.add(page.sort().size());
        for (Sort sort : page.sort()) {
            parts.add(sort.property());
            parts.add(sort.direction());
        }
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGEST_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
