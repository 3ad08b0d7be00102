package dev.sluice.r2dbc.sql;

import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.schema.CatalogReader;
import dev.sluice.r2dbc.session.SessionFactory;
import dev.sluice.testkit.cluster.Migrations;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/** A database where three tenants live together, and one where one of them lives alone. */
final class OracleDatabases implements AutoCloseable {

    private final SluiceCluster cluster;
    private final TestDatabase aloneDatabase;
    private final Oracle together;
    private final Oracle alone;
    private final SqlScoper scoper;

    OracleDatabases(TestDatabase database, SluiceCluster cluster) throws SQLException {
        this.cluster = cluster;
        aloneDatabase = cluster.createDatabase(Migrations.of("oracle/schema.sql", "oracle/alone.sql"));
        together = new Oracle(database);
        alone = new Oracle(aloneDatabase);
        scoper = new SqlScoper(catalog(database));
    }

    Oracle together() {
        return together;
    }

    Oracle alone() {
        return alone;
    }

    /** Scopes by the live catalog of the database where the tenants live together. */
    SqlScoper scoper() {
        return scoper;
    }

    private static Catalog catalog(TestDatabase database) {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(database.url())
                .mutate()
                .option(
                        ConnectionFactoryOptions.USER,
                        database.credentials(Role.APP).username())
                .option(
                        ConnectionFactoryOptions.PASSWORD,
                        database.credentials(Role.APP).password())
                .build();
        CatalogReader reader = new CatalogReader(database.settings()
                .sharedTables(List.of("units"))
                .declared(List.of("unit_codes"))
                .build());
        return Mono.usingWhen(
                        ConnectionFactories.get(options).create(),
                        connection -> reader.read(SessionFactory.groups().adapt(connection)),
                        connection -> connection.close())
                .block(Duration.ofSeconds(30));
    }

    @Override
    public void close() throws SQLException {
        together.close();
        alone.close();
        cluster.dropDatabase(aloneDatabase);
    }
}
