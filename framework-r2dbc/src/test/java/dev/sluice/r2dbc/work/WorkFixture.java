package dev.sluice.r2dbc.work;

import dev.sluice.AcrossTenantsSettings;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.TenantColumn;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Access;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Candidates for work, each with a count of the effects that it had, and processes that share them. */
final class WorkFixture {

    static final String TABLES = """
            create table candidates (
              tenant_id text   not null check (tenant_id <> ''),
              id        int    not null,
              version   bigint not null default 0,
              effects   int    not null default 0 check (effects < 100),
              signal    text,
              primary key (tenant_id, id)
            );
            """;
    static final Duration WAIT = Duration.ofSeconds(30);

    private WorkFixture() {}

    static void prepare(TestDatabase database) {
        database.execute(
                Role.OWNER,
                "grant select, insert, update, delete on candidates to %s, %s;"
                                .formatted(Role.APP.username(), Role.ACROSS.username())
                        + RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username())
                                .across(Role.ACROSS.username())
                                .script("candidates")
                        + LeaseTable.of(Role.APP.username(), Role.ACROSS.username())
                                .script());
    }

    /** What a process of the fleet would have. */
    static Sluice connect(TestDatabase database) {
        return Objects.requireNonNull(Sluice.connect(database.settings()
                        .pool(PoolSettings.ofMax(4))
                        // Tests that stop inside a transaction are slow on a slow machine.
                        .timeouts(new TimeoutSettings(WAIT, WAIT, WAIT, WAIT, WAIT))
                        .acrossTenants(new AcrossTenantsSettings(database.credentials(Role.ACROSS), 1))
                        .build())
                .block(WAIT));
    }

    static void fill(TestDatabase database, String tenant, int candidates) {
        database.execute(
                Role.OWNER,
                "delete from candidates where tenant_id = '%s'; insert into candidates select '%s', i from generate_series(1, %d) i"
                        .formatted(tenant, tenant, candidates));
    }

    /** Another runner takes the lease, as if the one that has it had shown no sign of life. */
    static void takeOver(TestDatabase database, String lease) {
        database.execute(
                Role.OWNER,
                "update sluice_leases set epoch = epoch + 1, holder = 'another', leased_until = now() + interval '1 hour'"
                        + " where name = '" + lease + "'");
    }

    static long number(TestDatabase database, String sql) {
        return database.value(Role.OWNER, Long.class, sql);
    }

    static <T> @Nullable T as(String tenant, Mono<T> work) {
        return work.contextWrite(Access.tenant(tenant)).block(WAIT);
    }
}
