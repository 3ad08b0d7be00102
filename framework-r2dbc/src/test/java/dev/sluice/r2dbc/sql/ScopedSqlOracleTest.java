package dev.sluice.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.r2dbc.sql.Oracle.Outcome;
import dev.sluice.repository.StatementRefusedException;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Scoped statements, judged by rows: what a statement answers and leaves behind among the rows of three
 * tenants, for one of them, must be what the same text does, unscoped, where that tenant is alone. Row-level
 * security is off.
 */
@SluiceTest(migrations = {"oracle/schema.sql", "oracle/forbidden.sql"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScopedSqlOracleTest {

    private final OracleDatabases databases;

    ScopedSqlOracleTest(TestDatabase database, SluiceCluster cluster) throws SQLException {
        databases = new OracleDatabases(database, cluster);
    }

    @AfterAll
    void close() throws SQLException {
        databases.close();
    }

    @TestFactory
    Stream<DynamicTest> readsSeeTheTenantsRowsAlone() {
        return OracleCase.of("/oracle/reads.sql").stream().map(c -> DynamicTest.dynamicTest(c.title(), () -> judge(c)));
    }

    @TestFactory
    Stream<DynamicTest> writesChangeTheTenantsRowsAlone() {
        return OracleCase.of("/oracle/writes.sql").stream()
                .map(c -> DynamicTest.dynamicTest(c.title(), () -> judge(c)));
    }

    private void judge(OracleCase c) throws SQLException {
        StatementPlan plan = databases.scoper().scope(c.title(), c.text());
        Outcome expected = databases.alone().run(NamedParameters.unscoped(c.title(), c.text()));
        Outcome actual = databases.together().run(plan);

        assertThat(expected.failed()).as("%s", expected.rows()).isFalse();
        assertThat(expected.rows())
                .as("the statement finds rows to be judged by")
                .isNotEmpty();
        assertThat(c.ordered() ? actual : actual.sorted())
                .as(plan.sql())
                .isEqualTo(c.ordered() ? expected : expected.sorted());
        assertThat(actual.foreignChanged())
                .as("foreign rows changed by %s", plan.sql())
                .isFalse();
    }

    /**
     * The oracle's own control: without the scoper's changes it must object to every statement that needs
     * them.
     */
    @Test
    void theOracleObjectsToStatementsThatAreNotScoped() throws SQLException {
        List<String> unnoticed = new ArrayList<>();
        List<OracleCase> cases = new ArrayList<>(OracleCase.of("/oracle/reads.sql"));
        cases.addAll(OracleCase.of("/oracle/writes.sql"));
        for (OracleCase c : cases) {
            StatementPlan unscoped = NamedParameters.unscoped(c.title(), c.text());
            Outcome expected = databases.alone().run(unscoped).sorted();
            Outcome actual = databases.together().run(unscoped).sorted();
            if (actual.equals(expected)) {
                unnoticed.add(c.title());
            }
        }
        assertThat(unnoticed).containsExactlyInAnyOrder("a shared table alone", "no relation at all");
    }

    /**
     * A filtered relation is a sub-query; PostgreSQL locks the rows below it, those that are returned and no
     * others.
     */
    @Test
    void aLockClauseLocksTheRowsBelowTheFilter(TestDatabase database) throws SQLException {
        String next = databases
                .scoper()
                .scope("next", "select id from events order by id limit 2 for update skip locked")
                .sql()
                .replace("$1::text", "'acme'");
        try (Connection first = database.connect(Role.SUPERUSER);
                Connection second = database.connect(Role.SUPERUSER)) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);

            assertThat(ids(first, next)).containsExactly(1, 2);
            assertThat(ids(second, next)).containsExactly(3, 4);
            assertThat(
                            ids(
                                    second,
                                    "select id from events where tenant_id = 'globex' order by id limit 1 for update skip locked"))
                    .containsExactly(1);
            first.rollback();
            second.rollback();
        }
    }

    @Test
    void aFilterCostsNothingInThePlan(TestDatabase database) {
        String filtered = databases
                .scoper()
                .scope(
                        "t",
                        "select s.name from scenarios s left join forecasts f on f.scenario_id = s.id where s.id = 3 for update of s")
                .sql()
                .replace("$1::text", "'acme'");
        String byHand = "select s.name from scenarios s left join forecasts f on f.scenario_id = s.id"
                + " and f.tenant_id = 'acme' where s.id = 3 and s.tenant_id = 'acme' for update of s";

        assertThat(plan(database, filtered)).isEqualTo(plan(database, byHand));
    }

    /** The nodes of the plan; aliases inside of a filter differ. */
    private static List<String> plan(TestDatabase database, String sql) {
        return database.rows(Role.SUPERUSER, "explain (costs off) " + sql).stream()
                .map(row -> String.valueOf(row.get(0)))
                .filter(line -> line.contains("->") || !line.contains(":"))
                .map(line -> line.replaceAll(" (on|using) .*", ""))
                .toList();
    }

    private static List<Integer> ids(Connection connection, String sql) throws SQLException {
        List<Integer> ids = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                ids.add(result.getInt(1));
            }
        }
        return ids;
    }

    @TestFactory
    Stream<DynamicTest> whatCannotBeScopedIsRefusedWithItsReason() {
        return OracleCase.of("/oracle/refused.sql").stream()
                .map(c -> DynamicTest.dynamicTest(c.title(), () -> assertThatThrownBy(
                                () -> databases.scoper().scope("t", c.text()))
                        .isInstanceOf(StatementRefusedException.class)
                        .hasMessageContaining(c.title().split(" => ")[1])));
    }
}
