package dev.sluice.replica;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;

/** Which standbys a commit waits for. */
public final class SynchronousCommits {

    private SynchronousCommits() {}

    /**
     * Sets them, and returns when every commit heeds it.
     *
     * @param names as {@code synchronous_standby_names} has them; empty for none
     */
    public static void waitFor(String names, ClusterNode primary, TestDatabase database) {
        database.execute(Role.SUPERUSER, "alter system set synchronous_standby_names = '%s'".formatted(names));
        primary.reloadSettings();
        Await.until(
                RoutingFixture.PATIENCE,
                () -> database.value(
                                Role.SUPERUSER,
                                String.class,
                                "select setting from pg_settings where name = 'synchronous_standby_names'")
                        .equals(names),
                "new sessions have the setting");
        // It is the checkpointer that tells commits whether to wait at all. It reads its settings before it writes.
        database.execute(Role.SUPERUSER, "checkpoint");
    }
}
