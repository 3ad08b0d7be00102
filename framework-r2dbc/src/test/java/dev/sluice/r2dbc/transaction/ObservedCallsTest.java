package dev.sluice.r2dbc.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.access.Access;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.TransactionOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** An observer is told of each call, once how it ended, and never what it was called with. */
@SluiceTest
class ObservedCallsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final AtomicInteger IDS = new AtomicInteger();

    private static TestDatabase database;

    private final RecordedCalls calls = new RecordedCalls();
    private final ItemsNode node = new ItemsNode(database, 1, settings -> settings.queryObserver(calls));

    @BeforeAll
    static void createTable(TestDatabase fresh) {
        database = fresh;
        ItemsNode.createTable(fresh);
    }

    @AfterEach
    void close() {
        node.close();
    }

    private <T> T run(Mono<T> call) {
        return call.contextWrite(Access.tenant("acme").workload("background")).block(PATIENCE);
    }

    @Test
    void aCallIsSentAndDone() {
        run(node.insert(IDS.incrementAndGet(), "one"));
        run(node.names());

        assertThat(calls.lines())
                .containsExactly(
                        "Items.insert for acme in background started done",
                        "Items.names for acme in background started done");
    }

    @Test
    void callsInsideATransactionAreToldOneByOne() {
        run(node.transactions()
                .inTransaction(TransactionOptions.DEFAULT, () -> node.insert(IDS.incrementAndGet(), "two")
                        .then(node.names())));

        assertThat(calls.lines())
                .containsExactly(
                        "Items.insert for acme in background started done",
                        "Items.names for acme in background started done");
    }

    @Test
    void aCallThatFailsSaysWithWhat() {
        int id = IDS.incrementAndGet();
        run(node.insert(id, "three"));

        assertThatThrownBy(() -> run(node.insert(id, "again"))).hasMessageContaining("duplicate");
        assertThat(calls.lines())
                .last()
                .asString()
                .startsWith("Items.insert for acme in background started failed ")
                .doesNotContain("again");
    }

    @Test
    void aCallThatWasNeverSentDoesNotStart() {
        Disposable holds = node.sleep(30).contextWrite(Access.tenant("globex")).subscribe();
        Await.until(PATIENCE, () -> calls.lines().toString().contains("started"), "the connection is taken");

        assertThatThrownBy(() -> node.names()
                        .contextWrite(Access.tenant("acme").deadline(Duration.ofMillis(50)))
                        .block(PATIENCE))
                .isInstanceOf(DeadlineExceededException.class);

        holds.dispose();
        assertThat(calls.lines())
                .containsExactly(
                        "sleep for globex in interactive started cancelled",
                        "Items.names for acme in interactive failed DeadlineExceededException");
    }

    @Test
    void aStreamSaysThatItIsOne() {
        run(node.statements().stream(
                        ItemsNode.call("select generate_series(1, 3)::text"), row -> row.get(0, String.class), 2)
                .then());

        assertThat(calls.lines()).containsExactly("sql for acme in stream, stream started done");
    }

    @Test
    void aStreamInsideATransactionStartsOnce() {
        run(node.transactions().inTransaction(TransactionOptions.DEFAULT, () -> node.statements().stream(
                        ItemsNode.call("select generate_series(1, 3)::text"), row -> row.get(0, String.class), 2)
                .then()));

        assertThat(calls.lines()).containsExactly("sql for acme in stream, stream started done");
    }

    @Test
    void aCallWithoutATenantIsNoCall() {
        assertThatThrownBy(() -> node.names().block(PATIENCE)).hasMessageContaining("tenant");

        assertThat(calls.lines()).isEmpty();
    }
}
