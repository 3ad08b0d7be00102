package dev.sluice.spring.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.AcrossTenantsSettings;
import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.TimeoutSettings;
import dev.sluice.TransactionSettings;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.spring.FakeSluice;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.ExternalIoPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class SluicePropertiesTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SluiceAutoConfiguration.class))
            .withBean(FakeSluice.class)
            .withPropertyValues("sluice.url=r2dbc:postgresql://localhost:5432/app", "sluice.username=app");

    @Test
    void urlAndUsernameAreEnoughAndTheRestHasTheDocumentedDefaults() {
        SluiceSettings settings = settings();

        assertThat(settings.isolation()).isEqualTo(Isolation.RLS);
        assertThat(settings.tenantColumn()).isEqualTo(TenantColumn.DEFAULT);
        assertThat(settings.pool()).isEqualTo(PoolSettings.DEFAULT);
        assertThat(settings.timeouts()).isEqualTo(TimeoutSettings.DEFAULT);
        assertThat(settings.maxRows()).isEqualTo(10_000);
        assertThat(settings.admission()).isEqualTo(dev.sluice.AdmissionSettings.DEFAULT);
        assertThat(settings.acrossTenants()).isNull();
        assertThat(settings.monitor()).isNull();
        assertThat(settings.tokenSecrets()).isEmpty();
    }

    @Test
    void everyKeyOfTheContractIsKnownAndArrives() {
        SluiceSettings settings = settings(
                "sluice.password=pw",
                "sluice.isolation=predicate",
                "sluice.tenant.column=owner",
                "sluice.tenant.type=bigint",
                "sluice.pool.min=1",
                "sluice.pool.max=9",
                "sluice.pool.headroom=2",
                "sluice.pool.acquire-timeout=3s",
                "sluice.pool.idle-timeout=4s",
                "sluice.pool.reap-interval=250ms",
                "sluice.pool.max-life-time=5m",
                "sluice.pool.pipeline-depth=3",
                "sluice.pool.reads-per-statement=7",
                "sluice.timeouts.call=6s",
                "sluice.timeouts.statement=7s",
                "sluice.timeouts.lock=8s",
                "sluice.timeouts.transaction=9s",
                "sluice.timeouts.idle-in-transaction=10s",
                "sluice.instances=3",
                "sluice.transactions.external-io=error",
                "sluice.transactions.idle-warning=700ms",
                "sluice.repositories.max-rows=11",
                "sluice.admission.scope=process",
                "sluice.admission.max-waiting=12",
                "sluice.admission.dry-run=true",
                "sluice.tenants.known=acme,globex",
                "sluice.tenants.defaults.max-connections=6",
                "sluice.tenants.defaults.reserved=0",
                "sluice.tenants.defaults.weight=2",
                "sluice.tenants.defaults.max-waiting=13",
                "sluice.tenants.defaults.rate-limit=14",
                "sluice.tenants.defaults.per-principal.max-connections=3",
                "sluice.tenants.defaults.per-principal.rate-limit=4",
                "sluice.tenants.overrides.acme.max-connections=12",
                "sluice.tenants.overrides.acme.reserved=2",
                "sluice.tenants.overrides.acme.weight=4",
                "sluice.tenants.overrides[Big.Corp].per-principal.rate-limit=1",
                "sluice.workloads.interactive.priority=interactive",
                "sluice.workloads.background.max-connections=3",
                "sluice.workloads.nightly.priority=background",
                "sluice.across-tenants.username=across",
                "sluice.across-tenants.password=pw",
                "sluice.across-tenants.pool.max=3",
                "sluice.monitor.username=monitor",
                "sluice.monitor.password=pw",
                "sluice.migrations.enabled=false",
                "sluice.migrations.username=owner",
                "sluice.migrations.password=pw",
                "sluice.migrations.lock-warning=30s",
                "sluice.migrations.lock-critical=60s",
                "sluice.web.tenant-resolver=header",
                "sluice.web.tenant-claim=t",
                "sluice.web.principal-claim=p",
                "sluice.web.token-secrets[0]=the newest secret, of 32 bytes...",
                "sluice.web.token-secrets[1]=an older secret, which is of 35 bytes",
                "sluice.shared-tables=countries",
                "sluice.declared=week_of");

        assertThat(settings.isolation()).isEqualTo(Isolation.PREDICATE);
        assertThat(settings.tenantColumn()).isEqualTo(new TenantColumn("owner", TenantColumn.Type.BIGINT));
        assertThat(settings.pool())
                .isEqualTo(new PoolSettings(
                        1,
                        9,
                        2,
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(4),
                        Duration.ofMillis(250),
                        Duration.ofMinutes(5),
                        3,
                        7));
        assertThat(settings.timeouts().idleInTransaction()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.instances()).isEqualTo(3);
        assertThat(settings.transactions())
                .isEqualTo(new TransactionSettings(ExternalIoPolicy.ERROR, Duration.ofMillis(700)));
        assertThat(settings.maxRows()).isEqualTo(11);
        assertThat(settings.admission().maxWaiting()).isEqualTo(12);
        assertThat(settings.admission().dryRun()).isTrue();
        assertThat(settings.admission().tenantDefaults())
                .isEqualTo(new TenantLimits(6, 0, 2, 13, 14, new TenantLimits.PrincipalLimits(3, 4)));
        assertThat(settings.admission().tenantOverrides())
                .containsEntry(
                        TenantId.of("acme"), new TenantLimits(12, 2, 4, 13, 14, new TenantLimits.PrincipalLimits(3, 4)))
                .containsEntry(
                        TenantId.of("Big.Corp"),
                        new TenantLimits(6, 0, 2, 13, 14, new TenantLimits.PrincipalLimits(3, 1)));
        assertThat(settings.admission().workloads())
                .containsEntry(Workload.BACKGROUND, new WorkloadLimits(Priority.BACKGROUND, 3))
                .containsEntry(Workload.of("nightly"), new WorkloadLimits(Priority.BACKGROUND, 0));
        assertThat(settings.acrossTenants())
                .isEqualTo(new AcrossTenantsSettings(new dev.sluice.Credentials("across", "pw"), 3));
        assertThat(settings.tokenSecrets())
                .containsExactly("the newest secret, of 32 bytes...", "an older secret, which is of 35 bytes");
        assertThat(settings.sharedTables()).containsExactly("countries");
        assertThat(settings.declared()).containsExactly("week_of");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            url=postgres://localhost/app                          | sluice.url: malformed (expected: r2dbc:postgresql://host:port/database)
            url=                                                  | sluice.url: missing (expected: r2dbc:postgresql://host:port/database)
            username=                                             | sluice.username: missing (expected: the name of a database role)
            tenant.column=Tenant Id                               | sluice.tenant.column: 'Tenant Id' (expected: a lower-case identifier
            pool.min=-1                                           | sluice.pool.min: -1 (expected: >= 0)
            pool.min=51                                           | sluice.pool.min: 51 (expected: <= pool.max, which is 50)
            pool.max=-1                                           | sluice.pool.max: -1 (expected: >= 1)
            pool.headroom=-1                                      | sluice.pool.headroom: -1 (expected: >= 0)
            pool.acquire-timeout=0s                               | sluice.pool.acquire-timeout: PT0S (expected: > 0)
            pool.idle-timeout=-1s                                 | sluice.pool.idle-timeout: PT-1S (expected: > 0)
            pool.reap-interval=0s                                 | sluice.pool.reap-interval: PT0S (expected: > 0)
            pool.max-life-time=0s                                 | sluice.pool.max-life-time: PT0S (expected: > 0)
            pool.pipeline-depth=0                                 | sluice.pool.pipeline-depth: 0 (expected: 1 to 16)
            pool.pipeline-depth=17                                | sluice.pool.pipeline-depth: 17 (expected: 1 to 16)
            pool.reads-per-statement=0                            | sluice.pool.reads-per-statement: 0 (expected: 1 to 1000)
            pool.reads-per-statement=1001                         | sluice.pool.reads-per-statement: 1001 (expected: 1 to 1000)
            timeouts.call=0s                                      | sluice.timeouts.call: PT0S (expected: 1 ms to 24 days)
            timeouts.statement=0s                                 | sluice.timeouts.statement: PT0S (expected: 1 ms to 24 days)
            timeouts.lock=25d                                     | sluice.timeouts.lock: PT600H (expected: 1 ms to 24 days)
            timeouts.transaction=0s                               | sluice.timeouts.transaction: PT0S (expected: 1 ms to 24 days)
            timeouts.idle-in-transaction=0s                       | sluice.timeouts.idle-in-transaction: PT0S (expected: 1 ms
            instances=0                                           | sluice.instances: 0 (expected: >= 1)
            transactions.idle-warning=0s                          | sluice.transactions.idle-warning: PT0S (expected: > 0)
            repositories.max-rows=0                               | sluice.repositories.max-rows: 0 (expected: >= 1)
            admission.scope=fleet                                 | sluice.admission.scope: 'fleet' (expected: process)
            admission.max-waiting=-1                              | sluice.admission.max-waiting: -1 (expected: >= 0)
            tenants.known=a b                                     | sluice.tenants.known: tenant id of 3 characters is malformed
            tenants.defaults.max-connections=0                    | sluice.tenants.defaults.max-connections: 0 (expected: >= 1)
            tenants.defaults.reserved=9                           | sluice.tenants.defaults.reserved: 9 (expected: <= max-connections
            tenants.defaults.reserved=1                           | sluice.tenants.defaults.reserved: 1 (expected: 0; connections are
            tenants.defaults.weight=0                             | sluice.tenants.defaults.weight: 0 (expected: >= 1)
            tenants.defaults.max-waiting=-1                       | sluice.tenants.defaults.max-waiting: -1 (expected: >= 0)
            tenants.defaults.rate-limit=-1                        | sluice.tenants.defaults.rate-limit: -1 (expected: >= 0)
            tenants.defaults.per-principal.rate-limit=-1          | sluice.tenants.defaults.per-principal.rate-limit: -1 (expected: >= 0)
            tenants.defaults.per-principal.max-connections=-1     | sluice.tenants.defaults.per-principal.max-connections: -1 (expected: >= 0)
            admission.max-connections=-1                          | sluice.admission.max-connections: -1 (expected: >= 0)
            admission.max-connections=51                          | sluice.admission.max-connections: 51 (expected: <= pool.max, which is 50)
            tenants.overrides.acme.max-connections=0              | sluice.tenants.overrides.acme.max-connections: 0 (expected: >= 1)
            tenants.overrides.acme.reserved=-1                    | sluice.tenants.overrides.acme.reserved: -1 (expected: >= 0)
            tenants.overrides.acme.reserved=6                     | sluice.tenants.overrides.acme.reserved: 6 (expected: <= max-connections, which is 5)
            tenants.overrides.acme.max-waiting=-1                 | sluice.tenants.overrides.acme.max-waiting: -1 (expected: >= 0)
            tenants.overrides.acme.rate-limit=-1                  | sluice.tenants.overrides.acme.rate-limit: -1 (expected: >= 0)
            tenants.overrides.acme.weight=0                       | sluice.tenants.overrides.acme.weight: 0 (expected: >= 1)
            tenants.overrides[a b].weight=1                       | sluice.tenants.overrides: tenant id of 3 characters is malformed
            workloads.background.max-connections=-1               | sluice.workloads.background.max-connections: -1 (expected: >= 0)
            workloads[Big One].max-connections=1                  | sluice.workloads: workload 'Big One' (expected: 1 to 64 of a-z
            across-tenants.password=hunter2                       | sluice.across-tenants.username: missing (expected: the name of
            monitor.password=hunter2                              | sluice.monitor.username: missing (expected: the name of
            """)
    void aWrongPropertyStopsTheStartWithItsKeyValueAndWhatIsExpected(String property, String message) {
        runner.withPropertyValues("sluice." + property).run(context -> assertThat(context)
                .hasFailed()
                .getFailure()
                .rootCause()
                .hasMessageStartingWith(message)
                .satisfiesAnyOf(e -> assertThat(e).isInstanceOf(InvalidPropertyException.class), e -> assertThat(
                                context.getStartupFailure())
                        .hasStackTraceContaining("InvalidPropertyException: " + message)));
    }

    @Test
    void moreReservedThanANodeHasStopsTheStart() {
        ApplicationContextRunner reserving = runner.withPropertyValues(
                "sluice.pool.max=8",
                "sluice.tenants.overrides.acme.reserved=5",
                "sluice.tenants.overrides.globex.reserved=3");

        reserving.run(context -> assertThat(context).hasNotFailed());
        reserving
                .withPropertyValues("sluice.tenants.overrides.globex.reserved=4")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageEndingWith(
                                "tenants.overrides: 9 connections reserved in all (expected: <= the 8 of a node)"));
        reserving.withPropertyValues("sluice.admission.max-connections=7").run(context -> assertThat(
                        context.getStartupFailure())
                .hasStackTraceContaining(
                        "sluice.tenants.overrides: 8 connections reserved in all" + " (expected: <= the 7 of a node)"));
    }

    @Test
    void theDoorForWorkAcrossTenantsNeedsAConnection() {
        runner.withPropertyValues("sluice.across-tenants.username=across", "sluice.across-tenants.pool.max=0")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("sluice.across-tenants.pool.max: 0 (expected: >= 1)"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pool.max=many              | sluice.pool.max: 'many' (expected: a whole number)
            pool.idle-timeout=soon     | sluice.pool.idle-timeout: 'soon' (expected: a duration, as 250ms or 30s)
            isolation=none             | sluice.isolation: 'none' (expected: predicate, rls)
            tenant.type=json           | sluice.tenant.type: 'json' (expected: bigint, integer, text, uuid)
            admission.dry-run=perhaps  | sluice.admission.dry-run: 'perhaps' (expected: true or false)
            workloads.nightly.priority=urgent | sluice.workloads.nightly.priority: 'urgent' (expected: background, interactive, standard)
            workloads.nightly.max-connections=all | sluice.workloads.nightly.max-connections: 'all' (expected: a whole number)
            tenants.overrides.acme.weight=heavy | sluice.tenants.overrides.acme.weight: 'heavy' (expected: a whole number)
            web.tenant-resolver=path   | sluice.web.tenant-resolver: 'path' (expected: header, jwt)
            """)
    void aValueOfTheWrongTypeIsExplained(String property, String message) {
        runner.withPropertyValues("sluice." + property)
                .run(context ->
                        assertThat(explained(context.getStartupFailure())).contains(message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            pool.mx=7                             | sluice.pool.mx: '7' (expected: a known key, perhaps sluice.pool.max)
            pool.max.size=7                       | sluice.pool.max.size: '7' (expected: a known key
            timeout.call=7                        | sluice.timeout.call: '7' (expected: a known key, perhaps sluice.timeouts.call)
            nonsense=7                            | sluice.nonsense: '7' (expected: a known key)
            tenants.overrides.acme.wait=7         | sluice.tenants.overrides.acme.wait: '7' (expected: a known key)
            cache.tttl=1h                         | sluice.cache.tttl: '1h' (expected: a known key, perhaps sluice.cache.ttl)
            """)
    void anUnknownKeyStopsTheStart(String property, String message) {
        runner.withPropertyValues("sluice." + property)
                .run(context -> assertThat(context).hasFailed().getFailure().hasMessageContaining(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sluice.pasword", "sluice.web.token-secret", "sluice.monitor.pwd", "sluice.urll"})
    void theValueOfAMisspeltSecretIsNotPrinted(String key) {
        runner.withPropertyValues(key + "=hunter2").run(context -> {
            assertThat(context.getStartupFailure()).hasMessageContaining(key + ": (value not shown)");
            assertThat(context.getStartupFailure().toString()).doesNotContain("hunter2");
        });
    }

    @Test
    void tenantsOfAHeaderMustBeKnown() {
        runner.withPropertyValues("sluice.web.tenant-resolver=header")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessageStartingWith("sluice.tenants.known: missing"));
    }

    @Test
    void aTokenSecretThatIsTooShortIsToldByItsLengthAndNotItsValue() {
        runner.withPropertyValues(
                        "sluice.web.token-secrets[0]=" + "x".repeat(32), "sluice.web.token-secrets[1]=hünter2")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("sluice.web.token-secrets[1]: 8 bytes (expected: >= 32 bytes)")
                        .satisfies(failure ->
                                assertThat(Throwables.getStackTrace(failure)).doesNotContain("hünter2")));
    }

    @Test
    void theTestkitsOwnSettingsPass() {
        runner.withPropertyValues("sluice.testkit.provider=embedded")
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void noTextFormHoldsASecret() {
        runner.withPropertyValues(
                        "sluice.password=hunter2",
                        "sluice.across-tenants.username=across",
                        "sluice.across-tenants.password=hunter2",
                        "sluice.monitor.username=monitor",
                        "sluice.monitor.password=hunter2",
                        "sluice.migrations.username=owner",
                        "sluice.migrations.password=hunter2",
                        "sluice.web.token-secrets=" + "hunter2".repeat(5))
                .run(context -> {
                    SluiceProperties properties = context.getBean(SluiceProperties.class);
                    assertThat(properties.toString()
                                    + properties.acrossTenants()
                                    + properties.monitor()
                                    + properties.migrations()
                                    + properties.web()
                                    + context.getBean(SluiceSettings.class))
                            .doesNotContain("hunter2");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"SLUICE_POOL_MAXLIFETIME", "SLUICE_POOL_MAX_LIFE_TIME"})
    void environmentVariablesAreReadInBothFormsOfSpringBoot(String variable) {
        withVariable(variable, "7m").run(context -> assertThat(
                        context.getBean(SluiceSettings.class).pool().maxLifeTime())
                .isEqualTo(Duration.ofMinutes(7)));
    }

    @Test
    void anUnknownEnvironmentVariableStopsTheStart() {
        withVariable("SLUICE_POOL_MXA", "7").run(context -> assertThat(context.getStartupFailure())
                .hasMessageContaining("SLUICE_POOL_MXA: '7' (expected: the name of a known key"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SLUICE_SERVICE_HOST",
                "SLUICE_API_SERVICE_PORT_HTTP",
                "SLUICE_PORT",
                "SLUICE_PORT_8080_TCP_ADDR",
                "SLUICE_TENANTS_OVERRIDES_ACME_MAXCONNECTIONS",
                "SLUICE_WEB_TOKENSECRETS_0",
                "SLUICE_TESTKIT_PROVIDER"
            })
    void whatKubernetesSetsForAServiceAndWhatIsKnownPasses(String variable) {
        // A number, and as long as a secret.
        withVariable(variable, "%032d".formatted(3))
                .run(context -> assertThat(context).hasNotFailed());
    }

    private SluiceSettings settings(String... properties) {
        SluiceSettings[] settings = new SluiceSettings[1];
        runner.withPropertyValues(properties).run(context -> settings[0] = context.getBean(SluiceSettings.class));
        return settings[0];
    }

    private ApplicationContextRunner withVariable(String name, String value) {
        Map<String, Object> variables = new HashMap<>(Map.of(name, value));
        return runner.withInitializer(context -> context.getEnvironment()
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables)));
    }

    static String explained(Throwable failure) {
        FailureAnalysis analysis = new UnreadablePropertyFailureAnalyzer().analyze(failure);
        return analysis == null ? "nothing" : analysis.getDescription();
    }
}
