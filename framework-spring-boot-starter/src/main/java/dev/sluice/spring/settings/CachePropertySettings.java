package dev.sluice.spring.settings;

import dev.sluice.cache.CacheSettings;
import java.util.regex.Pattern;

/** Makes settings of the properties under {@code sluice.cache}. */
public final class CachePropertySettings {

    // The rest of the 64 characters that a namespace may have names the database.
    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._-]{1,32}");

    private CachePropertySettings() {}

    /**
     * Checks the properties and makes settings of them.
     *
     * @param properties the properties
     * @return the settings, with the prefix of the namespace
     * @throws InvalidPropertyException if one is out of range
     */
    public static CacheSettings of(SluiceProperties properties) {
        CacheProperties cache = properties.cache();
        if (cache.url() != null && cache.url().isBlank()) {
            throw InvalidPropertyException.missing("sluice.cache.url", "redis://host:port, or no such key");
        }
        if (!NAMESPACE.matcher(cache.namespace()).matches()) {
            throw new InvalidPropertyException(
                    "sluice.cache.namespace: '%s' (expected: 1 to 32 letters, digits, '.', '-' and '_')"
                            .formatted(cache.namespace()));
        }
        return PropertySettings.named(
                "sluice.",
                () -> new CacheSettings(
                        cache.url(),
                        cache.namespace(),
                        cache.ttl(),
                        cache.negativeTtl(),
                        cache.staleIfError(),
                        cache.near().maxSize().toBytes(),
                        cache.maxValueSize().toBytes(),
                        cache.commandTimeout(),
                        cache.connectTimeout(),
                        cache.loadTimeout(),
                        properties.timeouts().transaction()));
    }
}
