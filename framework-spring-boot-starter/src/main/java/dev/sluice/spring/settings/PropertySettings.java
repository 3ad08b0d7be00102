package dev.sluice.spring.settings;

import dev.sluice.AcrossTenantsSettings;
import dev.sluice.AdmissionSettings;
import dev.sluice.Credentials;
import dev.sluice.PoolSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.TimeoutSettings;
import dev.sluice.TransactionSettings;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.spring.settings.SluiceProperties.Pool;
import dev.sluice.spring.settings.SluiceProperties.Timeouts;
import dev.sluice.spring.settings.SluiceProperties.WorkloadProperties;
import dev.sluice.spring.settings.TenantProperties.TenantLimitsDefaults;
import dev.sluice.spring.settings.TenantProperties.TenantLimitsOverride;
import dev.sluice.tenant.TenantId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes settings of properties. The settings check themselves; here their messages get the full key. */
public final class PropertySettings {

    private static final String ROLE = "the name of a database role";
    private static final int SHORTEST_SECRET = 32;
    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

    private PropertySettings() {}

    /**
     * Checks the properties and makes settings of them.
     *
     * @param properties the properties
     * @return the settings
     * @throws InvalidPropertyException if one is missing or out of range
     */
    public static SluiceSettings of(SluiceProperties properties) {
        if (!properties.admission().scope().equals("process")) {
            throw new InvalidPropertyException("sluice.admission.scope: '%s' (expected: process)"
                    .formatted(properties.admission().scope()));
        }
        String url = required("sluice.url", properties.url(), "r2dbc:postgresql://host:port/database");
        String username = required("sluice.username", properties.username(), ROLE);
        return named("sluice.", () -> SluiceSettings.builder(
                        url, new Credentials(username, orEmpty(properties.password())))
                .isolation(properties.isolation())
                .tenantColumn(new TenantColumn(
                        properties.tenant().column(), properties.tenant().type()))
                .pool(pool(properties.pool()))
                .instances(properties.instances())
                .timeouts(timeouts(properties.timeouts()))
                .transactions(new TransactionSettings(
                        properties.transactions().externalIo(),
                        properties.transactions().idleWarning()))
                .maxRows(properties.repositories().maxRows())
                .admission(admission(properties))
                .acrossTenants(acrossTenants(properties.acrossTenants()))
                .monitor(credentials(
                        "monitor",
                        properties.monitor().username(),
                        properties.monitor().password()))
                .replicas(ReplicaPropertySettings.of(properties))
                .sharedTables(properties.sharedTables())
                .declared(properties.declared())
                .tokenSecrets(tokenSecrets(properties.web().tokenSecrets()))
                .build());
    }

    /**
     * The tenants that the properties name.
     *
     * @param properties the properties
     * @return the tenants of {@code sluice.tenants.known}
     * @throws InvalidPropertyException if one is malformed
     */
    public static List<TenantId> knownTenants(SluiceProperties properties) {
        return named("sluice.", () -> properties.tenants().known().stream()
                .map(tenant -> named("tenants.known: ", () -> TenantId.of(tenant)))
                .toList());
    }

    /**
     * Whether and how the schema is brought up to date.
     *
     * @param properties the properties
     * @return the settings; null if it is not
     * @throws InvalidPropertyException if a property is missing or out of range
     */
    public static @Nullable MigrationSettings migrations(SluiceProperties properties) {
        SluiceProperties.Migrations migrations = properties.migrations();
        if (Boolean.FALSE.equals(migrations.enabled())) {
            return null;
        }
        Credentials owner = credentials("migrations", migrations.username(), migrations.password());
        if (owner == null) {
            if (migrations.enabled() == null) {
                return null;
            }
            throw InvalidPropertyException.missing("sluice.migrations.username", ROLE);
        }
        return named(
                "sluice.",
                () -> named(
                        "migrations.",
                        () -> new MigrationSettings(
                                owner,
                                migrations.lockWarning(),
                                migrations.lockCritical(),
                                migrations.lockTimeout(),
                                migrations.timeout())));
    }

    /**
     * From when on a statement is slow.
     *
     * @param properties the properties
     * @return the time; zero means that none is
     * @throws InvalidPropertyException if it is negative
     */
    public static Duration slowQuery(SluiceProperties properties) {
        return atLeast("slow-query", properties.observation().slowQuery(), Duration.ZERO);
    }

    /**
     * How the database is sampled.
     *
     * @param properties the properties
     * @return the same, checked
     * @throws InvalidPropertyException if a time is too short
     */
    public static ObservationProperties.Sampler sampler(SluiceProperties properties) {
        ObservationProperties.Sampler sampler = properties.observation().sampler();
        atLeast("sampler.interval", sampler.interval(), SHORTEST_INTERVAL);
        atLeast("sampler.bloat-interval", sampler.bloatInterval(), SHORTEST_INTERVAL);
        atLeast("sampler.long-query", sampler.longQuery(), Duration.ZERO);
        return sampler;
    }

    private static Duration atLeast(String key, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            throw new InvalidPropertyException(
                    "sluice.observation.%s: %s (expected: >= %s)".formatted(key, value, least));
        }
        return value;
    }

    // As long as the output of HMAC-SHA256: a shorter one is weaker than what it signs. Told by length, never by value.
    private static List<String> tokenSecrets(List<String> secrets) {
        for (int i = 0; i < secrets.size(); i++) {
            int length = secrets.get(i).getBytes(StandardCharsets.UTF_8).length;
            if (length < SHORTEST_SECRET) {
                throw new InvalidPropertyException("sluice.web.token-secrets[%d]: %d bytes (expected: >= %d bytes)"
                        .formatted(i, length, SHORTEST_SECRET));
            }
        }
        return secrets;
    }

    private static PoolSettings pool(Pool pool) {
        return new PoolSettings(
                pool.min(),
                pool.max(),
                pool.headroom(),
                pool.acquireTimeout(),
                pool.idleTimeout(),
                pool.reapInterval(),
                pool.maxLifeTime(),
                pool.pipelineDepth(),
                pool.readsPerStatement());
    }

    private static TimeoutSettings timeouts(Timeouts timeouts) {
        return new TimeoutSettings(
                timeouts.call(),
                timeouts.statement(),
                timeouts.lock(),
                timeouts.transaction(),
                timeouts.idleInTransaction());
    }

    private static AdmissionSettings admission(SluiceProperties properties) {
        TenantLimitsDefaults defaults = properties.tenants().defaults();
        Map<TenantId, TenantLimits> overrides = new LinkedHashMap<>();
        properties.tenants().overrides().forEach((tenant, override) -> {
            String key = "tenants.overrides.%s.".formatted(tenant);
            overrides.put(
                    named("tenants.overrides: ", () -> TenantId.of(tenant)),
                    named(key, () -> override(override, defaults)));
        });
        Map<Workload, WorkloadLimits> workloads = new LinkedHashMap<>();
        properties.workloads().forEach((name, limits) -> {
            Workload workload = named("workloads: ", () -> Workload.of(name));
            workloads.put(workload, named("workloads.%s.".formatted(name), () -> workload(workload, limits)));
        });
        return new AdmissionSettings(
                properties.admission().maxConnections(),
                properties.admission().maxWaiting(),
                properties.admission().dryRun(),
                named("tenants.defaults.", () -> defaults(defaults)),
                overrides,
                workloads);
    }

    private static TenantLimits defaults(TenantLimitsDefaults limits) {
        return new TenantLimits(
                limits.maxConnections(),
                limits.reserved(),
                limits.weight(),
                limits.maxWaiting(),
                limits.rateLimit(),
                new PrincipalLimits(
                        limits.perPrincipal().maxConnections(),
                        limits.perPrincipal().rateLimit()));
    }

    private static TenantLimits override(TenantLimitsOverride limits, TenantLimitsDefaults otherwise) {
        return new TenantLimits(
                or(limits.maxConnections(), otherwise.maxConnections()),
                or(limits.reserved(), otherwise.reserved()),
                or(limits.weight(), otherwise.weight()),
                or(limits.maxWaiting(), otherwise.maxWaiting()),
                or(limits.rateLimit(), otherwise.rateLimit()),
                new PrincipalLimits(
                        or(
                                limits.perPrincipal().maxConnections(),
                                otherwise.perPrincipal().maxConnections()),
                        or(
                                limits.perPrincipal().rateLimit(),
                                otherwise.perPrincipal().rateLimit())));
    }

    private static WorkloadLimits workload(Workload workload, WorkloadProperties limits) {
        WorkloadLimits otherwise =
                AdmissionSettings.DEFAULT.workloads().getOrDefault(workload, new WorkloadLimits(Priority.STANDARD, 0));
        return new WorkloadLimits(
                Objects.requireNonNullElse(limits.priority(), otherwise.priority()),
                or(limits.maxConnections(), otherwise.maxConnections()));
    }

    private static @Nullable AcrossTenantsSettings acrossTenants(SluiceProperties.AcrossTenants door) {
        Credentials credentials = credentials("across-tenants", door.username(), door.password());
        return credentials == null
                ? null
                : new AcrossTenantsSettings(credentials, door.pool().max());
    }

    private static @Nullable Credentials credentials(
            String role, @Nullable String username, @Nullable String password) {
        if (username == null && password == null) {
            return null;
        }
        String name = required("sluice.%s.username".formatted(role), username, ROLE);
        return named(role + ".", () -> new Credentials(name, orEmpty(password)));
    }

    static String required(String key, @Nullable String value, String expected) {
        if (value == null || value.isBlank()) {
            throw InvalidPropertyException.missing(key, expected);
        }
        return value;
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static int or(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }

    static <T> T named(String prefix, Supplier<T> settings) {
        try {
            return settings.get();
        } catch (InvalidPropertyException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            String problem = prefix + e.getMessage();
            throw prefix.equals("sluice.")
                    ? new InvalidPropertyException(problem)
                    : new IllegalArgumentException(problem, e);
        }
    }
}
