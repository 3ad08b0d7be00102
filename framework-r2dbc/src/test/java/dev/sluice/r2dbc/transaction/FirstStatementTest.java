package dev.sluice.r2dbc.transaction;

import static dev.sluice.r2dbc.transaction.ItemsNode.MOST;
import static dev.sluice.r2dbc.transaction.Moments.whenTheConnectionIsGone;
import static dev.sluice.r2dbc.transaction.Moments.whenTheServerSleeps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.TimeoutSettings;
import dev.sluice.TransactionSettings;
import dev.sluice.access.Access;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.r2dbc.pool.CuttingProxy;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.ExternalIo;
import dev.sluice.transaction.ExternalIoInTransactionException;
import dev.sluice.transaction.ExternalIoPolicy;
import dev.sluice.transaction.IdleTransaction;
import dev.sluice.transaction.TransactionHandle;
import dev.sluice.transaction.TransactionIdleTimeoutException;
import dev.sluice.transaction.TransactionObserver;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.transaction.TransactionRolledBackException;
import dev.sluice.transaction.UnknownCommitOutcomeException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** BEGIN goes with the first statement. What the server has answered is counted between it and the only connection. */
@SluiceTest
class FirstStatementTest {

    private static final Duration IDLE_LIMIT = Duration.ofMillis(400);

    private static TestDatabase database;

    private final List<IdleTransaction> reported = new CopyOnWriteArrayList<>();
    private CuttingProxy proxy;
    private ItemsNode node;

    @BeforeAll
    static void createTable(TestDatabase fresh) {
        database = fresh;
        ItemsNode.createTable(database);
    }

    @BeforeEach
    void open() {
        open(TimeoutSettings.DEFAULT.idleInTransaction());
    }

    private void open(Duration idleLimit) {
        open(idleLimit, TimeoutSettings.DEFAULT.transaction());
    }

    private void open(Duration idleLimit, Duration transaction) {
        proxy = new CuttingProxy(database.host(), database.port());
        String url = "r2dbc:postgresql://127.0.0.1:%d/%s".formatted(proxy.port(), database.name());
        node = new ItemsNode(
                database,
                url,
                1,
                settings -> settings.timeouts(timeouts(idleLimit, transaction))
                        .transactions(new TransactionSettings(ExternalIoPolicy.ERROR, IDLE_LIMIT.dividedBy(2)))
                        .transactionObserver(new TransactionObserver() {
                            @Override
                            public void idlesTooLong(IdleTransaction transaction) {
                                reported.add(transaction);
                            }
                        }),
                leases -> leases);
        as(node.names());
    }

    private static TimeoutSettings timeouts(Duration idleInTransaction, Duration transaction) {
        TimeoutSettings d = TimeoutSettings.DEFAULT;
        return new TimeoutSettings(d.call(), d.statement(), d.lock(), transaction, idleInTransaction);
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        Await.until(
                MOST,
                () -> node.leases().inUse() == 0 && database.sessions(Role.APP, "idle in transaction") == 0,
                "no lease is out and no session idles in a transaction");
        close();
        database.execute(Role.OWNER, "truncate items");
    }

    private void close() throws IOException {
        node.close();
        proxy.close();
    }

    @Nested
    class RoundTrips {

        @Test
        void areOneForEachStatementAndOneForTheCommit() {
            assertThat(answers(() ->
                            node.insert(1, "one").then(node.rename(1, "two")).then(node.names())))
                    .isEqualTo(4);
            assertThat(as(node.names())).containsExactly("two");
        }

        @Test
        void areNoneWithoutAStatement() {
            assertThat(answers(() -> Mono.just("nothing"))).isZero();
            assertThatThrownBy(() -> answers(() -> Mono.error(new IllegalArgumentException("of the work"))))
                    .hasMessage("of the work");
        }

        @Test
        void areTheSameForAStreamThatComesFirst() {
            // DECLARE, FETCH, CLOSE, COMMIT.
            assertThat(answers(() -> node.statements().stream(
                                    ItemsNode.call("select name from items"), row -> row.get(0, String.class), 10)
                            .collectList()))
                    .isEqualTo(4);
        }

        @Test
        void areTheSameForASavepointThatComesFirst() {
            // SAVEPOINT, insert, RELEASE, COMMIT.
            assertThat(answers(() -> node.transactions()
                            .inTransaction(TransactionOptions.DEFAULT.withSavepoint(), () -> node.insert(1, "one"))))
                    .isEqualTo(4);
            assertThat(as(node.names())).containsExactly("one");
        }

        /** The control: what is sent by itself is counted. */
        @Test
        void areOneMoreForATimeoutOfItsOwn() {
            int before = proxy.answers();
            as(node.transactions()
                    .inTransaction(
                            TransactionOptions.DEFAULT.withTimeout(Duration.ofSeconds(7)),
                            () -> node.insert(1, "one")));
            assertThat(proxy.answers() - before).isEqualTo(3);
        }

        private int answers(Supplier<Mono<?>> work) {
            int before = proxy.answers();
            as(inTransaction(() -> work.get().then(Mono.just("done"))));
            return proxy.answers() - before;
        }
    }

    @Nested
    class BeforeIt {

        @Test
        void aCancelSendsNothingAndGivesTheConnectionBack() {
            int before = proxy.answers();
            Disposable caller = inTransaction(() -> Mono.never())
                    .contextWrite(Access.tenant("acme"))
                    .subscribe();
            Await.until(MOST, () -> node.leases().inUse() == 1, "the transaction has its connection");

            caller.dispose();

            Await.until(MOST, () -> node.leases().inUse() == 0, "the connection is back");
            assertThat(proxy.answers()).isEqualTo(before);
        }

        @Test
        void theGuardKnowsOfTheTransaction() {
            assertThatThrownBy(() ->
                            as(inTransaction(() -> ExternalIo.guarded(Mono.just("answer"), "GET signals.example"))))
                    .isInstanceOf(ExternalIoInTransactionException.class);
        }

        @Test
        void whatIdlesForTheLimitGivesItsConnectionBackAndSaysSo() throws IOException {
            close();
            open(IDLE_LIMIT);
            Sinks.One<String> answer = Sinks.one();
            CompletableFuture<?> statement =
                    start(inTransaction(() -> answer.asMono().then(node.insert(1, "one"))));
            Await.until(MOST, () -> node.leases().inUse() == 0, "the connection is back");
            CompletableFuture<?> nothing = start(inTransaction(() -> answer.asMono()));
            Await.until(MOST, () -> reported.size() == 2 && node.leases().inUse() == 0, "so is that of the second");

            answer.tryEmitValue("late");

            for (CompletableFuture<?> caller : List.of(statement, nothing)) {
                assertThatThrownBy(() -> caller.get(20, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(TransactionIdleTimeoutException.class)
                        .hasMessageContaining("since BEGIN");
            }
            assertThat(as(node.names())).isEmpty();
        }

        @Test
        void whatNeverGoesOnEndsWithTheTransactionsTime() throws IOException {
            close();
            open(IDLE_LIMIT, IDLE_LIMIT.multipliedBy(3));
            CompletableFuture<?> hanging = start(inTransaction(() -> Mono.never()));
            Await.until(MOST, () -> !reported.isEmpty() && node.leases().inUse() == 0, "the connection is back");

            assertThatThrownBy(() -> hanging.get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(DeadlineExceededException.class);
        }

        /** The control: who is busy, or idles for less, is left alone. */
        @Test
        void whatDoesNotIdleIsLeftAlone() throws IOException {
            close();
            open(IDLE_LIMIT);

            // Unless the machine pauses for so long in between, which it does not do each time.
            Await.until(
                    MOST,
                    () -> as(inTransaction(() -> node.sleep(0.6).then(node.insert(1, "one")))) == 1,
                    "a busy transaction commits");

            assertThat(as(node.names())).containsExactly("one");
        }

        @Test
        void aConnectionThatIsGoneFailsItWithoutAnyEffect() {
            Mono<Long> insert = inTransaction(() -> terminated()
                    .then(whenTheConnectionIsGone())
                    .then(node.insert(1, "one").onErrorResume(R2dbcException.class, e -> Mono.just(0L))));

            // The work has swallowed it; that must not be taken for a commit.
            assertThatThrownBy(() -> as(insert)).isInstanceOf(TransactionRolledBackException.class);
            assertThat(as(node.names())).isEmpty();
        }
    }

    @Nested
    class WithIt {

        @Test
        void anErrorLeavesOnlyARollback() {
            as(node.insert(1, "one"));

            assertThatThrownBy(() -> as(inTransaction(() -> node.insert(1, "again")
                            .onErrorResume(R2dbcException.class, e -> Mono.just(0L))
                            .then(node.insert(2, "two")))))
                    .isInstanceOfSatisfying(R2dbcException.class, e -> assertThat(e.getSqlState())
                            .isEqualTo("25P02"));
            assertThatThrownBy(() -> as(inTransaction(
                            () -> node.insert(1, "again").onErrorResume(R2dbcException.class, e -> Mono.just(0L)))))
                    .isInstanceOf(TransactionRolledBackException.class);
            assertThat(as(node.names())).containsExactly("one");
        }

        @Test
        void whatCannotEvenBeSentLeavesTheTransactionAsItWas() {
            Mono<Long> unsendable = node.statements()
                    .rowsUpdated(new Call(
                            ItemsNode.unscoped("unsendable", "select $1", 1),
                            new Object[] {new Object()},
                            null,
                            null,
                            null));
            as(inTransaction(() -> unsendable.onErrorResume(e -> Mono.just(0L)).then(node.insert(1, "one"))));

            assertThat(as(node.names())).containsExactly("one");
        }

        @Test
        void rowsThatCannotBeMappedHaveBegunTheTransactionForGood() {
            Mono<Boolean> unmappable = node.statements()
                    .rows(
                            ItemsNode.call("select 1"),
                            row -> {
                                throw new IllegalArgumentException("no such value");
                            },
                            1)
                    .then(Mono.just(true))
                    .onErrorResume(IllegalArgumentException.class, e -> Mono.just(false));

            AtomicBoolean begun = new AtomicBoolean();
            assertThatThrownBy(() -> as(inTransaction(() -> unmappable
                            .then(terminated())
                            .then(whenTheConnectionIsGone())
                            .then(TransactionHandle.current())
                            .doOnNext(handle ->
                                    begun.set(((Transaction) handle).session().hasBegun())))))
                    .isInstanceOf(R2dbcException.class);
            assertThat(begun).isTrue();
        }

        @Test
        void aReadThatIsCancelledHasBegunTheTransactionOfTheNext() {
            int before = proxy.answers();
            as(inTransaction(() -> node.sleep(4)
                    .timeout(whenTheServerSleeps(database), Mono.empty())
                    .then(node.insert(1, "one"))));

            assertThat(proxy.answers() - before).isEqualTo(3);
            assertThat(as(node.names())).containsExactly("one");
        }

        @Test
        void aWriteThatIsCancelledIsNotCommitted() {
            assertThatThrownBy(() -> as(inTransaction(
                            () -> node.slowInsert(7, 4).timeout(whenTheServerSleeps(database), Mono.empty()))))
                    .hasMessageContaining("slowInsert was cancelled while it ran");

            assertThat(as(node.names())).isEmpty();
        }

        @Test
        void severalAtOnceBeginOnce() {
            as(inTransaction(() -> Flux.range(1, 20)
                    .flatMap(i -> node.insert(i, "n" + i))
                    .then(node.allNames())
                    .doOnNext(names -> assertThat(names).hasSize(20))));

            assertThat(as(node.names())).hasSize(20);
        }

        @Test
        void aConnectionThatIsLostAfterwardsIsNeitherAnEmptyCommitNorAnUnknownOne() {
            Mono<Long> work = inTransaction(() -> node.insert(1, "one")
                    .flatMap(
                            rows -> terminated().then(whenTheConnectionIsGone()).thenReturn(rows)));

            assertThatThrownBy(() -> as(work))
                    .isInstanceOf(R2dbcTransientResourceException.class)
                    .isNotInstanceOf(UnknownCommitOutcomeException.class)
                    .hasMessageContaining("COMMIT was not sent")
                    .hasMessageContaining("nothing is committed");
            assertThat(as(node.names())).isEmpty();
        }
    }

    private static Mono<Void> terminated() {
        return Mono.fromRunnable(() -> database.terminateSessions(Role.APP))
                .subscribeOn(Schedulers.boundedElastic())
                .then();
    }

    private <T> Mono<T> inTransaction(Supplier<Mono<T>> work) {
        return node.transactions().inTransaction(TransactionOptions.DEFAULT, work);
    }

    private static <T> CompletableFuture<T> start(Mono<T> work) {
        return work.contextWrite(Access.tenant("acme")).toFuture();
    }

    private static <T> T as(Mono<T> work) {
        return work.contextWrite(Access.tenant("acme")).block(MOST);
    }
}
