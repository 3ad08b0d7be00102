package dev.sluice.r2dbc.connection;

import static dev.sluice.r2dbc.transaction.ItemsNode.MOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Isolation;
import dev.sluice.access.Access;
import dev.sluice.r2dbc.transaction.ItemsNode;
import dev.sluice.repository.StatementRefusedException;
import dev.sluice.tenant.TenantChangedException;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.transaction.TransactionRolledBackException;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@SluiceTest
class SluiceConnectionFactoryTest {

    private static TestDatabase database;
    private ItemsNode node;
    private ConnectionFactory connections;
    private Connection connection;

    @BeforeAll
    static void createTable(TestDatabase fresh) {
        database = fresh;
        ItemsNode.createTable(database);
    }

    @BeforeEach
    void open() {
        node = new ItemsNode(database, 1);
        connections = SluiceConnectionFactory.over(node.transactions(), node.settings());
        connection = Mono.from(connections.create()).block(MOST);
    }

    @AfterEach
    void nothingIsLeftBehind() {
        Mono.from(connection.close()).block(MOST);
        assertThat(node.leases().inUse()).isZero();
        node.close();
        database.execute(Role.OWNER, "truncate items");
    }

    @Test
    void aConnectionHoldsNothingUntilATransactionBegins() {
        assertThat(node.leases().inUse()).isZero();
        as("acme", names());
        assertThat(node.leases().inUse()).isZero();
        as("acme", connection.beginTransaction());
        assertThat(node.leases().inUse()).isOne();
        as("acme", connection.commitTransaction());
        assertThat(node.leases().inUse()).isZero();
    }

    @Test
    void aReadOnlyDefinitionMakesAReadOnlyTransactionWhichAReplicaMayRun() {
        as("acme", connection.beginTransaction(new ReadOnly()));

        assertThat(as(
                        "acme",
                        Flux.from(connection
                                        .createStatement("select current_setting('transaction_read_only')")
                                        .execute())
                                .flatMap(result -> result.map(row -> row.get(0, String.class)))
                                .single()))
                .isEqualTo("on");
        assertThatThrownBy(() -> as("acme", insert(1, "one")))
                .isInstanceOfSatisfying(
                        R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("25006"));
        as("acme", connection.rollbackTransaction());
    }

    @Test
    void parametersAreBoundByIndexByNameAndAsNull() {
        as("acme", insert(1, "one"));
        Statement statement = connection
                .createStatement("select $1::int + $2::int as sum, $3::text as nothing, $4::uuid as id")
                .bind(0, 1)
                .bind("$2", Parameters.in(2))
                .bindNull("$3", String.class)
                .bind("$4", new UUID(1, 2));

        Row row = as(
                "acme",
                Flux.from(statement.execute())
                        .flatMap(result -> result.map((r, m) -> r))
                        .next());

        assertThat(row.get("sum", Long.class)).isEqualTo(3L);
        assertThat(row.get("nothing")).isNull();
        assertThat(row.get(2, UUID.class)).isEqualTo(new UUID(1, 2));
        assertThat(row.getMetadata().getColumnMetadatas()).hasSize(3);
        assertThat(row.getMetadata().contains("SUM")).isTrue();
    }

    @Test
    void wrongBindingsAreRefused() {
        Statement statement = connection.createStatement("select $1::int");

        assertThatThrownBy(() -> statement.bind(1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> statement.bind("id", 1)).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(statement::execute).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void addedBindingsRunOneAfterAnother() {
        Statement statement = connection.createStatement("insert into items (id, name) values ($1, $2)");
        statement.bind(0, 1).bind(1, "one").add();
        statement.bind(0, 2).bind(1, "two");

        assertThat(as(
                        "acme",
                        Flux.from(statement.execute())
                                .flatMap(Result::getRowsUpdated)
                                .collectList()))
                .containsExactly(1L, 1L);
    }

    @Test
    void aBatchRunsItsStatements() {
        Mono<List<Long>> counts = Flux.from(connection
                        .createBatch()
                        .add("insert into items (id, name) values (1, 'one'), (2, 'two')")
                        .add("delete from items where id = 1")
                        .execute())
                .flatMap(Result::getRowsUpdated)
                .collectList();

        assertThat(as("acme", counts)).containsExactly(2L, 1L);
    }

    @Test
    void generatedValuesComeBackAsRows() {
        Statement statement = connection
                .createStatement("insert into items (id, name) values (1, 'one');")
                .returnGeneratedValues("tenant_id", "id");

        assertThat(as(
                        "acme",
                        Flux.from(statement.execute())
                                .flatMap(result -> result.map(row -> row.get("tenant_id", String.class)))
                                .collectList()))
                .containsExactly("acme");
    }

    /** §0.4: what would outlive its statement is refused by name, before anything is sent. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "begin",
                "start transaction",
                "commit",
                "rollback",
                "set search_path = x",
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
                "reset all",
                "discard all",
                "listen x",
                "prepare p as select 1",
                "deallocate all",
                "declare c cursor with hold for select 1",
                "create temp table t (id int)",
                "do $$ begin perform set_config('sluice.tenant', 'globex', false); end $$",
                "select set_config('sluice.tenant', 'globex', false)",
                "with x as (select pg_catalog.\"set_config\"('sluice.tenant', 'globex', false)) select * from x",
                "select pg_advisory_lock(1)",
                "select 1; begin",
                "/* hello */ bEgIn",
                ""
            })
    void whatOutlivesItsStatementIsRefused(String sql) {
        assertThatThrownBy(() -> connection.createStatement(sql)).isInstanceOf(StatementRefusedException.class);
    }

    @Test
    void aTransactionCommitsAndRollsBack() {
        as("acme", connection.beginTransaction());
        as("acme", insert(1, "one"));
        as("acme", connection.commitTransaction());
        as("acme", connection.beginTransaction());
        as("acme", insert(2, "two"));
        assertThat(connection.isAutoCommit()).isFalse();
        as("acme", connection.rollbackTransaction());

        assertThat(connection.isAutoCommit()).isTrue();
        assertThat(as("acme", names())).containsExactly("one");
    }

    @Test
    void savepointsNestAndStayAfterTheirRollback() {
        as("acme", connection.beginTransaction(IsolationLevel.SERIALIZABLE));
        assertThat(connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.SERIALIZABLE);
        as("acme", insert(1, "one"));
        as("acme", connection.createSavepoint("a"));
        as("acme", insert(2, "two"));
        as("acme", connection.createSavepoint("b"));
        as("acme", insert(3, "three"));
        as("acme", connection.rollbackTransactionToSavepoint("a"));
        as("acme", insert(4, "four"));
        as("acme", connection.releaseSavepoint("a"));
        assertThatThrownBy(() -> as("acme", connection.releaseSavepoint("a")))
                .isInstanceOf(IllegalStateException.class);
        as("acme", connection.commitTransaction());

        assertThat(as("acme", names())).containsExactly("one", "four");
    }

    @Test
    void aTransactionLeftOpenEndsWithItsConnection() {
        as("acme", connection.beginTransaction());
        as("acme", insert(1, "one"));

        as("acme", connection.close());

        assertThat(node.leases().inUse()).isZero();
        assertThat(as("acme", node.names())).isEmpty();
        assertThatThrownBy(() -> as("acme", connection.beginTransaction())).hasMessageContaining("closed");
        assertThat(Mono.from(connection.validate(io.r2dbc.spi.ValidationDepth.REMOTE))
                        .block(MOST))
                .isFalse();
    }

    @Test
    void anotherTenantInItsTransactionIsRefused() {
        as("acme", connection.beginTransaction());

        assertThatThrownBy(() -> as("globex", names())).isInstanceOf(TenantChangedException.class);
        as("acme", connection.rollbackTransaction());
    }

    /** P10: some libraries hand the Context on when they open a connection, and no more. */
    @Test
    void theTenantOfItsCreationServesStatementsWithoutOne() {
        as("acme", insert(1, "of acme"));
        Connection created = as("acme", Mono.from(connections.create()));

        assertThat(names(created).block(MOST)).containsExactly("of acme");
        assertThat(as("globex", names(created))).isEmpty();
    }

    @Test
    void aRollbackInsideATransactionOfTheContextSpoilsThatOne() {
        Mono<Object> outer = node.transactions().inTransaction(TransactionOptions.DEFAULT, () -> node.insert(1, "outer")
                .then(Mono.from(connection.beginTransaction()))
                .then(insert(2, "inner"))
                .then(Mono.from(connection.rollbackTransaction()))
                .then(Mono.empty()));

        assertThatThrownBy(() -> as("acme", outer)).isInstanceOf(TransactionRolledBackException.class);
        assertThat(as("acme", node.names())).isEmpty();
    }

    @Test
    void aCommitInsideATransactionOfTheContextWaitsForThatOne() {
        Mono<Object> outer = node.transactions()
                .inTransaction(TransactionOptions.DEFAULT, () -> Mono.from(connection.beginTransaction())
                        .then(insert(1, "inner"))
                        .then(Mono.from(connection.commitTransaction()))
                        .then(Mono.error(new IllegalStateException("no"))));

        assertThatThrownBy(() -> as("acme", outer)).hasMessage("no");
        assertThat(as("acme", node.names())).isEmpty();
    }

    @Test
    void withPredicatesAloneThereIsNoView() {
        try (ItemsNode predicate = new ItemsNode(database, 1, settings -> settings.isolation(Isolation.PREDICATE))) {
            assertThatThrownBy(() -> SluiceConnectionFactory.over(predicate.transactions(), predicate.settings()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("rls");
        }
    }

    private Mono<Long> insert(int id, String name) {
        return Mono.from(connection
                        .createStatement("insert into items (id, name) values ($1, $2)")
                        .bind(0, id)
                        .bind(1, name)
                        .execute())
                .flatMap(result -> Mono.from(result.getRowsUpdated()));
    }

    private Mono<List<String>> names() {
        return names(connection);
    }

    private static Mono<List<String>> names(Connection on) {
        return Flux.from(
                        on.createStatement("select name from items order by id").execute())
                .flatMap(result -> result.map(row -> row.get(0, String.class)))
                .collectList();
    }

    private static <T> T as(String tenant, org.reactivestreams.Publisher<T> work) {
        return Mono.from(work).contextWrite(Access.tenant(tenant)).block(MOST);
    }

    private static final class ReadOnly implements TransactionDefinition {

        @Override
        public <T> @Nullable T getAttribute(Option<T> option) {
            return option == TransactionDefinition.READ_ONLY ? option.cast(true) : null;
        }
    }
}
