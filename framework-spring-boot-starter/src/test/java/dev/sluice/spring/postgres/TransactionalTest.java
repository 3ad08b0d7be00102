package dev.sluice.spring.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.TransactionOptions;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionSuspensionNotSupportedException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

@SluiceTest
class TransactionalTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static ConfigurableApplicationContext context;
    private static TestDatabase database;
    private static ThingService service;
    private static Sluice sluice;

    @BeforeAll
    static void start(TestDatabase fresh) {
        database = fresh;
        context = Application.run(fresh);
        service = context.getBean(ThingService.class);
        sluice = context.getBean(Sluice.class);
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @BeforeEach
    void empty() {
        database.execute(Role.OWNER, "delete from things");
    }

    private static <T> T get(Mono<T> work) {
        return work.contextWrite(Access.tenant("acme")).block(PATIENCE);
    }

    private static <T> Mono<T> failing() {
        return Mono.error(new IllegalStateException("on purpose"));
    }

    private static long stored() {
        return database.value(Role.OWNER, Long.class, "select count(*) from things");
    }

    @Nested
    class ATransactionalMethod {

        @Test
        void commitsBeforeItsResultIsEmitted() {
            get(service.required(() -> service.insert("a").then(service.insert("b")))
                    .publishOn(Schedulers.boundedElastic())
                    .doOnNext(thing -> assertThat(stored()).isEqualTo(2)));

            assertThat(stored()).isEqualTo(2);
        }

        @Test
        void rollsBackOnAnError() {
            assertThatThrownBy(() ->
                            get(service.required(() -> service.insert("a").then(TransactionalTest.<Void>failing()))))
                    .hasMessage("on purpose");

            assertThat(stored()).isZero();
        }

        @Test
        void rollsBackWhenCancelledAndGivesItsConnectionBack_P11() {
            Sinks.Empty<Void> inserted = Sinks.empty();
            Disposable caller = service.required(() -> service.insert("a")
                            .doOnNext(thing -> inserted.tryEmitEmpty())
                            .then(Mono.never()))
                    .contextWrite(Access.tenant("acme"))
                    .subscribe();
            inserted.asMono().block(PATIENCE);

            caller.dispose();

            Await.until(
                    PATIENCE,
                    () -> database.sessions(Role.APP, "idle in transaction") == 0,
                    "the transaction is rolled back");
            assertThat(stored()).isZero();
        }

        @Test
        void runsAllItsCallsOnOneConnection() {
            Boolean same = get(service.required(() -> service.backend().zipWith(service.backend(), Integer::equals)));

            assertThat(same).isTrue();
        }

        @Test
        void mayOnlyReadWhenItIsReadOnly() {
            assertThatThrownBy(() -> get(service.readOnly(() -> service.insert("a"))))
                    .isInstanceOfSatisfying(R2dbcException.class, e -> assertThat(e.getSqlState())
                            .isEqualTo("25006"));
        }

        @Test
        void isStoppedInTheServerWhenItsTimeoutIsOver_P8() {
            get(service.required(service::backend)); // connects, which is not part of the second
            long begun = System.nanoTime();

            assertThatThrownBy(() -> get(service.forOneSecond(() -> service.sleep(4))))
                    .isInstanceOf(DeadlineExceededException.class);

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(2_500));
            Await.until(PATIENCE, () -> database.sessions(Role.APP, "active") == 0, "nothing runs in the server");
        }

        @Test
        void needsATenantBeforeAConnection() {
            assertThatThrownBy(() -> service.required(() -> service.insert("a")).block(PATIENCE))
                    .hasMessageContaining("needs a tenant");
        }

        @Test
        void tellsItsSynchronizations() {
            Sinks.One<Integer> status = Sinks.one();
            TransactionSynchronization synchronization = new TransactionSynchronization() {
                @Override
                public Mono<Void> afterCompletion(int completed) {
                    return Mono.fromRunnable(() -> status.tryEmitValue(completed));
                }
            };

            get(service.required(() -> TransactionSynchronizationManager.forCurrentTransaction()
                    .doOnNext(current -> current.registerSynchronization(synchronization))
                    .then(service.insert("a"))));

            assertThat(status.asMono().block(PATIENCE)).isEqualTo(TransactionSynchronization.STATUS_COMMITTED);
        }
    }

    @Nested
    class OneInsideAnother {

        @Test
        void joins() {
            assertThatThrownBy(() -> get(service.required(() ->
                            service.required(() -> service.insert("inner")).then(TransactionalTest.<Void>failing()))))
                    .hasMessage("on purpose");

            assertThat(stored()).isZero();
        }

        @Test
        void leavesNothingButARollbackWhenItFailsAndIsIgnored() {
            assertThatThrownBy(() -> get(service.required(() -> service.insert("outer")
                            .then(service.required(() -> TransactionalTest.<Void>failing())
                                    .onErrorComplete()))))
                    .isInstanceOf(UnexpectedRollbackException.class);

            assertThat(stored()).isZero();
        }

        @Test
        void rollsBackAloneWhenItIsNested() {
            get(service.required(() -> service.insert("outer")
                    .then(service.nested(() -> service.insert("inner").then(TransactionalTest.<Void>failing()))
                            .onErrorComplete())
                    .then(service.insert("after"))));

            assertThat(get(service.names())).containsExactly("after", "outer");
        }

        @Test
        void isKeptWithTheOuterOneWhenItIsNested() {
            get(service.required(() -> service.nested(() -> service.insert("inner"))
                    .then(service.nested(() -> service.insert("second")))
                    .then(service.insert("after"))));

            assertThat(get(service.names())).containsExactly("after", "inner", "second");
        }

        @Test
        void isRefusedWhenItWouldNeedASecondConnection_P2() {
            assertThatThrownBy(() -> get(service.required(() -> service.requiresNew(() -> service.insert("a")))))
                    .isInstanceOf(TransactionSuspensionNotSupportedException.class)
                    .hasMessageContaining("second connection while holding one");
            assertThatThrownBy(() -> get(sluice.inTransaction(() -> service.requiresNew(() -> service.insert("a")))))
                    .isInstanceOf(TransactionSuspensionNotSupportedException.class);

            assertThat(stored()).isZero();
        }

        @Test
        void mayBeRequired() {
            assertThatThrownBy(() -> get(service.mandatory(service::names)))
                    .isInstanceOf(IllegalTransactionStateException.class);

            assertThat(get(service.required(() -> service.mandatory(service::names))))
                    .isEmpty();
            assertThat(get(service.supports(service::names))).isEmpty();
        }
    }

    @Nested
    class SluicesOwnTransactions {

        @Test
        void areJoinedByTransactionalMethods() {
            Boolean same = get(sluice.inTransaction(() -> service.backend()
                    .zipWith(
                            service.required(() -> service.insert("inner").then(service.backend())), Integer::equals)));
            assertThat(same).isTrue();

            assertThatThrownBy(() -> get(sluice.inTransaction(() ->
                            service.required(() -> service.insert("second")).then(TransactionalTest.<Void>failing()))))
                    .hasMessage("on purpose");
            assertThat(get(service.names())).containsExactly("inner");
        }

        @Test
        void joinTransactionalMethods() {
            assertThatThrownBy(() -> get(service.required(() -> sluice.inTransaction(() -> service.insert("inner"))
                            .then(TransactionalTest.<Void>failing()))))
                    .hasMessage("on purpose");
            assertThat(stored()).isZero();

            get(service.required(() -> service.backend()
                    .zipWhen(outer -> sluice.inTransaction(() -> service.backend()))
                    .doOnNext(both -> assertThat(both.getT1()).isEqualTo(both.getT2()))));
        }

        @Test
        void areSavepointsOnRequestInsideTransactionalMethods() {
            get(service.required(() -> service.insert("outer")
                    .then(sluice.inTransaction(TransactionOptions.DEFAULT.withSavepoint(), () -> service.required(
                                            () -> service.insert("inner"))
                                    .then(TransactionalTest.<Void>failing()))
                            .onErrorComplete())));

            assertThat(get(service.names())).containsExactly("outer");
        }

        @Test
        void canOnlyBeRolledBackWhenATransactionalMethodInsideFailed() {
            assertThatThrownBy(() -> get(sluice.inTransaction(() -> service.insert("outer")
                            .then(service.required(() -> TransactionalTest.<Void>failing())
                                    .onErrorComplete()))))
                    .hasMessageContaining("rolled back instead of committed");

            assertThat(stored()).isZero();
        }
    }

    @Test
    void thePlainConnectionFactorySharesTheConnection() {
        DatabaseClient client = DatabaseClient.create(context.getBean(ConnectionFactory.class));

        Long seen = get(service.required(() -> service.insert("a")
                .then(client.sql("select count(*) from things")
                        .mapValue(Long.class)
                        .one())));

        assertThat(seen).isEqualTo(1);
    }
}
