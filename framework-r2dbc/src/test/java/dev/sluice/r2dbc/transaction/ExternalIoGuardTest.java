package dev.sluice.r2dbc.transaction;

import static dev.sluice.r2dbc.transaction.ItemsNode.MOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.example.orders.Orders;
import dev.sluice.TransactionSettings;
import dev.sluice.access.Access;
import dev.sluice.consistency.Lsn;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.ExternalIo;
import dev.sluice.transaction.ExternalIoInTransactionException;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import dev.sluice.transaction.TransactionHandle;
import dev.sluice.transaction.TransactionObserver;
import dev.sluice.transaction.TransactionOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@SluiceTest
class ExternalIoGuardTest {

    private static TestDatabase database;

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private final AtomicInteger started = new AtomicInteger();
    private final Mono<String> signal =
            ExternalIo.guarded(Mono.fromSupplier(() -> "signal " + started.incrementAndGet()), "GET signals.example");
    private ItemsNode node;
    private Orders orders;

    @BeforeAll
    static void createTable(TestDatabase fresh) {
        database = fresh;
        ItemsNode.createTable(database);
    }

    @BeforeEach
    void strict() {
        open(TransactionSettings.STRICT);
    }

    private void open(TransactionSettings transactions) {
        node = new ItemsNode(database, 2, settings -> settings.transactions(transactions)
                .transactionObserver(new TransactionObserver() {
                    @Override
                    public void externalIo(String io, boolean refused) {
                        seen.add(io + (refused ? " refused" : " warned of"));
                    }
                }));
        orders = new Orders(node.transactions()::inTransaction);
    }

    @AfterEach
    void close() {
        node.close();
        database.execute(Role.OWNER, "truncate items");
    }

    @Nested
    class WhereItIsAnError {

        @Test
        void nothingIsStartedAndTheTransactionIsRolledBack() {
            assertThatThrownBy(
                            () -> run(orders.place(() -> node.insert(1, "one").then(signal))))
                    .isInstanceOfSatisfying(ExternalIoInTransactionException.class, e -> {
                        assertThat(e.io()).isEqualTo("GET signals.example");
                        assertThat(e.tenant().value()).isEqualTo("acme");
                        assertThat(e.openedAt()).startsWith(Orders.PLACE);
                        assertThat(e.openFor()).isBetween(Duration.ofNanos(1), MOST);
                    })
                    .hasMessageContaining("'GET signals.example' inside a transaction of tenant 'acme'")
                    .hasMessageContaining(Orders.PLACE)
                    .hasMessageContaining("sluice.phases()");

            assertThat(started).hasValue(0);
            assertThat(seen).containsExactly("GET signals.example refused");
            assertThat(run(node.names())).isEmpty();
        }

        @Test
        void manyAnswersAreOneToo() {
            Flux<Integer> answers = ExternalIo.guarded(Flux.range(1, started.incrementAndGet()), "SUBSCRIBE bus");

            assertThatThrownBy(
                            () -> run(orders.place(() -> answers.collectList().map(List::toString))))
                    .isInstanceOf(ExternalIoInTransactionException.class);
        }

        @Test
        void aSavepointHoldsTheSameConnection() {
            assertThatThrownBy(() -> run(orders.place(() -> node.transactions()
                            .inTransaction(TransactionOptions.DEFAULT.withSavepoint(), () -> signal))))
                    .isInstanceOf(ExternalIoInTransactionException.class);
        }

        @Test
        void soDoesAnInnerTransaction() {
            assertThatThrownBy(() -> run(orders.place(
                            () -> node.transactions().inTransaction(TransactionOptions.DEFAULT, () -> signal))))
                    .isInstanceOf(ExternalIoInTransactionException.class);
        }

        @Test
        void outsideOfATransactionItRuns() {
            assertThat(run(signal)).isEqualTo("signal 1");
            assertThat(run(orders.place(() -> node.insert(1, "one").thenReturn("done"))
                            .then(signal)))
                    .isEqualTo("signal 2");
            assertThat(run(Flux.from(ExternalIo.guarded(Flux.just(1, 2), "bus")).collectList()))
                    .containsExactly(1, 2);
            assertThat(seen).isEmpty();
        }

        @Test
        void afterTheCommitItRuns() {
            run(orders.place(() -> TransactionHandle.current()
                    .doOnNext(transaction -> transaction.register(new Settlement() {
                        @Override
                        public Mono<Void> afterCommit(@Nullable Lsn lsn, Touched touched) {
                            return signal.then();
                        }
                    }))
                    .then(node.insert(1, "one"))
                    .thenReturn("done")));

            assertThat(started).hasValue(1);
            assertThat(seen).isEmpty();
        }
    }

    @Nested
    class WhereItIsAWarning {

        @BeforeEach
        void lenient() {
            node.close();
            open(TransactionSettings.DEFAULT);
        }

        @Test
        void itRunsAndIsCountedEachTime() {
            String last =
                    run(orders.place(() -> node.insert(1, "one").then(signal).then(signal)));

            assertThat(last).isEqualTo("signal 2");
            assertThat(seen).containsExactly("GET signals.example warned of", "GET signals.example warned of");
            assertThat(run(node.names())).containsExactly("one");
        }
    }

    private static <T> T run(Mono<T> work) {
        return work.contextWrite(Access.tenant("acme")).block(MOST);
    }
}
