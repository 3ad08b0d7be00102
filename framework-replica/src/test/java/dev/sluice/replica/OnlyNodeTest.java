package dev.sluice.replica;

import static dev.sluice.replica.RoutingFixture.PATIENCE;
import static dev.sluice.replica.RoutingFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Credentials;
import dev.sluice.Isolation;
import dev.sluice.SluiceSettings;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cluster.Cluster;
import dev.sluice.r2dbc.cluster.NodeFactory;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With one node there is nothing to route, and sessions still learn where they have written. */
@SluiceTest
class OnlyNodeTest {

    private static TestDatabase database;
    private Cluster cluster;

    @BeforeAll
    static void createTable(TestDatabase fresh) {
        database = fresh;
        database.execute(Role.OWNER, "create table items (id int)");
    }

    @BeforeEach
    void open() {
        SluiceSettings settings =
                database.settings().isolation(Isolation.PREDICATE).build();
        cluster = new ReplicaClusterProvider()
                .open(settings, new NodeFactory(settings, new FixedLimits(settings.admission())));
        cluster.start().block(PATIENCE);
    }

    @AfterEach
    void close() {
        cluster.closeGracefully().block(PATIENCE);
    }

    @Test
    void aWriteRaisesItsSession() {
        SessionPosition session = SessionPosition.none();

        cluster.leases()
                .use(request(true, session), now -> now.rowsUpdated(Group.of("w", "insert into items values (1)")))
                .block(PATIENCE);

        assertThat(session.seen()).isNotNull();
        assertThat(session.unknownWrites()).isZero();
        assertThat(session.node()).isEqualTo("primary");
    }

    @Test
    void aTransactionRaisesItsSessionByItsCommit() {
        SessionPosition session = SessionPosition.none();
        Lease lease = Objects.requireNonNull(
                cluster.leases().acquire(request(true, session)).block(PATIENCE));
        Begun.begin(lease.session(), "BEGIN READ WRITE", List.of()).block(PATIENCE);
        lease.session()
                .rowsUpdated(Group.of("w", "insert into items values (2)"))
                .block(PATIENCE);
        assertThat(session.seen()).isNull();

        lease.session().command("COMMIT").block(PATIENCE);
        lease.release().block(PATIENCE);

        assertThat(session.seen()).isNotNull();
        assertThat(session.unknownWrites()).isZero();
    }

    @Test
    void aReadGoesStraightToTheNode() {
        SessionPosition session = SessionPosition.none();

        assertThat(cluster.leases()
                        .use(
                                request(false, session),
                                now -> now.rows(Group.of("r", "select 1"), row -> row.get(0, Integer.class), 1))
                        .block(PATIENCE))
                .containsExactly(1);
        assertThat(session.seen()).isNull();
        assertThat(session.node()).isEqualTo("primary");
    }

    @Test
    void aStreamAndATransactionThatReadTellWhoAnswered() {
        SessionPosition streamed = SessionPosition.none();
        cluster.leases().stream(
                        request(false, streamed),
                        now -> now.stream(Group.of("r", "select 1"), row -> row.get(0, Integer.class), 1))
                .blockLast(PATIENCE);
        assertThat(streamed.node()).isEqualTo("primary");

        SessionPosition read = SessionPosition.none();
        Lease lease = Objects.requireNonNull(
                cluster.leases().acquire(request(false, read)).block(PATIENCE));
        lease.release().block(PATIENCE);
        assertThat(read.node()).isEqualTo("primary");
        assertThat(read.unknownWrites()).isZero();
    }

    @Test
    void theClusterIsKnownByItsName() {
        assertThat(cluster.systemIdentifier())
                .hasValue(database.value(
                        Role.SUPERUSER, Long.class, "select system_identifier from pg_control_system()"));
    }

    @Test
    void aServerThatIsNotThereIsNoReasonNotToStart() {
        SluiceSettings nobody = SluiceSettings.builder("r2dbc:postgresql://localhost:1/app", new Credentials("app", ""))
                .build();
        Cluster unknown =
                new ReplicaClusterProvider().open(nobody, new NodeFactory(nobody, new FixedLimits(nobody.admission())));

        unknown.start().block(PATIENCE);

        assertThat(unknown.systemIdentifier()).isEmpty();
        unknown.closeGracefully().block(PATIENCE);
    }
}
