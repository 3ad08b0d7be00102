package dev.sluice.r2dbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.AdmissionSettings;
import dev.sluice.Credentials;
import dev.sluice.LiveLimits;
import dev.sluice.Sluice;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.TenantLimits;
import dev.sluice.admission.TenantLimits.PrincipalLimits;
import dev.sluice.admission.WorkloadLimits;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The negative controls of the fairness contract: what it guards against, done on purpose, makes it fail. */
@SluiceTest(migrations = NotesIsolation.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FairnessControlsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int POOL = 10;

    private final TestDatabase database;

    FairnessControlsTest(TestDatabase database) {
        this.database = database;
    }

    private static void mustFail(NotesFairness broken, Consumer<NotesFairness> promise, String finding) {
        assertThatThrownBy(() -> promise.accept(broken))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(finding);
    }

    /** Calls that wait for a connection in the order in which they come, whoever they are. */
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class OnAPlainPool {

        private final ConnectionPool pool =
                new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get(options()))
                        .initialSize(POOL)
                        .maxSize(POOL)
                        .build());

        private final NotesFairness firstComeFirstServed = new NotesFairness(database) {
            @Override
            protected Mono<?> slow(Sluice sluice) {
                return run("select 1 from pg_sleep(0.03)");
            }

            @Override
            protected Mono<?> quick(Sluice sluice) {
                return run("select 1");
            }
        };

        @BeforeAll
        void warm() {
            pool.warmup().block(PATIENCE);
        }

        @AfterAll
        void close() {
            pool.disposeLater().block(PATIENCE);
        }

        @Test
        void aFloodTakesEveryConnection() {
            mustFail(
                    firstComeFirstServed,
                    NotesFairness::aFloodNeverHoldsMoreThanItsLimit,
                    "a flood held 10 connections (expected: at most 4, the tenant's limit)");
        }

        @Test
        void aFloodTakesTheSlotsForNewcomers() {
            mustFail(
                    firstComeFirstServed,
                    NotesFairness::aFloodLeavesTheSlotsForNewcomers,
                    "a flood held 10 connections (expected: at most 8");
        }

        @Test
        void aQuickCallWaitsForTheWholeFlood() {
            mustFail(
                    firstComeFirstServed,
                    NotesFairness::aQuickCallOfAnotherTenantOvertakesAFlood,
                    "a quick call of another tenant ended after");
        }

        @Test
        void whoCallsMoreGetsMore() {
            mustFail(firstComeFirstServed, NotesFairness::floodsOfAnySizeGetEqualNumbersOfGrants, "Jain's index 0.");
        }

        @Test
        void workInTheBackgroundTakesWhatItLikes() {
            mustFail(
                    firstComeFirstServed,
                    NotesFairness::theBackgroundWorkloadNeverExceedsItsLimit,
                    "a flood held 10 connections (expected: at most 2, the limit of the workload 'background')");
        }

        private Mono<Integer> run(String sql) {
            return Mono.usingWhen(
                    pool.create(),
                    connection -> Flux.from(connection.createStatement(sql).execute())
                            .flatMap(result -> result.map(row -> 1))
                            .single(),
                    Connection::close);
        }
    }

    /** Sluice itself, with limits so wide that they hold nobody. */
    @Nested
    class WithLimitsThatDoNotHold {

        private final NotesFairness wide = new NotesFairness(database) {
            @Override
            protected Sluice connect(int poolSize) {
                return widened(super.connect(poolSize));
            }
        };

        @Test
        void aFloodTakesMoreThanItsLimit() {
            mustFail(
                    wide,
                    NotesFairness::aFloodNeverHoldsMoreThanItsLimit,
                    "a flood held 8 connections (expected: at most 4, the tenant's limit)");
        }

        @Test
        void workInTheBackgroundTakesMoreThanItsLimit() {
            mustFail(
                    wide,
                    NotesFairness::theBackgroundWorkloadNeverExceedsItsLimit,
                    "(expected: at most 2, the limit of the workload 'background')");
        }
    }

    @Test
    void aPlaceThatIsKeptAfterACancelIsFound() {
        NotesFairness deaf = new NotesFairness(database) {
            @Override
            protected Mono<?> slow(Sluice sluice) {
                Mono<?> slow = super.slow(sluice);
                return Mono.deferContextual(
                        context -> Mono.fromFuture(slow.contextWrite(context).toFuture(), true));
            }
        };

        mustFail(deaf, NotesFairness::whatIsCancelledGivesItsPlaceOn, "after calls were cancelled, seed ");
    }

    @Test
    void aConnectionThatIsNeverGivenBackIsFound() {
        NotesFairness forgetful = new NotesFairness(database) {
            @Override
            protected Sluice connect(int poolSize) {
                Duration soon = Duration.ofSeconds(3);
                DefaultSluice sluice = (DefaultSluice) Objects.requireNonNull(Sluice.connect(notes.settings(poolSize)
                                .timeouts(new TimeoutSettings(soon, soon, soon, soon, soon))
                                .build())
                        .block(PATIENCE));
                sluice.leases()
                        .acquire(LeaseRequest.onPrimary("forget", NotesIsolation.request()))
                        .block(PATIENCE);
                return sluice;
            }
        };

        mustFail(forgetful, NotesFairness::whatIsCancelledGivesItsPlaceOn, "after calls were cancelled, seed ");
    }

    private static Sluice widened(Sluice sluice) {
        LiveLimits limits = sluice.limits();
        LiveLimits wide = new LiveLimits() {
            @Override
            public AdmissionSettings current() {
                return limits.current();
            }

            @Override
            public AdmissionSettings change(UnaryOperator<AdmissionSettings> change) {
                return limits.change(now -> change.apply(now)
                        .withTenantDefaults(new TenantLimits(POOL, 0, 1, 10_000, 0, PrincipalLimits.NONE))
                        .withWorkload(Workload.BACKGROUND, new WorkloadLimits(Priority.BACKGROUND, 0)));
            }
        };
        return (Sluice) Proxy.newProxyInstance(
                Sluice.class.getClassLoader(),
                new Class<?>[] {Sluice.class},
                (proxy, method, arguments) ->
                        method.getName().equals("limits") ? wide : method.invoke(sluice, arguments));
    }

    private ConnectionFactoryOptions options() {
        Credentials app = database.credentials(Role.APP);
        return ConnectionFactoryOptions.parse(database.url())
                .mutate()
                .option(ConnectionFactoryOptions.USER, app.username())
                .option(ConnectionFactoryOptions.PASSWORD, app.password())
                .build();
    }
}
