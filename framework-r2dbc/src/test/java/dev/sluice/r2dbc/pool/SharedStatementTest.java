package dev.sluice.r2dbc.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.PoolSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.r2dbc.admission.FairAdmission;
import dev.sluice.r2dbc.admission.TestLimits;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.SharedRead;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Each read of a shared statement gets its own row; what goes wrong on purpose is seen. */
@SluiceTest
class SharedStatementTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ROWS =
            "select r.owner || r.id, r.id from (values ('acme', 1), ('acme', 2), ('globex', 1)) r (owner, id)"
                    + " where r.owner = $1 and r.id = ";
    private static final SharedRead READ = read(row -> row.get(1, Integer.class));
    private static final Function<Readable, String> TEXT = row -> row.get(0, String.class);

    private final TestDatabase database;
    private final FairAdmission admission = TestLimits.admission(1, 1_000);
    private Leases leases;
    private Lease held;

    SharedStatementTest(TestDatabase database) {
        this.database = database;
    }

    private static SharedRead read(Function<Readable, Object> idOf) {
        return new SharedRead(ROWS + "any($2)", 1, Integer.class, idOf);
    }

    @BeforeEach
    void holdTheOnlyConnection() {
        TimeoutSettings timeouts = new TimeoutSettings(PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE);
        leases = NodeLeases.open(
                database.url(), database.credentials(Role.APP), PoolSettings.ofMax(1), timeouts, admission);
        held = Objects.requireNonNull(leases.acquire(LeaseRequest.onPrimary("hold", request(PATIENCE)))
                .block(PATIENCE));
    }

    @AfterEach
    void close() {
        Await.until(PATIENCE, () -> leases.inUse() == 0 && admission.inUse() == 0, "nothing is held");
        leases.closeGracefully().block(PATIENCE);
    }

    @Test
    void eachGetsTheRowOfItsId() {
        CompletableFuture<String> one = start(READ, "acme", 1, PATIENCE);
        CompletableFuture<String> two = start(READ, "acme", 2, PATIENCE);
        letGo(2);

        assertThat(one.join()).isEqualTo("acme1");
        assertThat(two.join()).isEqualTo("acme2");
    }

    // Negative control: what the others assert is that rows are told apart by their ids.
    @Test
    void idsThatAreToldWrongAreSeen() {
        SharedRead wrong = read(row -> 3 - row.get(1, Integer.class));
        CompletableFuture<String> one = start(wrong, "acme", 1, PATIENCE);
        CompletableFuture<String> two = start(wrong, "acme", 2, PATIENCE);
        letGo(2);

        assertThat(one.join()).isEqualTo("acme2");
        assertThat(two.join()).isEqualTo("acme1");
    }

    /** Admission and statement may not disagree on whose a call is; here they do, and the row stays where it is. */
    @Test
    void aReadThatAsksForAnotherTenantsRowIsNotPutIntoIt() {
        CompletableFuture<String> other = start(READ, "globex", 1, PATIENCE);
        CompletableFuture<String> own = start(READ, "acme", 1, PATIENCE.multipliedBy(2));
        letGo(2);

        assertThat(own.join()).isEqualTo("acme1");
        assertThatThrownBy(other::join)
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("differs in more than the id");
    }

    @Test
    void whoAsksLaterThanItsStatementIsRefused() {
        CompletableFuture<String> own = start(READ, "acme", 1, PATIENCE);
        CompletableFuture<String> late = leases.use(lease(READ, PATIENCE), session -> Mono.fromFuture(own, true)
                        .then(session.rows(Group.of("read", ROWS + "$2", "acme", 2), TEXT, 1)))
                .map(rows -> rows.get(0))
                .toFuture();
        letGo(2);

        assertThat(own.join()).isEqualTo("acme1");
        assertThatThrownBy(late::join).hasCauseInstanceOf(IllegalStateException.class);
    }

    private void letGo(int waiting) {
        Await.until(PATIENCE, () -> admission.waiting() == waiting, "they wait");
        held.release().block(PATIENCE);
    }

    private CompletableFuture<String> start(SharedRead read, String owner, int id, Duration timeout) {
        return leases.use(
                        lease(read, timeout),
                        session -> session.rows(Group.of("read", ROWS + "$2", owner, id), TEXT, 1))
                .map(rows -> rows.isEmpty() ? "none" : rows.get(0))
                .toFuture();
    }

    private static LeaseRequest lease(SharedRead read, Duration timeout) {
        return new LeaseRequest("read", request(timeout), false, ReadConsistency.primary(), null, true, read);
    }

    private static AdmissionRequest request(Duration timeout) {
        return new AdmissionRequest(
                TenantId.of("acme"), Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(timeout), null);
    }
}
