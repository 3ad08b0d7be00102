package dev.sluice.r2dbc.repository;

import dev.sluice.AcrossTenantsSettings;
import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TenantColumn;
import dev.sluice.access.Access;
import dev.sluice.r2dbc.schema.RowLevelSecurity;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Connects to the tables of {@code repository/tables.sql}, and waits for what repositories answer. */
final class RepositoryFixture {

    static final String TABLES = "repository/tables.sql";
    static final Duration WAIT = Duration.ofSeconds(20);

    private RepositoryFixture() {}

    static Sluice connect(TestDatabase database, Isolation isolation) {
        return connect(database, isolation, settings -> settings);
    }

    static Sluice connect(TestDatabase database, Isolation isolation, UnaryOperator<SluiceSettings.Builder> change) {
        if (isolation == Isolation.RLS) {
            database.execute(
                    Role.OWNER,
                    RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username())
                            .across(Role.ACROSS.username())
                            .script("items", "parts", "every_type"));
        }
        database.execute(Role.OWNER, "revoke all on odd_keys from " + Role.APP.username());
        SluiceSettings.Builder settings = SluiceSettings.builder(database.url(), database.credentials(Role.APP))
                .isolation(isolation)
                .pool(PoolSettings.ofMax(4))
                .acrossTenants(new AcrossTenantsSettings(database.credentials(Role.ACROSS), 1))
                .sharedTables(List.of("settings"));
        Sluice sluice = Sluice.connect(change.apply(settings).build()).block(WAIT);
        if (sluice == null) {
            throw new IllegalStateException("connect answered nothing");
        }
        return sluice;
    }

    static <T> @Nullable T as(String tenant, Mono<T> call) {
        return call.contextWrite(Access.tenant(tenant)).block(WAIT);
    }

    static <T> List<T> as(String tenant, Flux<T> call) {
        List<T> all = call.contextWrite(Access.tenant(tenant)).collectList().block(WAIT);
        return all == null ? List.of() : all;
    }
}
