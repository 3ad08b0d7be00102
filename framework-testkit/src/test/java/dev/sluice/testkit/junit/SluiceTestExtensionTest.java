package dev.sluice.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@SluiceTest(migrations = "create table things (id int primary key, name text not null)")
class SluiceTestExtensionTest {

    @Test
    void aClassGetsAMigratedDatabaseThatTheAppMayUse(TestDatabase database) {
        database.execute(Role.APP, "insert into things values (1, 'lock')");

        assertThat(database.rows(Role.ACROSS, "select name from things")).hasSize(1);
        database.execute(Role.APP, "delete from things");
    }

    @Test
    void theAppMayNeitherTruncateNorCreate(TestDatabase database) {
        assertThatThrownBy(() -> database.execute(Role.APP, "truncate things")).hasMessageContaining("42501");
        assertThatThrownBy(() -> database.execute(Role.APP, "create table mine (id int)"))
                .hasMessageContaining("42501");
        assertThatThrownBy(() -> database.execute(Role.APP, "create temp table mine (id int)"))
                .hasMessageContaining("42501");
    }

    @Nested
    class WithinAClass {

        @Test
        void nestedClassesUseTheSameDatabase(TestDatabase database, SluiceCluster cluster) {
            assertThat(database.on(cluster.primary())).isEqualTo(database);
            assertThat(database.rows(Role.OWNER, "select * from things")).isEmpty();
        }
    }
}
