package dev.sluice.r2dbc.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A migration changes a table whose rows the sessions of a running instance have prepared to read. */
@SluiceTest
class SchemaChangesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Group READ = Group.of("read", "select * from changing where id = $1", 1);

    private final TestDatabase database;
    private final List<Session> sessions = new ArrayList<>();

    SchemaChangesTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void prepare() {
        database.execute(
                Role.OWNER,
                "drop table if exists changing; create table changing (id int primary key, a int);"
                        + " insert into changing values (1, 1)");
    }

    @AfterEach
    void disconnect() {
        sessions.forEach(session -> session.close().block(PATIENCE));
    }

    @Test
    void whatOneSessionFindsTheTransactionsOfTheOthersAreSparedOf() {
        SessionFactory pool = SessionFactory.groups();
        List<Session> all = List.of(session(pool), session(pool), session(pool));
        all.forEach(SchemaChangesTest::read);
        database.execute(Role.OWNER, "alter table changing alter column a type text");

        // Outside of a transaction the caller does not notice.
        read(all.get(0));

        for (Session other : all) {
            Begun.begin(other, "BEGIN", List.of()).block(PATIENCE);
            read(other);
            other.command("COMMIT").block(PATIENCE);
        }
    }

    // The negative control: sessions that learn nothing from each other.
    @Test
    void aSessionThatLearnsItByItselfLosesATransaction() {
        Session first = session(SessionFactory.groups());
        Session second = session(SessionFactory.groups());
        read(first);
        read(second);
        database.execute(Role.OWNER, "alter table changing alter column a type text");
        read(first);

        Begun.begin(second, "BEGIN", List.of()).block(PATIENCE);
        assertThatThrownBy(() -> read(second)).hasMessageContaining("cached plan must not change result type");
        second.command("ROLLBACK").block(PATIENCE);
        read(second);
    }

    private static void read(Session session) {
        assertThat(session.rows(READ, row -> row.get("id", Integer.class), 1).block(PATIENCE))
                .containsExactly(1);
    }

    private Session session(SessionFactory factory) {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(database.url())
                .mutate()
                .option(
                        ConnectionFactoryOptions.USER,
                        database.credentials(Role.OWNER).username())
                .option(
                        ConnectionFactoryOptions.PASSWORD,
                        database.credentials(Role.OWNER).password())
                .option(PostgresqlConnectionFactoryProvider.PREPARED_STATEMENT_CACHE_QUERIES, 0)
                .build();
        Session session = factory.adapt(
                Mono.from(ConnectionFactories.get(options).create()).block(PATIENCE));
        sessions.add(session);
        return session;
    }
}
