package dev.sluice.r2dbc.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.TenantColumn;
import dev.sluice.TenantColumn.Type;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The second lock alone: statements without any predicate, as a bug would send them. */
@SluiceTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowLevelSecurityTest {

    private static final String POLICY_VIOLATION = "42501";
    private static final RowLevelSecurity POLICIES =
            RowLevelSecurity.of(TenantColumn.DEFAULT, Role.APP.username()).across(Role.ACROSS.username());

    private final TestDatabase database;
    private Connection connection;

    RowLevelSecurityTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    void makeTables() {
        database.execute(
                Role.OWNER,
                "create table notes (tenant_id text not null, id int, words text, primary key (tenant_id, id));"
                        + "create table marks (tenant_id text not null, id int unique, note int, primary key (tenant_id, id),"
                        + " foreign key (tenant_id, note) references notes);"
                        + POLICIES.script("notes", "marks"));
    }

    @BeforeEach
    void fillTables() throws SQLException {
        database.execute(
                Role.OWNER,
                "delete from marks; delete from notes;"
                        + "insert into notes values ('acme', 1, 'a'), ('globex', 1, 'g'), ('globex', 2, 'g')");
        connection = database.connect(Role.APP);
    }

    @AfterEach
    void closeConnection() throws SQLException {
        connection.close();
    }

    @Nested
    class WithoutATenant {

        @Test
        void aFreshSessionSeesNoRow() throws SQLException {
            assertThat(query("select words from notes")).isEmpty();
            assertThat(query("select current_setting('sluice.tenant', true)")).containsExactly((String) null);
        }

        /** §0.5: the setting is an empty string then, and would equal the tenant of such a row. */
        @Test
        void aSessionWhoseSettingHasEndedSeesNoRowNotEvenOneOfTheEmptyTenant() throws SQLException {
            database.execute(
                    Role.OWNER,
                    "alter table notes drop constraint tenant_id_is_set; insert into notes values ('', 7, 'nobody')");
            try {
                assertThat(as("acme", "select words from notes")).containsExactly("a");

                assertThat(query("select current_setting('sluice.tenant', true)"))
                        .containsExactly("");
                assertThat(query("select words from notes")).isEmpty();
            } finally {
                database.execute(Role.OWNER, "delete from notes; " + POLICIES.script("notes"));
            }
        }

        @Test
        void nothingCanBeWritten() throws SQLException {
            assertRefused(() -> execute("insert into notes values ('acme', 9, 'x')"));
            assertThat(execute("update notes set words = 'x'")).isZero();
            assertThat(execute("delete from notes")).isZero();
        }

        @Test
        void aRowOfTheEmptyTenantIsRefusedByTheCheck() {
            assertThatThrownBy(() -> database.execute(Role.OWNER, "insert into notes values ('', 9, 'x')"))
                    .hasMessageContaining("tenant_id_is_set");
        }
    }

    @Nested
    class WithATenant {

        @Test
        void itsRowsAreSeenAndNoOther() throws SQLException {
            assertThat(as("acme", "select words from notes")).containsExactly("a");
            assertThat(as("globex", "select words from notes")).containsExactly("g", "g");
            assertThat(as("acme", "select n.words from notes n, notes m")).containsExactly("a");
        }

        @Test
        void aRowOfAnotherTenantCannotBeInserted() {
            assertRefused(() -> as("acme", "insert into notes values ('globex', 9, 'x') returning words"));
            assertRefused(() -> as(
                    "acme",
                    "merge into notes n using (values (9)) v (id) on n.id = v.id"
                            + " when not matched then insert values ('globex', v.id, 'x') returning n.words"));
        }

        @Test
        void aRowCannotBeMovedToAnotherTenant() {
            assertRefused(() -> as("acme", "update notes set tenant_id = 'globex', id = 9 returning words"));
            assertRefused(
                    () -> as(
                            "acme",
                            "insert into notes values ('acme', 1, 'x')"
                                    + " on conflict (tenant_id, id) do update set tenant_id = 'globex', id = 9 returning words"));
        }

        @Test
        void rowsOfOthersAreNeitherChangedNorDeleted() throws SQLException {
            assertThat(as("acme", "update notes set words = 'x' returning tenant_id"))
                    .containsExactly("acme");
            assertThat(as("acme", "delete from notes returning tenant_id")).containsExactly("acme");
            assertThat(all()).containsExactly("globex/1/g", "globex/2/g");
        }

        @Test
        void rowsThatTheSourceOfAMergeLacksAreDeletedOfItsTenantAlone() throws SQLException {
            as(
                    "acme",
                    "merge into notes n using (values (8)) v (id) on n.id = v.id"
                            + " when not matched by source then delete returning n.tenant_id");

            assertThat(all()).containsExactly("globex/1/g", "globex/2/g");
        }

        @Test
        void copyInIsRefusedAndTruncateToo() {
            assertThatThrownBy(() -> execute("copy notes from stdin")).hasMessageContaining("row-level security");
            assertRefused(() -> execute("truncate notes"));
        }
    }

    @Nested
    class Keys {

        @Test
        void aForeignKeyWithTheTenantFindsNoRowOfAnother() {
            assertThatThrownBy(() -> as("acme", "insert into marks values ('acme', 1, 2) returning id"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23503"));
        }

        /** Why keys without the tenant stop the start: the error tells what the policy hides. */
        @Test
        void aUniqueKeyWithoutTheTenantTellsOfRowsOfAnother() throws SQLException {
            as("globex", "insert into marks values ('globex', 5, 1) returning id");

            assertThatThrownBy(() -> as("acme", "insert into marks values ('acme', 5, 1) returning id"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
        }
    }

    @Nested
    class TheDoorAcrossTenants {

        @Test
        void seesEveryRow() {
            assertThat(database.rows(Role.ACROSS, "select words from notes")).hasSize(3);
        }
    }

    /** Negative control: without the restrictive policy the same statements leak. */
    @Test
    void withoutTheRestrictivePolicyRowsOfOthersAreSeen() throws SQLException {
        database.execute(Role.OWNER, "drop policy sluice_tenant on notes");
        try {
            assertThat(query("select words from notes")).hasSize(3);
            assertThat(as("acme", "select words from notes")).hasSize(3);
        } finally {
            database.execute(Role.OWNER, POLICIES.script("notes"));
        }
    }

    @Test
    void anotherPermissivePolicyWidensNothing() throws SQLException {
        database.execute(Role.OWNER, "create policy wide on notes using (true)");
        try {
            assertThat(query("select words from notes")).isEmpty();
            assertThat(as("acme", "select words from notes")).containsExactly("a");
        } finally {
            database.execute(Role.OWNER, "drop policy wide on notes");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "BIGINT, 42, 43",
        "INTEGER, 42, 43",
        "UUID, 00000000-0000-0000-0000-000000000042, 00000000-0000-0000-0000-000000000043"
    })
    void otherTypesOfTheTenantColumnKeepTenantsApartToo(Type type, String own, String other) throws SQLException {
        RowLevelSecurity policies = RowLevelSecurity.of(new TenantColumn("order", type), Role.APP.username());
        String table = "Odd \"" + type + "\"";
        String quoted = "\"Odd \"\"" + type + "\"\"\"";
        database.execute(
                Role.OWNER,
                "create table " + quoted + " (\"order\" " + type + " not null);" + policies.script("public." + table)
                        + "insert into " + quoted + " values ('" + own + "'), ('" + other + "')");

        assertThat(as(own, "select \"order\"::text from " + quoted)).containsExactly(own);
        assertThat(query("select \"order\"::text from " + quoted)).isEmpty();
    }

    @Test
    void theScriptCanBeRunAgain() {
        database.execute(Role.OWNER, POLICIES.script("notes"));

        assertThat(database.rows(Role.OWNER, "select from pg_policies where tablename = 'notes'"))
                .hasSize(3);
    }

    private interface Work {
        void run() throws SQLException;
    }

    private static void assertRefused(Work work) {
        assertThatThrownBy(work::run).isInstanceOfSatisfying(SQLException.class, e -> assertThat(e.getSQLState())
                .isEqualTo(POLICY_VIOLATION));
    }

    /** In a transaction with a local setting, as Sluice does it. */
    private List<String> as(String tenant, String sql) throws SQLException {
        connection.setAutoCommit(false);
        try {
            query("select set_config('sluice.tenant', '" + tenant + "', true)");
            List<String> answer = query(sql);
            connection.commit();
            return answer;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private List<String> query(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> first = new ArrayList<>();
            while (rows.next()) {
                first.add(rows.getString(1));
            }
            return first;
        }
    }

    private int execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return statement.getUpdateCount();
        }
    }

    private List<String> all() {
        return database.rows(Role.OWNER, "select tenant_id || '/' || id || '/' || words from notes order by 1").stream()
                .map(row -> (String) row.get(0))
                .toList();
    }
}
