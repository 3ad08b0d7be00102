package dev.sluice.r2dbc.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Isolation;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Access;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.admission.TestLimits;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.UnknownCommitOutcomeException;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A network that loses a connection while the server goes on with its statement. */
@SluiceTest(migrations = """
                create table notes (tenant_id text not null, id bigint not null, primary key (tenant_id, id));
                create function take_time() returns trigger language plpgsql as
                    'begin perform pg_advisory_xact_lock(1); return new; end';
                create trigger slow before insert on notes for each row execute function take_time();
                create schema slow;
                grant usage on schema slow to sluice_app;
                create function slow.pg_is_in_recovery() returns boolean language plpgsql as
                    'begin perform pg_sleep(60); return false; end';
                """)
class LostConnectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final TestDatabase database;
    private CuttingProxy proxy;

    LostConnectionTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void open() {
        proxy = new CuttingProxy(database.host(), database.port());
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    private String url() {
        return "r2dbc:postgresql://127.0.0.1:%d/%s".formatted(proxy.port(), database.name());
    }

    // Invariant 3: the server is not idle because the client lost it.
    @Test
    void thePermitIsHeldWhileTheServerMayStillRunTheStatement() {
        Duration statement = Duration.ofSeconds(2);
        TimeoutSettings timeouts = new TimeoutSettings(PATIENCE, statement, SECOND, PATIENCE, SECOND);
        FairAdmission admission = TestLimits.admission(1, 10);
        Leases leases =
                NodeLeases.open(url(), database.credentials(Role.APP), PoolSettings.ofMax(1), timeouts, admission);
        Mono<?> call = leases.use(
                        LeaseRequest.onPrimary("lost", request()),
                        s -> s.rows(Group.of("lost", "select pg_sleep($1)", 60), r -> 1, 1))
                .cache();
        call.subscribe(rows -> {}, e -> {});
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 1, "the query runs");
        long cut = System.nanoTime();
        proxy.cut();

        assertThatThrownBy(() -> call.block(PATIENCE))
                .isInstanceOfSatisfying(
                        R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("08007"));
        assertThat(admission.inUse()).isEqualTo(1);
        Await.until(PATIENCE, () -> admission.inUse() == 0, "the permit is back");
        assertThat(Duration.ofNanos(System.nanoTime() - cut)).isGreaterThan(statement.plus(SECOND));
        leases.closeGracefully().block(PATIENCE);
    }

    // Invariants 3 and 12: the call is done, the server is not. The function takes the place of one that the position
    // needs.
    @Test
    void aCallIsDoneAndItsPermitHeldWhileItsPositionMayStillBeAsked() {
        Duration statement = Duration.ofSeconds(5);
        TimeoutSettings timeouts = new TimeoutSettings(PATIENCE, statement, SECOND, PATIENCE, SECOND);
        FairAdmission admission = TestLimits.admission(1, 10);
        Leases leases =
                NodeLeases.open(url(), database.credentials(Role.APP), PoolSettings.ofMax(1), timeouts, admission);
        leases.use(
                        LeaseRequest.onPrimary("prepare", request()),
                        s -> s.rowsUpdated(Group.of("prepare", "set search_path = slow, pg_catalog, public")))
                .block(PATIENCE);
        // The client may have had the last answer before that is counted as told.
        int before = proxy.answers();
        Mono<List<Integer>> call = leases.use(
                        LeaseRequest.onPrimary("asked", request()),
                        s -> s.rows(
                                Group.of("asked", "select $1::int", 7).withPosition((timeline, lsn, shown) -> {}),
                                r -> r.get(0, Integer.class),
                                1))
                .cache();
        call.subscribe(rows -> {}, e -> {});
        Await.until(
                PATIENCE,
                () -> proxy.readies() > before && database.sessions(Role.APP, "active") == 1,
                "the position is asked for");
        long cut = System.nanoTime();
        proxy.cut();

        assertThat(call.block(PATIENCE)).containsExactly(7);
        assertThat(admission.inUse()).isEqualTo(1);
        Await.until(PATIENCE, () -> admission.inUse() == 0, "the permit is back");
        assertThat(Duration.ofNanos(System.nanoTime() - cut)).isGreaterThan(statement.plus(SECOND));
        leases.closeGracefully().block(PATIENCE);
    }

    // Invariant 12
    @Test
    void aWriteWhoseAnswerIsLostHasAnUnknownOutcome() throws SQLException {
        TimeoutSettings timeouts = new TimeoutSettings(PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE);
        Sluice sluice = Sluice.connect(SluiceSettings.builder(url(), database.credentials(Role.APP))
                        .isolation(Isolation.PREDICATE)
                        .pool(PoolSettings.ofMax(1))
                        .timeouts(timeouts)
                        .build())
                .block(PATIENCE);
        Mono<Long> insert = sluice.sql("insert into notes (id) values (:id)")
                .bind("id", 1L)
                .rowsUpdated()
                .contextWrite(Access.tenant("acme"))
                .cache();
        // Holds up the insert for as long as the test needs to lose its connection.
        try (Connection holder = database.connect(Role.OWNER);
                Statement lock = holder.createStatement()) {
            lock.execute("select pg_advisory_lock(1)");
            insert.subscribe(n -> {}, e -> {});
            Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 1, "the insert runs");
            proxy.cut();

            assertThatThrownBy(() -> insert.block(PATIENCE)).isInstanceOf(UnknownCommitOutcomeException.class);
            assertThat(database.value(Role.OWNER, Long.class, "select count(*) from notes"))
                    .isZero();
        }
        Await.until(
                PATIENCE,
                () -> database.value(Role.OWNER, Long.class, "select count(*) from notes") == 1,
                "it was committed");
        sluice.closeGracefully().block(PATIENCE);
    }

    private static AdmissionRequest request() {
        return new AdmissionRequest(
                TenantId.of("acme"), Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(PATIENCE), null);
    }
}
