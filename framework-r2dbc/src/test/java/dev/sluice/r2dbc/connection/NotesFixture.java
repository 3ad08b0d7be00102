package dev.sluice.r2dbc.connection;

import static dev.sluice.r2dbc.transaction.ItemsNode.MOST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Access;
import dev.sluice.r2dbc.transaction.ItemsNode;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Mono;

/** The plain view over two connections, and the table {@code notes}, for libraries that know of no tenant. */
@SluiceTest
abstract class NotesFixture {

    private static TestDatabase database;
    ItemsNode node;
    SluiceConnectionFactory connections;

    @BeforeAll
    static void createTables(TestDatabase fresh) {
        database = fresh;
        ItemsNode.createTable(database);
        ItemsNode.protect(
                database,
                "notes",
                "create table notes (tenant_id text not null default current_setting('sluice.tenant'),"
                        + " id bigint generated always as identity, text text, stars integer not null,"
                        + " primary key (tenant_id, id))");
    }

    @BeforeEach
    void open() {
        node = new ItemsNode(database, 2);
        connections = SluiceConnectionFactory.over(node.transactions(), node.settings());
    }

    @AfterEach
    void nothingIsLeftBehind() {
        assertThat(node.leases().inUse()).isZero();
        assertThat(database.sessions(Role.APP, "idle in transaction")).isZero();
        node.close();
        database.execute(Role.OWNER, "truncate items, notes");
    }

    static <T> T as(String tenant, Mono<T> work) {
        return work.contextWrite(Access.tenant(tenant)).block(MOST);
    }
}
