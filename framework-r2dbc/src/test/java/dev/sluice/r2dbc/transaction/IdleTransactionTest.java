package dev.sluice.r2dbc.transaction;

import static dev.sluice.r2dbc.transaction.ItemsNode.MOST;
import static dev.sluice.r2dbc.transaction.Moments.whenTheConnectionIsGone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.example.orders.Orders;
import dev.sluice.TimeoutSettings;
import dev.sluice.TransactionSettings;
import dev.sluice.access.Access;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.ExternalIo;
import dev.sluice.transaction.ExternalIoPolicy;
import dev.sluice.transaction.IdleTransaction;
import dev.sluice.transaction.TransactionIdleTimeoutException;
import dev.sluice.transaction.TransactionObserver;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

@SluiceTest
class IdleTransactionTest {

    private static final Duration WARNING = Duration.ofMillis(200);

    private static TestDatabase database;

    private final List<IdleTransaction> reported = new CopyOnWriteArrayList<>();
    private final List<Duration> idled = new CopyOnWriteArrayList<>();
    private ItemsNode node;
    private Orders orders;

    @BeforeAll
    static void createTable(TestDatabase fresh) {
        database = fresh;
        ItemsNode.createTable(database);
    }

    private void open(Duration limit) {
        node = new ItemsNode(database, 2, settings -> settings.timeouts(timeouts(limit))
                .transactions(new TransactionSettings(ExternalIoPolicy.ERROR, WARNING))
                .transactionObserver(new TransactionObserver() {
                    @Override
                    public void idled(long nanos) {
                        idled.add(Duration.ofNanos(nanos));
                    }

                    @Override
                    public void idlesTooLong(IdleTransaction transaction) {
                        reported.add(transaction);
                    }
                }));
        orders = new Orders(node.transactions()::inTransaction);
    }

    private static TimeoutSettings timeouts(Duration idleInTransaction) {
        TimeoutSettings d = TimeoutSettings.DEFAULT;
        return new TimeoutSettings(d.call(), d.statement(), d.lock(), d.transaction(), idleInTransaction);
    }

    @AfterEach
    void nothingIsLeftBehind() {
        Await.until(MOST, () -> node.leases().inUse() == 0, "no lease is out");
        node.close();
        database.execute(Role.OWNER, "truncate items");
    }

    @Nested
    class TheWatchdog {

        @Test
        void reportsATransactionThatIdlesOnceAndBeforeTheServerEndsIt() {
            open(Duration.ofSeconds(10));
            Sinks.One<String> answer = Sinks.one();
            CompletableFuture<String> caller =
                    start(orders.place(() -> node.insert(1, "one").then(answer.asMono())));

            Await.until(MOST, () -> behindAStatement().size() == 1, "the idle transaction is reported");
            untilAnotherOneWouldHaveBeenReported();
            answer.tryEmitValue("done");

            assertThat(caller.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("done");
            assertThat(behindAStatement()).singleElement().satisfies(idle -> {
                assertThat(idle.tenant().value()).isEqualTo("acme");
                assertThat(idle.openedAt()).startsWith(Orders.PLACE);
                assertThat(idle.lastStatement()).isEqualTo("Items.insert");
                assertThat(idle.idle()).isBetween(WARNING, idle.limit());
                assertThat(idle.toString()).contains("tenant 'acme'", "(limit 10000 ms) since Items.insert");
            });
            assertThat(idled).anySatisfy(time -> assertThat(time).isGreaterThan(WARNING));
        }

        @Test
        void findsWhatANestedSubscribeHidesFromTheGuard() {
            open(Duration.ofSeconds(10));
            Sinks.One<String> remote = Sinks.one();
            Mono<String> signal = ExternalIo.guarded(remote.asMono(), "GET signals.example");
            CompletableFuture<String> caller =
                    start(orders.place(() -> node.insert(1, "one").then(Mono.create(sink -> {
                        // The mistake: this chain has no Context, and so no transaction that the guard could see.
                        signal.subscribe(sink::success, sink::error);
                    }))));

            Await.until(MOST, () -> behindAStatement().size() == 1, "the idle transaction is reported");
            remote.tryEmitValue("signal");

            assertThat(caller.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("signal");
            assertThat(behindAStatement()).singleElement().satisfies(idle -> assertThat(idle.openedAt())
                    .startsWith(Orders.PLACE));
        }

        @Test
        void reportsEachTimeThatATransactionIdles() {
            open(Duration.ofSeconds(10));
            Sinks.One<String> first = Sinks.one();
            Sinks.One<String> second = Sinks.one();
            CompletableFuture<String> caller = start(orders.place(() -> node.insert(1, "one")
                    .then(first.asMono())
                    .then(node.rename(1, "two"))
                    .then(second.asMono())));

            Await.until(MOST, () -> behindAStatement().size() == 1, "the first time is reported");
            first.tryEmitValue("go on");
            Await.until(MOST, () -> behindAStatement().size() == 2, "the second time is reported");
            second.tryEmitValue("done");

            caller.orTimeout(20, TimeUnit.SECONDS).join();
            assertThat(behindAStatement())
                    .extracting(IdleTransaction::lastStatement)
                    .containsExactly("Items.insert", "Items.rename");
        }

        @Test
        void leavesAloneWhatIsBusy() {
            open(Duration.ofSeconds(10));

            untilNothingIsReported(() ->
                    run(orders.place(() -> node.sleep(0.6).then(node.sleep(0.6)).thenReturn("done"))));
        }

        @Test
        void leavesAloneACancelledStatementThatStillRuns() {
            open(Duration.ofSeconds(10));

            untilNothingIsReported(() -> {
                String last = run(orders.place(() -> node.sleep(0.8)
                        .map(List::toString)
                        .timeout(Duration.ofMillis(50), Mono.just("gave up"))
                        .flatMap(answer -> node.names().thenReturn(answer))));
                assertThat(last).isEqualTo("gave up");
            });
        }

        @Test
        void leavesAloneWhatHasEnded() {
            open(Duration.ofSeconds(10));

            untilNothingIsReported(() -> {
                database.execute(Role.OWNER, "truncate items");
                Flux.range(1, 50)
                        .flatMap(i -> orders.place(() -> node.insert(i, "n" + i).thenReturn("done"))
                                .contextWrite(Access.tenant("acme")))
                        .blockLast(MOST);
                untilAnotherOneWouldHaveBeenReported();
            });
        }
    }

    @Nested
    class WhenTheServerEndsIt {

        // By the client's clock, too, which begins when the client has read the answer.
        private static final Duration LIMIT = Duration.ofMillis(400);

        @Test
        void theNextStatementSaysSo() {
            open(LIMIT);

            assertThatThrownBy(() -> run(orders.place(() -> node.insert(1, "one")
                            .then(Mono.delay(LIMIT))
                            .then(whenTheConnectionIsGone())
                            .then(untilItIsReported())
                            .then(node.insert(2, "two"))
                            .thenReturn("never"))))
                    .isInstanceOfSatisfying(TransactionIdleTimeoutException.class, e -> {
                        assertThat(e.getSqlState()).isEqualTo("25P03");
                        assertThat(e.transaction().idle()).isGreaterThan(Duration.ofMillis(300));
                        assertThat(e.transaction().limit()).isEqualTo(LIMIT);
                    })
                    .hasMessageContaining(Orders.PLACE)
                    .hasMessageContaining("tenant 'acme'")
                    .hasMessageContaining("since Items.insert")
                    .hasMessageContaining("rolled back (timeouts.idle-in-transaction)");

            assertThat(run(node.names())).isEmpty();
            assertThat(behindAStatement()).singleElement().satisfies(idle -> assertThat(idle.idle())
                    .isGreaterThanOrEqualTo(WARNING));
        }

        @Test
        void aCommitIsRolledBackAndNotUnknown() {
            open(LIMIT);

            assertThatThrownBy(() -> run(orders.place(() -> node.insert(1, "one")
                            .then(Mono.delay(LIMIT))
                            .then(whenTheConnectionIsGone())
                            .thenReturn("never"))))
                    .isInstanceOf(TransactionIdleTimeoutException.class);

            assertThat(run(node.names())).isEmpty();
        }

        // By the client's clock it may not have idled for the limit: then it is only known that COMMIT was not sent.
        @Test
        void aCommitThatComesAtOnceIsNotUnknownEither() {
            open(LIMIT);

            assertThatThrownBy(() -> run(orders.place(() -> node.insert(1, "one")
                            .then(whenTheConnectionIsGone())
                            .thenReturn("never"))))
                    .isInstanceOfSatisfying(R2dbcException.class, e -> assertThat(e.getSqlState())
                            .isIn("25P03", "08003"));

            assertThat(run(node.names())).isEmpty();
        }

        @Test
        void aConnectionThatIsCutEarlierIsNoIdleTimeout() {
            open(Duration.ofSeconds(10));

            assertThatThrownBy(() -> run(orders.place(() -> node.insert(1, "one")
                            .then(Mono.fromRunnable(() -> database.terminateSessions(Role.APP))
                                    .subscribeOn(Schedulers.boundedElastic()))
                            .then(whenTheConnectionIsGone())
                            .then(node.insert(2, "two"))
                            .thenReturn("never"))))
                    .isInstanceOf(R2dbcException.class)
                    .isNotInstanceOf(TransactionIdleTimeoutException.class);
        }
    }

    /** What was reported, but of the time before a first statement: a machine that pauses there lets it idle there, too. */
    private List<IdleTransaction> behindAStatement() {
        return reported.stream()
                .filter(idle -> !idle.lastStatement().equals("BEGIN"))
                .toList();
    }

    /** The watchdog may come late where the machine pauses, but while it idles it does come. */
    private Mono<Void> untilItIsReported() {
        return Mono.<Void>fromRunnable(() ->
                        Await.until(MOST, () -> !behindAStatement().isEmpty(), "the idle transaction is reported"))
                .subscribeOn(Schedulers.boundedElastic());
    }

    /** Where the machine pauses in the middle a transaction idles indeed; it does not do so each time. */
    private void untilNothingIsReported(Runnable work) {
        Await.until(
                MOST,
                () -> {
                    reported.clear();
                    work.run();
                    return reported.isEmpty();
                },
                "nothing is reported");
    }

    /** Whatever the watchdog could have found until now, it has found when it reports one that idles from now on. */
    private void untilAnotherOneWouldHaveBeenReported() {
        Sinks.One<String> never = Sinks.one();
        int before = reported.size();
        CompletableFuture<String> sentinel =
                start(orders.place(() -> node.names().then(never.asMono())), "globex");
        Await.until(
                MOST,
                () -> reported.subList(before, reported.size()).stream()
                        .anyMatch(idle -> idle.tenant().value().equals("globex")),
                "the sentinel is reported");
        never.tryEmitValue("done");
        sentinel.orTimeout(20, TimeUnit.SECONDS).join();
        reported.removeIf(idle -> idle.tenant().value().equals("globex"));
    }

    private static <T> CompletableFuture<T> start(Mono<T> work) {
        return start(work, "acme");
    }

    private static <T> CompletableFuture<T> start(Mono<T> work, String tenant) {
        return work.contextWrite(Access.tenant(tenant)).toFuture();
    }

    private static <T> T run(Mono<T> work) {
        return work.contextWrite(Access.tenant("acme")).block(MOST);
    }
}
