package dev.sluice.r2dbc.work;

import static dev.sluice.r2dbc.work.WorkFixture.WAIT;
import static dev.sluice.r2dbc.work.WorkFixture.as;
import static dev.sluice.r2dbc.work.WorkFixture.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.work.Fence;
import dev.sluice.work.LeaseLostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

@SluiceTest(migrations = WorkFixture.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FenceTest {

    private static final String WRITE = "update candidates set effects = effects + 1 where id = 1";

    private final TestDatabase database;
    private Sluice sluice;
    private Fence fence;

    FenceTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void connect() {
        WorkFixture.prepare(database);
        sluice = WorkFixture.connect(database);
    }

    @BeforeEach
    void take() {
        WorkFixture.fill(database, "acme", 1);
        database.execute(Role.OWNER, "delete from sluice_leases");
        assertThat(database.value(Role.APP, Boolean.class, "select taken from sluice_take_lease('work', 'me', 60000)"))
                .isTrue();
        fence = new Fence("work", 1);
    }

    @AfterAll
    void close() {
        sluice.closeGracefully().block(WAIT);
    }

    @Test
    void whoHoldsTheLeaseWrites() {
        as("acme", write().contextWrite(fence));
        as("acme", sluice.inTransaction(this::write).contextWrite(fence));
        sluice.acrossTenants("a test")
                .execute(WRITE, Map.of())
                .contextWrite(fence)
                .block(WAIT);

        assertThat(effects()).isEqualTo(3);
    }

    @Test
    void onceTheEpochHasMovedNothingIsWrittenInWhateverWay() {
        WorkFixture.takeOver(database, "work");

        for (Mono<?> way : List.of(
                write(),
                sluice.sql(WRITE + " returning id").as(Integer.class).one(),
                sluice.sql(WRITE + " returning id").as(Integer.class).stream(10).then(),
                sluice.inTransaction(this::write),
                sluice.acrossTenants("a test").execute(WRITE, Map.of()),
                Mono.from(sluice.connectionFactory().create())
                        .flatMap(c -> Mono.from(c.createStatement(WRITE).execute()))
                        .flatMap(result -> Mono.from(result.getRowsUpdated())))) {
            assertThatThrownBy(() -> as("acme", way.contextWrite(fence)))
                    .isInstanceOf(LeaseLostException.class)
                    .hasMessageContaining("lease 'work': epoch 1 is over");
        }
        assertThat(effects()).isZero();
    }

    @Test
    void readsNeedNoLeaseAndWhoHasNoFenceIsNotStopped() {
        WorkFixture.takeOver(database, "work");

        assertThat(as("acme", count().contextWrite(fence))).isEqualTo(1);
        assertThat(as(
                        "acme",
                        sluice.inTransaction(TransactionOptions.DEFAULT.asReadOnly(), this::count)
                                .contextWrite(fence)))
                .isEqualTo(1);
        as("acme", write());
        assertThat(effects()).as("the negative control writes").isOne();
    }

    @Test
    void aTakeoverWaitsForTheWriteThatHasPassedTheFenceAndARenewalDoesNot() {
        Sinks.Empty<Void> commit = Sinks.empty();
        CompletableFuture<Long> writing = sluice.inTransaction(
                        () -> write().flatMap(rows -> commit.asMono().thenReturn(rows)))
                .contextWrite(fence)
                .contextWrite(dev.sluice.access.Access.tenant("acme"))
                .toFuture();
        Await.until(WAIT, () -> database.sessions(Role.APP, "idle in transaction") == 1, "the write waits");

        assertThat(database.value(Role.APP, Boolean.class, "select sluice_renew_lease('work', 1, 1)"))
                .isTrue();
        Await.until(
                WAIT,
                () -> number(database, "select count(*) from sluice_leases where leased_until < clock_timestamp()")
                        == 1,
                "the lease is over");
        CompletableFuture<Boolean> takeover = CompletableFuture.supplyAsync(() ->
                database.value(Role.APP, Boolean.class, "select taken from sluice_take_lease('work', 'other', 60000)"));
        Await.until(
                WAIT,
                () -> database.value(
                                Role.MONITOR,
                                Long.class,
                                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%take_lease%'")
                        == 1,
                "the takeover waits");
        assertThat(takeover).isNotDone();

        commit.tryEmitEmpty();
        assertThat(writing.join()).isOne();
        assertThat(takeover.join()).isTrue();
        assertThat(effects()).isOne();
    }

    @Test
    void theApplicationCannotMoveAnEpochByItself() {
        assertThatThrownBy(() -> database.execute(Role.APP, "update sluice_leases set epoch = 9"))
                .hasStackTraceContaining("permission denied");
        assertThatThrownBy(() -> as(
                        "acme",
                        sluice.sql("select sluice_end_lease('work', 1)")
                                .as(Boolean.class)
                                .one()))
                .hasMessageContaining("sluice_end_lease");
    }

    private Mono<Long> write() {
        return sluice.sql(WRITE).rowsUpdated();
    }

    private Mono<Integer> count() {
        return sluice.sql("select count(*)::int from candidates")
                .as(Integer.class)
                .one();
    }

    private long effects() {
        return number(database, "select sum(effects) from candidates");
    }
}
