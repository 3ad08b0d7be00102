package dev.sluice.benchmarks.background;

import dev.sluice.AdmissionSettings;
import dev.sluice.Credentials;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.r2dbc.work.LeaseTable;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.cluster.ClusterSpec;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** A PostgreSQL of the benchmark's own with 3,000 scenarios of twelve tenants. */
final class ScenarioDatabase implements AutoCloseable {

    static final int CONNECTIONS = 10;
    static final int SCENARIOS_EACH = 250;
    static final List<TenantId> TENANTS = IntStream.range(0, 12)
            .mapToObj(number -> TenantId.of("tenant-" + number))
            .toList();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String TABLES = """
            create table scenarios (tenant_id text not null, id int not null, wanted int not null, ready int not null,
                effects int not null default 0, version bigint not null default 0, signal text, primary key (tenant_id, id));
            insert into scenarios select 'tenant-' || t, i, 1, 1 from generate_series(0, 11) t, generate_series(1, 250) i;
            create table action_log (tenant_id text not null, id bigint not null generated always as identity,
                scenario int not null, epoch bigint not null, primary key (tenant_id, id));
            """;

    private final SluiceCluster cluster = SluiceCluster.start(ClusterSpec.single());
    private final TestDatabase database = cluster.createDatabase(Migrations.of(
            TABLES,
            "grant select, insert, update, delete on scenarios, action_log to " + Role.APP.username(),
            RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username()).script("scenarios", "action_log"),
            LeaseTable.of(Role.APP.username()).script()));

    String version() {
        return database.value(Role.SUPERUSER, String.class, "show server_version");
    }

    TestDatabase database() {
        return database;
    }

    R2dbcSluice connect() {
        return connect(database.url(), database.credentials(Role.APP));
    }

    static R2dbcSluice connect(String url, Credentials login) {
        SluiceSettings settings = SluiceSettings.builder(url, login)
                .pool(new PoolSettings(
                        CONNECTIONS,
                        CONNECTIONS,
                        0,
                        PATIENCE,
                        Duration.ofMinutes(30),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(30)))
                .admission(AdmissionSettings.DEFAULT.withTenantDefaults(
                        new TenantLimits(5, 0, 1, 512, 0, PrincipalLimits.NONE)))
                .build();
        return (R2dbcSluice) Objects.requireNonNull(Sluice.connect(settings).block(PATIENCE));
    }

    /** So many scenarios of each tenant need one more; all others have what they want. */
    void need(int each) {
        database.execute(Role.OWNER, needing(each));
    }

    /** The same as SQL, which also forgets what was done before. */
    static String needing(int each) {
        return """
                update scenarios set ready = 1, wanted = case when id <= %d then 2 else 1 end, effects = 0
                where wanted > 1 or id <= %d;
                delete from action_log;
                """.formatted(each, each);
    }

    /** All scenarios are without a signal. */
    void forgetSignals() {
        database.execute(Role.OWNER, "update scenarios set signal = null, effects = 0");
    }

    long number(String sql) {
        return database.value(Role.OWNER, Long.class, sql);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
