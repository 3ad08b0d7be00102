package dev.sluice.spring.actuator;

import dev.sluice.AdmissionSettings;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.tenant.TenantId;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Changes of limits by the names of their properties, as {@code tenants.overrides.acme.max-connections}. All of them are
 * read before one takes effect.
 */
final class LimitChanges {

    private static final String PREFIX = "sluice.";
    private static final String DEFAULTS = "tenants.defaults.";
    private static final String OVERRIDES = "tenants.overrides.";
    private static final String WORKLOADS = "workloads.";

    private final AdmissionSettings before;
    private final Map<TenantId, TenantLimitsDraft> overrides = new LinkedHashMap<>();
    private final TenantLimitsDraft defaults;
    private AdmissionSettings after;

    private LimitChanges(AdmissionSettings before) {
        this.before = before;
        this.after = before;
        this.defaults = new TenantLimitsDraft(before.tenantDefaults());
    }

    /**
     * Applies changes.
     *
     * @param before the limits in force
     * @param changes the new values, by property
     * @return the new limits
     * @throws IllegalArgumentException if a property is unknown or a value is out of range, naming the property
     */
    static AdmissionSettings apply(AdmissionSettings before, Map<String, String> changes) {
        LimitChanges all = new LimitChanges(before);
        changes.forEach((key, value) -> all.set(key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key, value));
        return all.settings();
    }

    private void set(String key, String value) {
        if (key.startsWith(DEFAULTS)) {
            defaults.set(key, key.substring(DEFAULTS.length()), value);
        } else if (key.startsWith(OVERRIDES)) {
            String rest = key.substring(OVERRIDES.length());
            String limit = TenantLimitsDraft.limitAtTheEndOf(key, rest);
            TenantId tenant = TenantId.of(rest.substring(0, rest.length() - limit.length() - 1));
            overrides
                    .computeIfAbsent(tenant, id -> new TenantLimitsDraft(before.limitsOf(id)))
                    .set(key, limit, value);
        } else if (key.startsWith(WORKLOADS)) {
            setWorkload(key, key.substring(WORKLOADS.length()), value);
        } else {
            after = switch (key) {
                case "admission.max-connections" -> after.withMaxConnections(Values.integer(key, value));
                case "admission.max-waiting" -> after.withMaxWaiting(Values.integer(key, value));
                case "admission.dry-run" -> after.withDryRun(Values.bool(key, value));
                default -> throw Values.unknown(key);
            };
        }
    }

    private void setWorkload(String key, String rest, String value) {
        int dot = rest.indexOf('.');
        if (dot < 0) {
            throw Values.unknown(key);
        }
        Workload workload = Workload.of(rest.substring(0, dot));
        WorkloadLimits now = after.workloads().getOrDefault(workload, new WorkloadLimits(Priority.STANDARD, 0));
        after = after.withWorkload(
                workload,
                switch (rest.substring(dot + 1)) {
                    case "max-connections" -> new WorkloadLimits(now.priority(), Values.integer(key, value));
                    case "priority" -> new WorkloadLimits(priority(key, value), now.maxConnections());
                    default -> throw Values.unknown(key);
                });
    }

    private static Priority priority(String key, String value) {
        try {
            return Priority.valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw Values.wrong(key, value, "interactive, standard or background");
        }
    }

    private AdmissionSettings settings() {
        AdmissionSettings settings = after.withTenantDefaults(defaults.limits("tenants.defaults."));
        for (Map.Entry<TenantId, TenantLimitsDraft> each : overrides.entrySet()) {
            settings = settings.withTenant(
                    each.getKey(), each.getValue().limits("tenants.overrides.%s.".formatted(each.getKey())));
        }
        return settings;
    }
}
