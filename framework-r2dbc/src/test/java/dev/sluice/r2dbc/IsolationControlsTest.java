package dev.sluice.r2dbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Credentials;
import dev.sluice.Isolation;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Access;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.repository.Scope;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.contract.IsolationOperation;
import dev.sluice.testkit.junit.SluiceTest;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The negative controls of the isolation contract: what it guards against, done on purpose, makes it fail. */
@SluiceTest(migrations = NotesIsolation.TABLES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IsolationControlsTest {

    private static final String FOREIGN_ROW = "the answer holds a row of another tenant";

    private final TestDatabase database;

    IsolationControlsTest(TestDatabase database) {
        this.database = database;
    }

    /** The contract with something broken; fewer operations are enough to see it. */
    private static class Broken extends NotesIsolation {

        private final List<IsolationOperation> operations;

        Broken(TestDatabase database, Isolation isolation, IsolationOperation... operations) {
            super(database, isolation);
            this.operations = List.of(operations);
        }

        @Override
        protected List<IsolationOperation> moreOperations() {
            return operations;
        }

        @Override
        protected int operations() {
            return 1_000;
        }

        void mustFailWith(String finding) {
            assertThatThrownBy(() -> run(2)).isInstanceOf(AssertionError.class).hasMessageContaining(finding);
        }
    }

    @Test
    void aDroppedPolicyIsFound() {
        Broken broken =
                new Broken(database, Isolation.RLS, (sluice, own) -> sluice.sql("select words from notes")
                        .scope(Scope.ROW_LEVEL_SECURITY)
                        .as(String.class)
                        .all()) {
                    @Override
                    protected Sluice connect(int poolSize) {
                        Sluice sluice = super.connect(poolSize);
                        database.execute(Role.OWNER, "drop policy sluice_tenant on notes");
                        return sluice;
                    }
                };

        broken.mustFailWith(FOREIGN_ROW);
    }

    /** A view that the settings declare safe gets no predicate, and this one is not safe. */
    @Test
    void aMissingPredicateIsFound() {
        database.execute(
                Role.OWNER,
                "alter table notes disable row level security; alter view every_note reset (security_invoker)");
        Broken broken =
                new Broken(database, Isolation.PREDICATE, (sluice, own) -> sluice.sql("select words from every_note")
                        .as(String.class)
                        .all());

        broken.mustFailWith(FOREIGN_ROW);
    }

    /** §0.4: the pool does not see this transaction, and hands it on with its tenant. */
    @Test
    void aRawBeginOnAConnectionFromAPlainPoolIsFound() {
        ConnectionPool pool = plainPool();
        Broken broken =
                new Broken(
                        database,
                        Isolation.RLS,
                        (sluice, own) -> withTenant(tenant -> use(
                                pool,
                                connection -> Flux.concat(
                                        execute(connection.createStatement("begin")),
                                        execute(connection
                                                .createStatement("select set_config('sluice.tenant', $1, true)")
                                                .bind(0, tenant)),
                                        NotesIsolation.words(connection)))),
                        (sluice, own) -> use(pool, NotesIsolation::words)) {
                    // The plain pool's stays in its transaction for ever: waiting for it would only take time.
                    @Override
                    protected List<String> sessionStates() {
                        return List.of();
                    }
                };

        broken.mustFailWith(FOREIGN_ROW);
        pool.disposeLater().block(Duration.ofSeconds(10));
    }

    /** P9: nobody resets what a session was told. */
    @Test
    void aSettingOfTheSessionOnAConnectionFromAPlainPoolIsFound() {
        ConnectionPool pool = plainPool();
        Broken broken = new Broken(
                database,
                Isolation.RLS,
                (sluice, own) -> withTenant(tenant -> use(
                        pool,
                        connection -> Flux.concat(
                                execute(connection
                                        .createStatement("select set_config('sluice.tenant', $1, false)")
                                        .bind(0, tenant)),
                                NotesIsolation.words(connection)))),
                (sluice, own) -> use(pool, NotesIsolation::words));

        broken.mustFailWith(FOREIGN_ROW);
        pool.disposeLater().block(Duration.ofSeconds(10));
    }

    @Test
    void aSettingOfTheSessionThatStaysOnAConnectionOfSluiceIsFound() {
        Group group = Group.of("session setting", "select set_config('sluice.tenant', 'acme', false)");
        Broken broken = new Broken(database, Isolation.RLS, (sluice, own) -> ((DefaultSluice) sluice)
                .leases()
                .use(
                        LeaseRequest.onPrimary("break", NotesIsolation.request()),
                        session -> session.rows(group, row -> "", 1))
                .flux());

        broken.mustFailWith("afterwards, a connection keeps a tenant");
    }

    @Test
    void aLeaseThatIsNeverReleasedIsFound() {
        Broken broken = new Broken(database, Isolation.RLS) {
            @Override
            protected Sluice connect(int poolSize) {
                Sluice sluice = super.connect(poolSize);
                Leases leases = ((DefaultSluice) sluice).leases();
                leases.acquire(LeaseRequest.onPrimary("forget", NotesIsolation.request()))
                        .block(Duration.ofSeconds(10));
                return sluice;
            }

            @Override
            SluiceSettings.Builder settings(int poolSize) {
                Duration soon = Duration.ofSeconds(3);
                return super.settings(poolSize).timeouts(new TimeoutSettings(soon, soon, soon, soon, soon));
            }

            // The one that is missing never comes.
            @Override
            Duration spare() {
                return Duration.ofSeconds(1);
            }
        };

        broken.mustFailWith("afterwards, not every connection can be had");
    }

    @Test
    void aNextQueryThatHasToWaitIsFound() {
        AtomicBoolean over = new AtomicBoolean();
        Broken broken = new Broken(database, Isolation.RLS) {
            @Override
            protected List<String> sessionStates() {
                over.set(true);
                return super.sessionStates();
            }

            @Override
            protected Notes repository(Sluice sluice) {
                Notes notes = super.repository(sluice);
                return (Notes) Proxy.newProxyInstance(
                        Notes.class.getClassLoader(), new Class<?>[] {Notes.class}, (proxy, method, arguments) -> {
                            Object answer = method.invoke(notes, arguments);
                            return over.get() && method.getName().equals("existsById")
                                    ? ((Mono<?>) answer).delaySubscription(Duration.ofMillis(500))
                                    : answer;
                        });
            }
        };

        broken.mustFailWith("afterwards, the next query");
    }

    @Test
    void aForeignValueInAnErrorIsFound() {
        AtomicReference<String> last = new AtomicReference<>("");
        Broken broken = new Broken(
                database,
                Isolation.RLS,
                (sluice, own) -> Flux.error(() -> new IllegalStateException("seen: " + last.getAndSet(own))));

        broken.mustFailWith("the error holds a row of another tenant");
    }

    @Test
    void aValueInALogLineIsFound() {
        Broken broken = new Broken(
                database,
                Isolation.RLS,
                (sluice, own) -> Flux.defer(() -> {
                    LoggerFactory.getLogger(IsolationControlsTest.class).debug("stored {}", own);
                    return Flux.empty();
                }));

        broken.mustFailWith("a log line holds a value of a row");
    }

    private static Flux<String> withTenant(Function<String, Flux<String>> work) {
        return Flux.deferContextual(context ->
                work.apply(Access.from(context).requireTenant("a plain pool").value()));
    }

    private ConnectionPool plainPool() {
        Credentials app = database.credentials(Role.APP);
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(database.url())
                .mutate()
                .option(ConnectionFactoryOptions.USER, app.username())
                .option(ConnectionFactoryOptions.PASSWORD, app.password())
                .build();
        return new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get(options))
                .initialSize(0)
                .maxSize(1)
                .build());
    }

    private static Flux<String> use(ConnectionPool pool, Function<Connection, Flux<String>> work) {
        return Flux.usingWhen(pool.create(), work, Connection::close);
    }

    private static Flux<String> execute(Statement statement) {
        return Flux.from(statement.execute()).flatMap(Result::getRowsUpdated).thenMany(Flux.empty());
    }
}
