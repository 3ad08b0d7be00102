package dev.sluice.r2dbc.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import org.junit.jupiter.api.Test;

class GroupPositionFaultsTest extends PositionFaultsContract {

    GroupPositionFaultsTest(TestDatabase database) {
        super(database);
    }

    @Override
    SessionFactory factory() {
        return SessionFactory.groups();
    }

    @Test
    void aQuestionWhosePlanHasChangedIsAskedAnewByTheNextCall() {
        insert(1).block(PATIENCE);
        assertThat(sampled.lsns()).hasSize(1);
        run("set search_path = odd, pg_catalog, public");
        assertThat(insert(2).block(PATIENCE)).isEqualTo(1);
        assertThat(sampled.lsns()).hasSize(1);
        run("set search_path = public");
        assertThat(insert(3).block(PATIENCE)).isEqualTo(1);
        insert(4).block(PATIENCE);
        assertThat(sampled.lsns()).hasSize(3);
    }

    @Test
    void aQuestionThatWasClosedBehindOurBackIsPreparedAgain() {
        insert(1).block(PATIENCE);
        run("deallocate sluice_position");
        assertThat(insert(2).block(PATIENCE)).isEqualTo(1);
        assertThat(sampled.lsns()).hasSize(1);
        insert(3).block(PATIENCE);
        assertThat(sampled.lsns()).hasSize(2);
        run("deallocate all");
        assertThat(insert(4).block(PATIENCE)).isEqualTo(1);
        assertThat(sampled.lsns()).hasSize(3);
    }

    @Test
    void aQuestionThatWasOpenedBehindOurBackIsReplaced() {
        run("prepare sluice_position as select 1");
        assertThat(insert(1).block(PATIENCE)).isEqualTo(1);
        assertThat(sampled.lsns()).hasSize(1);
    }

    @Test
    void aServerThatRefusesIsAskedOncePerConnection() {
        database.execute(Role.SUPERUSER, "revoke execute on function pg_walfile_name(pg_lsn) from public");
        try {
            insert(1).block(PATIENCE);
        } finally {
            database.execute(Role.SUPERUSER, "grant execute on function pg_walfile_name(pg_lsn) to public");
        }
        assertThat(insert(2).block(PATIENCE)).isEqualTo(1);
        assertThat(sampled.lsns()).isEmpty();
    }

    @Test
    void theQuestionIsNotCrowdedOutByOthers() {
        insert(1).block(PATIENCE);
        for (int i = 0; i < 300; i++) {
            session.rows(group("select $1::int + " + i, 1), r -> 1, 1).block(PATIENCE);
        }
        insert(2).block(PATIENCE);
        assertThat(sampled.lsns()).hasSize(2);
        assertThat(session.rows(
                                group("select from_sql from pg_prepared_statements where name = $1", "sluice_position"),
                                r -> r.get(0, Boolean.class),
                                2)
                        .block(PATIENCE))
                .containsExactly(false);
    }
}
