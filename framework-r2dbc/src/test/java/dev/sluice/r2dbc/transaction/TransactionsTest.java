package dev.sluice.r2dbc.transaction;

import static dev.sluice.r2dbc.transaction.ItemsNode.MOST;
import static dev.sluice.r2dbc.transaction.Moments.sleeping;
import static dev.sluice.r2dbc.transaction.Moments.whenTheConnectionIsGone;
import static dev.sluice.r2dbc.transaction.Moments.whenTheServerSleeps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.TimeoutSettings;
import dev.sluice.access.Access;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.consistency.Lsn;
import dev.sluice.tenant.MissingTenantException;
import dev.sluice.tenant.TenantChangedException;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.Settlement;
import dev.sluice.transaction.Touched;
import dev.sluice.transaction.TransactionHandle;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.transaction.TransactionOptions.Isolation;
import dev.sluice.transaction.TransactionRolledBackException;
import dev.sluice.transaction.UnknownCommitOutcomeException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

@SluiceTest
class TransactionsTest {

    private static TestDatabase database;
    private ItemsNode node;
    private Transactions transactions;

    @BeforeAll
    static void createTable(TestDatabase fresh) {
        database = fresh;
        ItemsNode.createTable(database);
    }

    @BeforeEach
    void open() {
        node = new ItemsNode(database, 2);
        transactions = node.transactions();
    }

    @AfterEach
    void nothingIsLeftBehind() {
        database.execute(Role.OWNER, "drop function if exists at_commit cascade");
        Await.until(
                MOST,
                () -> node.leases().inUse() == 0 && database.sessions(Role.APP, "idle in transaction") == 0,
                "no lease is out and no session idles in a transaction");
        node.close();
        database.execute(Role.OWNER, "truncate items");
    }

    @Nested
    class Outside {

        @Test
        void aCallSeesItsTenantsRowsOnly() {
            as("acme", node.insert(1, "of acme"));
            as("globex", node.insert(1, "of globex"));

            assertThat(as("acme", node.names())).containsExactly("of acme");
            assertThat(as("globex", node.allNames())).containsExactly("of globex");
        }

        @Test
        void aCallWithoutATenantFailsBeforeAConnectionIsAskedFor() {
            assertThatThrownBy(() -> node.names().block(MOST))
                    .isInstanceOf(MissingTenantException.class)
                    .hasMessageContaining("Items.names");
            assertThatThrownBy(() -> transactions
                            .inTransaction(TransactionOptions.DEFAULT, node::names)
                            .block(MOST))
                    .isInstanceOf(MissingTenantException.class);
        }

        @Test
        void aDeadlineShorterThanTheStatementTimeoutIsKeptByTheServer() {
            long start = System.nanoTime();

            assertThatThrownBy(() -> node.sleep(3)
                            .contextWrite(Access.tenant("acme").deadline(Duration.ofMillis(300)))
                            .block(MOST))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining("sleep");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
            Await.until(
                    Duration.ofMillis(500), () -> database.sessions(Role.APP, "active") == 0, "nothing runs any more");
        }

        @Test
        void anUnknownWorkloadIsNamed() {
            assertThatThrownBy(() -> node.names()
                            .contextWrite(Access.tenant("acme").workload("nonsense"))
                            .block(MOST))
                    .hasMessageContaining("nonsense");
        }

        @Test
        void aStreamGivesAllRowsThroughItsPortal() {
            as("acme", insertMany(25));

            List<String> rows = node.statements().stream(
                            ItemsNode.call("select name from items order by id"), row -> row.get(0, String.class), 10)
                    .collectList()
                    .contextWrite(Access.tenant("acme"))
                    .block(MOST);

            assertThat(rows).hasSize(25).startsWith("0").endsWith("24");
        }
    }

    @Nested
    class Committing {

        @Test
        void theResultIsEmittedAfterTheCommit() {
            AtomicReference<Long> seenByOthers = new AtomicReference<>();

            as(
                    "acme",
                    inTransaction(() -> node.insert(1, "one"))
                            .then(countLater())
                            .doOnNext(seenByOthers::set));

            assertThat(seenByOthers).hasValue(1L);
        }

        @Test
        void anEmptyResultIsCommittedToo() {
            as("acme", inTransaction(() -> node.insert(1, "one").then()));

            assertThat(count()).isOne();
        }

        @Test
        void anErrorOfTheWorkRollsBack() {
            assertThatThrownBy(() -> as("acme", inTransaction(() -> node.insert(1, "one")
                            .then(Mono.error(new IllegalStateException("no"))))))
                    .hasMessage("no");
            assertThat(count()).isZero();
        }

        @Test
        void aSwallowedErrorOfAStatementIsNoCommit() {
            assertThatThrownBy(() -> as("acme", inTransaction(() -> node.insert(1, "one")
                            .then(node.insert(1, "again"))
                            .onErrorComplete())))
                    .isInstanceOf(TransactionRolledBackException.class)
                    .satisfies(error -> assertThat(((R2dbcException) error.getCause()).getSqlState())
                            .isEqualTo("23505"));
            assertThat(count()).isZero();
        }

        @Test
        void callsInsideSeeWhatTheTransactionWrote() {
            assertThat(as("acme", inTransaction(() -> node.insert(1, "one").then(node.names()))))
                    .containsExactly("one");
        }

        @Test
        void theLevelAndTheModeAreThoseAskedFor() {
            TransactionOptions options = TransactionOptions.DEFAULT
                    .withIsolation(Isolation.SERIALIZABLE)
                    .asReadOnly();

            assertThat(
                            as(
                                    "acme",
                                    transactions.inTransaction(
                                            options,
                                            () -> node.strings(
                                                    "select current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only')"))))
                    .containsExactly("serializable on");
            assertThat(
                            as(
                                    "acme",
                                    inTransaction(
                                            () -> node.strings(
                                                    "select current_setting('transaction_isolation') || ' ' || current_setting('transaction_read_only')"))))
                    .containsExactly("read committed off");
        }

        /** P12: the mode is always said, so the server refuses a write whatever the pool did before. */
        @Test
        void aReadOnlyTransactionRefusesWrites() {
            assertThatThrownBy(() -> as(
                            "acme",
                            transactions.inTransaction(
                                    TransactionOptions.DEFAULT.asReadOnly(), () -> node.insert(1, "one"))))
                    .isInstanceOfSatisfying(R2dbcException.class, error -> assertThat(error.getSqlState())
                            .isEqualTo("25006"));
        }

        @Test
        void aRefusedCommitIsAnErrorAndARollback() {
            deferredTrigger("raise exception 'refused' using errcode = '23514'");

            assertThatThrownBy(() -> as("acme", inTransaction(() -> node.insert(1, "one"))))
                    .isInstanceOfSatisfying(R2dbcException.class, error -> assertThat(error.getSqlState())
                            .isEqualTo("23514"));
            assertThat(count()).isZero();
        }

        /** Invariant 12. */
        @Test
        void aConnectionLostDuringCommitLeavesTheOutcomeUnknown() {
            deferredTrigger("perform pg_sleep(10)");
            CopyOnWriteArrayList<String> events = new CopyOnWriteArrayList<>();
            Mono<Long> committing = inTransaction(() -> register("s", events).then(node.insert(1, "one")))
                    .contextWrite(Access.tenant("acme"))
                    .cache();
            committing.subscribe(n -> {}, e -> {});

            Await.until(MOST, () -> sleeping(database) == 1, "COMMIT runs the deferred trigger");
            database.terminateSessions(Role.APP);

            assertThatThrownBy(() -> committing.block(MOST)).isInstanceOf(UnknownCommitOutcomeException.class);
            assertThat(events).containsExactly("before s", "rollback s");
        }

        /** Invariant 12: whose loss is known before COMMIT is sent has not committed. */
        @Test
        void aConnectionLostBeforeCommitIsNoUnknownOutcome() {
            CopyOnWriteArrayList<String> events = new CopyOnWriteArrayList<>();
            Mono<Long> work = inTransaction(
                    () -> register("s", events).then(node.insert(1, "one")).flatMap(rows -> sessionLost()
                            .thenReturn(rows)));

            assertThatThrownBy(() -> as("acme", work))
                    .isInstanceOfSatisfying(
                            R2dbcTransientResourceException.class,
                            error -> assertThat(error.getSqlState()).isEqualTo("08003"))
                    .hasMessageContaining("COMMIT was not sent");
            assertThat(events).containsExactly("before s", "rollback s");
            assertThat(count()).isZero();
        }

        private Mono<Void> sessionLost() {
            return Mono.fromRunnable(() -> database.terminateSessions(Role.APP))
                    .subscribeOn(Schedulers.boundedElastic())
                    .then(whenTheConnectionIsGone());
        }

        /** P11: COMMIT goes on when its subscriber leaves, and is not torn. */
        @Test
        void aCancelDuringCommitDoesNotTearIt() throws SQLException {
            deferredTrigger("perform set_config('lock_timeout', '0', true); perform pg_advisory_xact_lock(1)");
            CopyOnWriteArrayList<String> events = new CopyOnWriteArrayList<>();
            try (Connection holder = database.connect(Role.OWNER);
                    Statement lock = holder.createStatement()) {
                lock.execute("select pg_advisory_lock(1)");
                Disposable committing = inTransaction(
                                () -> register("s", events).then(node.insert(1, "one")))
                        .contextWrite(Access.tenant("acme"))
                        .subscribe();

                Await.until(MOST, () -> waitingForTheLock() == 1, "COMMIT runs the deferred trigger");
                committing.dispose();
            }

            Await.until(MOST, () -> events.contains("commit s"), "the commit completes in the background");
            assertThat(count()).isOne();
        }

        private Mono<Long> insertAndSleep() {
            return node.insert(1, "one").then(node.sleep(5)).thenReturn(1L);
        }

        @Test
        void aCancelDuringTheWorkRollsBackAndStopsTheServer() {
            Disposable working = inTransaction(this::insertAndSleep)
                    .contextWrite(Access.tenant("acme"))
                    .subscribe();
            Await.until(MOST, () -> sleeping(database) == 1, "the work runs");

            working.dispose();

            Await.until(
                    Duration.ofSeconds(1),
                    () -> sleeping(database) == 0 && node.leases().inUse() == 0,
                    "the server stopped and the lease is back");
            assertThat(count()).isZero();
        }

        @Test
        void theTransactionsTimeoutRollsBack() {
            long start = System.nanoTime();

            assertThatThrownBy(() -> as(
                            "acme",
                            transactions.inTransaction(
                                    TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(300)),
                                    this::insertAndSleep)))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            assertThat(count()).isZero();
        }

        @Test
        void theTransactionsTimeoutEndsWorkThatWaitsForSomethingElse() {
            assertThatThrownBy(() -> as(
                            "acme",
                            transactions.inTransaction(
                                    TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(200)),
                                    () -> node.insert(1, "one").then(Mono.never()))))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThat(count()).isZero();
        }

        @Test
        void aLongerTimeoutThanConfiguredIsAllowedByTheServerToo() {
            try (ItemsNode strict = new ItemsNode(
                    database,
                    1,
                    settings -> settings.timeouts(new TimeoutSettings(
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(5),
                            Duration.ofSeconds(2),
                            Duration.ofMillis(700),
                            Duration.ofSeconds(5))))) {
                Mono<List<String>> work = strict.transactions()
                        .inTransaction(
                                TransactionOptions.DEFAULT.withTimeout(Duration.ofSeconds(5)), () -> strict.sleep(1));

                assertThat(as("acme", work)).hasSize(1);
            }
        }
    }

    @Nested
    class Inside {

        @Test
        void anotherTenantIsRefused() {
            assertThatThrownBy(
                            () -> as("acme", inTransaction(() -> node.names().contextWrite(Access.tenant("globex")))))
                    .isInstanceOf(TenantChangedException.class)
                    .hasMessageContaining("acme")
                    .hasMessageContaining("globex");
        }

        @Test
        void manyConcurrentCallsRunOneAfterAnother() {
            as("acme", insertMany(50));

            Long found = as("acme", inTransaction(() -> Flux.range(0, 200)
                    .flatMap(i -> node.rename(i % 50, "n" + i), 200)
                    .reduce(0L, Long::sum)));

            assertThat(found).isEqualTo(200);
        }

        @Test
        void tooManyConcurrentCallsAreToldTheLimit() {
            assertThatThrownBy(() -> as("acme", inTransaction(() -> Flux.range(0, 2_000)
                            .flatMap(i -> node.sleep(0.01), 2_000)
                            .then())))
                    .hasMessageContaining("limit 1024");
        }

        /** P2: work on each row of a stream uses the same connection. */
        @Test
        void workOnTheRowsOfAStreamUsesTheSameConnection() {
            as("acme", insertMany(25));

            Long renamed = as("acme", inTransaction(() -> node.statements().stream(
                            ItemsNode.call("select id::text from items order by id"),
                            row -> row.get(0, String.class),
                            10)
                    .concatMap(id -> node.rename(Integer.parseInt(id), "renamed"))
                    .reduce(0L, Long::sum)));

            assertThat(renamed).isEqualTo(25);
        }

        @Test
        void aStreamThatIsLeftEarlyDoesNotSpoilTheTransaction() {
            as("acme", insertMany(25));

            List<String> rows = as("acme", inTransaction(() -> node.statements().stream(
                            ItemsNode.call("select name from items order by id"), row -> row.get(0, String.class), 10)
                    .take(3)
                    .collectList()
                    .flatMap(some -> node.insert(100, "after").thenReturn(some))));

            assertThat(rows).containsExactly("0", "1", "2");
            assertThat(count()).isEqualTo(26);
        }

        @Test
        void aWriteCancelledWhileItRunsLeavesOnlyARollback() {
            assertThatThrownBy(() -> as("acme", inTransaction(() -> node.slowInsert(7, 4)
                            .timeout(whenTheServerSleeps(database), Mono.empty())
                            .then(node.insert(1, "one")))))
                    .hasMessageContaining("slowInsert was cancelled while it ran");
            assertThat(count()).isZero();
            Await.until(Duration.ofSeconds(2), () -> sleeping(database) == 0, "the server was stopped");
        }

        @Test
        void aReadThatIsLeftWhileItRunsDelaysTheNextCallOnly() {
            as("acme", inTransaction(() -> node.sleep(0.5)
                    .timeout(Duration.ofMillis(100), Mono.empty())
                    .then(node.insert(1, "one"))));

            assertThat(count()).isOne();
        }

        /** P2: a result that nobody has asked for yet must not hold the connection. */
        @Test
        void aResultWithoutDemandDoesNotHoldTheTurn() {
            BaseSubscriber<Object> asksForNothing = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {}
            };
            Mono<List<String>> work = inTransaction(() -> Mono.deferContextual(context -> {
                node.names().contextWrite(context).subscribe(asksForNothing);
                return node.names();
            }));

            assertThat(as("acme", work)).isEmpty();
        }

        @Test
        void aShorterDeadlineOfOneCallDoesNotBindTheNext() {
            assertThat(as("acme", inTransaction(() -> node.names()
                            .contextWrite(Access.deadline(Duration.ofSeconds(1)))
                            .then(node.sleep(1.2)))))
                    .hasSize(1);
        }

        @Test
        void aCallAfterTheEndSaysSo() {
            AtomicReference<TransactionHandle> leaked = new AtomicReference<>();
            as("acme", inTransaction(() -> TransactionHandle.current()
                    .doOnNext(leaked::set)
                    .then(node.names())));

            assertThat(leaked.get().isActive()).isFalse();
            assertThatThrownBy(() -> node.names()
                            .contextWrite(context -> context.put(TransactionHandle.KEY, leaked.get()))
                            .contextWrite(Access.tenant("acme"))
                            .block(MOST))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("after the end of its transaction");
            assertThatThrownBy(() -> leaked.get().register(new Settlement() {}))
                    .isInstanceOf(IllegalStateException.class);
        }

        @Test
        void theTransactionOfAnotherDatabaseIsRefused() {
            try (ItemsNode other = new ItemsNode(database, 1)) {
                assertThatThrownBy(() -> as("acme", inTransaction(other::names)))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("another database");
            }
        }
    }

    @Nested
    class NestedOnes {

        @Test
        void anInnerOneJoins() {
            as("acme", inTransaction(() -> node.insert(1, "outer")
                    .then(inTransaction(() -> node.insert(2, "inner")))
                    .then(countLater())
                    .doOnNext(seen -> assertThat(seen).isZero())));

            assertThat(count()).isEqualTo(2);
        }

        @Test
        void anInnerErrorThatIsSwallowedMakesTheOuterCommitFail() {
            assertThatThrownBy(() -> as("acme", inTransaction(() -> node.insert(1, "outer")
                            .then(inTransaction(() -> Mono.error(new IllegalStateException("inner")))
                                    .onErrorComplete()))))
                    .isInstanceOf(TransactionRolledBackException.class)
                    .hasMessageContaining("inner");
            assertThat(count()).isZero();
        }

        @Test
        void aSavepointUndoesTheInnerPartOnly() {
            TransactionOptions savepoint = TransactionOptions.DEFAULT.withSavepoint();

            as("acme", inTransaction(() -> node.insert(1, "outer")
                    .then(transactions
                            .inTransaction(
                                    savepoint, () -> node.insert(2, "inner").then(node.insert(1, "duplicate")))
                            .onErrorComplete())
                    .then(transactions.inTransaction(savepoint, () -> node.insert(3, "kept")))));

            assertThat(as("acme", node.names())).containsExactly("outer", "kept");
        }

        @Test
        void aSavepointWhoseWorkIsCancelledIsUndone() {
            TransactionOptions savepoint = TransactionOptions.DEFAULT.withSavepoint();

            as("acme", inTransaction(() -> node.insert(1, "outer")
                    .then(transactions
                            .inTransaction(
                                    savepoint, () -> node.insert(2, "inner").then(node.sleep(4)))
                            .timeout(whenTheServerSleeps(database), Mono.empty()))
                    .then(node.insert(3, "after"))));

            assertThat(as("acme", node.names())).containsExactly("outer", "after");
        }

        @Test
        void concurrentSavepointsDoNotInterleave() {
            TransactionOptions savepoint = TransactionOptions.DEFAULT.withSavepoint();

            as("acme", inTransaction(() -> Flux.range(0, 20)
                    .flatMap(i -> transactions
                            .inTransaction(savepoint, () -> node.insert(i, "n" + i)
                                    .then(i % 2 == 0 ? Mono.empty() : Mono.error(new IllegalStateException("odd"))))
                            .onErrorComplete())
                    .then()));

            assertThat(as("acme", node.names()))
                    .hasSize(10)
                    .allMatch(name -> Integer.parseInt(name.substring(1)) % 2 == 0);
        }

        @Test
        void anInnerOneThatWritesCannotJoinAReadOnlyOne() {
            assertThatThrownBy(() -> as(
                            "acme",
                            transactions.inTransaction(
                                    TransactionOptions.DEFAULT.asReadOnly(),
                                    () -> inTransaction(() -> node.insert(1, "one")))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("read-only");
        }

        @Test
        void anInnerOneCannotRaiseTheIsolation() {
            assertThatThrownBy(() -> as(
                            "acme",
                            inTransaction(() -> transactions.inTransaction(
                                    TransactionOptions.DEFAULT.withIsolation(Isolation.SERIALIZABLE), node::names))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("SERIALIZABLE");
        }

        /** P2: with one connection, nothing inside asks for a second. */
        @Test
        void nestedOnesNeedOneConnectionOnly() {
            try (ItemsNode small = new ItemsNode(database, 1)) {
                Mono<List<String>> work = small.transactions()
                        .inTransaction(TransactionOptions.DEFAULT, () -> small.transactions()
                                .inTransaction(TransactionOptions.DEFAULT, () -> Flux.range(0, 300)
                                        .flatMap(i -> small.insert(i, "n"))
                                        .then(small.names())));

                assertThat(as("acme", work)).hasSize(300);
            }
        }
    }

    @Nested
    class Settling {

        private final List<String> events = new CopyOnWriteArrayList<>();

        @Test
        void settlementsRunInOrderAroundTheCommit() {
            AtomicReference<Touched> touched = new AtomicReference<>();
            Settlement second = new Settlement() {
                @Override
                public Mono<Void> beforeCommit(Touched soFar) {
                    return countLater()
                            .doOnNext(n -> events.add("before b, others see " + n))
                            .then();
                }

                @Override
                public Mono<Void> afterCommit(Lsn lsn, Touched all) {
                    touched.set(all);
                    return countLater()
                            .doOnNext(n -> events.add("commit b, others see " + n))
                            .then();
                }
            };

            as("acme", inTransaction(() -> register("a", events)
                    .then(TransactionHandle.current())
                    .doOnNext(handle -> handle.register(second))
                    .then(node.insert(1, "one"))
                    .then(node.rename(1, "two"))));

            assertThat(events)
                    .containsExactly("before a", "before b, others see 0", "commit a", "commit b, others see 1");
            assertThat(touched.get().rows()).containsExactly(new Touched.Row("items", 1));
            assertThat(touched.get().tables()).containsExactly("items");
        }

        @Test
        void aSettlementMayWriteInTheTransactionBeforeItsCommit() {
            Settlement outbox = new Settlement() {
                @Override
                public Mono<Void> beforeCommit(Touched touched) {
                    return node.insert(99, "outbox").then();
                }
            };

            as("acme", inTransaction(() -> register(outbox).then(node.insert(1, "one"))));

            assertThat(as("acme", node.names())).containsExactly("one", "outbox");
        }

        @Test
        void anErrorBeforeTheCommitRollsBack() {
            Settlement failing = new Settlement() {
                @Override
                public Mono<Void> beforeCommit(Touched touched) {
                    return Mono.error(new IllegalStateException("settlement"));
                }
            };

            assertThatThrownBy(() -> as("acme", inTransaction(() -> register("a", events)
                            .then(register(failing))
                            .then(node.insert(1, "one")))))
                    .hasMessage("settlement");
            assertThat(events).containsExactly("before a", "rollback a");
            assertThat(count()).isZero();
        }

        @Test
        void anErrorAfterTheCommitDoesNotUndoIt() {
            Settlement failing = new Settlement() {
                @Override
                public Mono<Void> afterCommit(Lsn lsn, Touched touched) {
                    throw new IllegalStateException("settlement");
                }
            };

            as("acme", inTransaction(() -> register(failing)
                    .then(register("a", events))
                    .then(node.insert(1, "one"))));

            assertThat(events).containsExactly("before a", "commit a");
            assertThat(count()).isOne();
        }

        @Test
        void aRollbackIsToldToo() {
            assertThatThrownBy(() -> as("acme", inTransaction(() -> register("a", events)
                            .then(Mono.error(new IllegalStateException("no"))))))
                    .hasMessage("no");
            assertThat(events).containsExactly("rollback a");
        }
    }

    @Nested
    class ByHandle {

        @Test
        void whoBeganItCommitsIt() {
            RunningTransaction running = as("acme", transactions.begin(TransactionOptions.DEFAULT));

            as("acme", node.insert(1, "one").contextWrite(in(running)));
            assertThat(count()).isZero();
            running.commit().block(MOST);

            assertThat(count()).isOne();
            assertThat(running.isActive()).isFalse();
            running.rollback().block(MOST);
            assertThat(count()).isOne();
        }

        @Test
        void aRollbackIsDoneOnceAndWaitedForByAll() {
            RunningTransaction running = as("acme", transactions.begin(TransactionOptions.DEFAULT));
            as("acme", node.insert(1, "one").contextWrite(in(running)));

            Mono.when(running.rollback(), running.rollback()).block(MOST);

            assertThat(count()).isZero();
            assertThatThrownBy(() -> running.commit().block(MOST)).isInstanceOf(IllegalStateException.class);
        }

        @Test
        void oneThatIsForgottenIsRolledBackWhenItsTimeIsOver() {
            RunningTransaction running =
                    as("acme", transactions.begin(TransactionOptions.DEFAULT.withTimeout(Duration.ofSeconds(1))));

            Await.until(MOST, () -> node.leases().inUse() == 0, "the watchdog took the lease back");
            assertThatThrownBy(() -> as("acme", node.names().contextWrite(in(running))))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThatThrownBy(() -> running.commit().block(MOST)).isInstanceOf(DeadlineExceededException.class);
        }

        @Test
        void rollbackOnlyForbidsTheCommit() {
            RunningTransaction running = as("acme", transactions.begin(TransactionOptions.DEFAULT));
            running.setRollbackOnly(new IllegalStateException("because"));

            assertThat(running.isRollbackOnly()).isTrue();
            assertThatThrownBy(() -> running.commit().block(MOST))
                    .isInstanceOf(TransactionRolledBackException.class)
                    .hasMessageContaining("because");
        }

        @Test
        void aSavepointIsEndedByItsHolder() {
            RunningTransaction running = as("acme", transactions.begin(TransactionOptions.DEFAULT));
            as("acme", node.insert(1, "one").contextWrite(in(running)));
            RunningTransaction undone = running.savepoint().block(MOST);
            as("acme", node.insert(2, "two").contextWrite(in(undone)));
            undone.rollback().block(MOST);
            RunningTransaction kept = running.savepoint().block(MOST);
            as("acme", node.insert(3, "three").contextWrite(in(kept)));
            kept.commit().block(MOST);
            running.commit().block(MOST);

            assertThat(as("acme", node.names())).containsExactly("one", "three");
        }

        // Invariant 6: it held the turn for ever, and the commit waited for it.
        @Test
        void aSavepointThatCannotBeSetGivesItsTurnBack() {
            RunningTransaction running = as("acme", transactions.begin(TransactionOptions.DEFAULT));
            assertThatThrownBy(() -> as("acme", node.strings("select 1/0").contextWrite(in(running))))
                    .isInstanceOf(R2dbcException.class);

            assertThatThrownBy(() -> running.savepoint().block(MOST)).isInstanceOf(R2dbcException.class);

            assertThatThrownBy(() -> running.commit().block(MOST)).isInstanceOf(TransactionRolledBackException.class);
        }

        // Invariant 6
        @Test
        void whoWaitsForASavepointThatNobodyEndsIsToldWhenTheTransactionIsOver() {
            RunningTransaction running =
                    as("acme", transactions.begin(TransactionOptions.DEFAULT.withTimeout(Duration.ofSeconds(2))));
            running.savepoint().block(MOST);
            Mono<?> call = node.names().contextWrite(Access.tenant("acme")).contextWrite(in(running));

            assertThatThrownBy(() -> Mono.when(call, running.commit()).block(MOST))
                    .isInstanceOf(DeadlineExceededException.class);
        }

        // P3: what the operators behind it drop would stay open until its time is over.
        @Test
        void oneThatIsCancelledJustBeforeItIsEmittedIsRolledBack() {
            AtomicReference<Disposable> subscription = new AtomicReference<>();
            Scope begun = new Scope() {
                @Override
                Transaction root() {
                    throw new IllegalStateException();
                }

                @Override
                public TransactionOptions options() {
                    return TransactionOptions.DEFAULT;
                }

                @Override
                public boolean isActive() {
                    return true;
                }

                @Override
                public Mono<Void> commit() {
                    return Mono.empty();
                }

                @Override
                public Mono<Void> rollback() {
                    return Mono.fromRunnable(() -> subscription.set(null));
                }
            };
            Sinks.Empty<Void> reached = Sinks.empty();
            Mono<Void> begin =
                    reached.asMono().doOnSuccess(done -> subscription.get().dispose());
            subscription.set(Ending.byHolder(begun, begin).subscribe());

            reached.tryEmitEmpty();

            assertThat(subscription).hasValue(null);
        }

        private static Function<Context, Context> in(RunningTransaction running) {
            return context -> context.put(TransactionHandle.KEY, running);
        }
    }

    /** P3, §0.1, §0.4: whatever is cancelled whenever, nothing stays open and no tenant stays set. */
    @Test
    void randomCancelsLeaveNothingBehind() {
        long seed = System.nanoTime();
        System.out.println("TransactionsTest.randomCancels seed " + seed);
        Random random = new Random(seed);
        as("acme", insertMany(10));
        as("globex", insertMany(10));
        AtomicInteger foreign = new AtomicInteger();

        Flux.range(0, 1_000)
                .flatMap(
                        i -> {
                            String tenant = i % 2 == 0 ? "acme" : "globex";
                            Mono<List<String>> work = inTransaction(() -> node.rename(i % 10, tenant + i)
                                    .then(transactions.inTransaction(
                                            TransactionOptions.DEFAULT.withSavepoint(), node::allNames))
                                    .doOnNext(names -> foreign.addAndGet((int) names.stream()
                                            .filter(n -> n.startsWith(other(tenant)))
                                            .count())));
                            return work.contextWrite(Access.tenant(tenant))
                                    .timeout(Duration.ofNanos(random.nextInt(8_000_000)), Mono.empty())
                                    .onErrorResume(R2dbcException.class, e -> Mono.empty());
                        },
                        8)
                .blockLast(Duration.ofSeconds(60));

        assertThat(foreign).hasValue(0);
        Await.until(MOST, () -> node.leases().inUse() == 0, "all leases are back");
        assertThat(as("acme", node.allNames())).noneMatch(name -> name.startsWith("globex"));
        IntStream.range(0, 4).forEach(i -> assertThat(
                        as("acme", node.strings("select count(*)::text from items where tenant_id <> 'acme'")))
                .containsExactly("0"));
    }

    private static String other(String tenant) {
        return tenant.equals("acme") ? "globex" : "acme";
    }

    private <T> Mono<T> inTransaction(Supplier<Mono<T>> work) {
        return transactions.inTransaction(TransactionOptions.DEFAULT, work);
    }

    private static <T> T as(String tenant, Mono<T> work) {
        return work.contextWrite(Access.tenant(tenant)).block(MOST);
    }

    private Mono<Long> insertMany(int rows) {
        return inTransaction(() -> Flux.range(0, rows)
                .concatMap(i -> node.insert(i, Integer.toString(i)))
                .reduce(0L, Long::sum));
    }

    private static Mono<TransactionHandle> register(String name, List<String> events) {
        return register(new Settlement() {
            @Override
            public Mono<Void> beforeCommit(Touched touched) {
                return Mono.fromRunnable(() -> events.add("before " + name));
            }

            @Override
            public Mono<Void> afterCommit(Lsn lsn, Touched touched) {
                return Mono.fromRunnable(() -> events.add("commit " + name));
            }

            @Override
            public Mono<Void> afterRollback() {
                return Mono.fromRunnable(() -> events.add("rollback " + name));
            }
        });
    }

    private static Mono<TransactionHandle> register(Settlement settlement) {
        return TransactionHandle.current().doOnNext(handle -> handle.register(settlement));
    }

    private static long count() {
        return database.value(Role.SUPERUSER, Long.class, "select count(*) from items");
    }

    private static Mono<Long> countLater() {
        return Mono.fromCallable(TransactionsTest::count).subscribeOn(Schedulers.boundedElastic());
    }

    private static long waitingForTheLock() {
        return database.value(
                Role.SUPERUSER,
                Long.class,
                "select count(*) from pg_locks where locktype = 'advisory' and not granted and database ="
                        + " (select oid from pg_database where datname = current_database())");
    }

    private static void deferredTrigger(String body) {
        database.execute(
                Role.OWNER,
                "create function at_commit() returns trigger language plpgsql as $$ begin " + body
                        + "; return null; end $$");
        database.execute(
                Role.OWNER,
                "create constraint trigger at_commit after insert on items deferrable initially deferred"
                        + " for each row execute function at_commit()");
    }
}
