package dev.sluice.spring.actuator;

import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import java.util.LinkedHashMap;
import java.util.Map;

/** Limits of a tenant that are being changed, by name; checked together at the end. */
final class TenantLimitsDraft {

    private static final String MAX_CONNECTIONS = "max-connections";
    private static final String RESERVED = "reserved";
    private static final String WEIGHT = "weight";
    private static final String MAX_WAITING = "max-waiting";
    private static final String RATE_LIMIT = "rate-limit";
    private static final String PER_PRINCIPAL = "per-principal.";

    private final Map<String, Integer> values = new LinkedHashMap<>();

    TenantLimitsDraft(TenantLimits now) {
        // The longer names first: they end as the shorter do.
        values.put(PER_PRINCIPAL + MAX_CONNECTIONS, now.perPrincipal().maxConnections());
        values.put(PER_PRINCIPAL + RATE_LIMIT, now.perPrincipal().rateLimit());
        values.put(MAX_CONNECTIONS, now.maxConnections());
        values.put(RESERVED, now.reserved());
        values.put(WEIGHT, now.weight());
        values.put(MAX_WAITING, now.maxWaiting());
        values.put(RATE_LIMIT, now.rateLimit());
    }

    /** The limit that a key ends with; a tenant may have dots in its name. */
    static String limitAtTheEndOf(String key, String rest) {
        return new TenantLimitsDraft(TenantLimits.DEFAULT)
                .values.keySet().stream()
                        .filter(limit -> rest.endsWith("." + limit))
                        .findFirst()
                        .orElseThrow(() -> Values.unknown(key));
    }

    void set(String key, String limit, String value) {
        if (!values.containsKey(limit)) {
            throw Values.unknown(key);
        }
        values.put(limit, Values.integer(key, value));
    }

    TenantLimits limits(String prefix) {
        try {
            return new TenantLimits(
                    of(MAX_CONNECTIONS),
                    of(RESERVED),
                    of(WEIGHT),
                    of(MAX_WAITING),
                    of(RATE_LIMIT),
                    new PrincipalLimits(of(PER_PRINCIPAL + MAX_CONNECTIONS), of(PER_PRINCIPAL + RATE_LIMIT)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(prefix + e.getMessage(), e);
        }
    }

    private int of(String limit) {
        return values.getOrDefault(limit, 0);
    }
}
