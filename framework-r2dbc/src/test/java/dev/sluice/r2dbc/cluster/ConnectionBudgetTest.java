package dev.sluice.r2dbc.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@SluiceTest
class ConnectionBudgetTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void whatFitsExactlyPasses() {
        new ConnectionBudget("primary", 2, 43, 2, 1, 4).requireFits(99, 3);
    }

    @Test
    void oneTooManyIsRefusedWithTheArithmetic() {
        assertThatThrownBy(() -> new ConnectionBudget("primary", 2, 50, 2, 1, 4).requireFits(100, 3))
                .isInstanceOf(ConnectionBudgetException.class)
                .hasMessage("node 'primary': its server has 13 connections too few. Wanted: instances 2 × (pool.max 50,"
                        + " workers included + across-tenants.pool.max 2 + probes 1) = 106. There: max_connections 100 -"
                        + " reserved for superusers and maintenance 3 - pool.headroom 4 = 93. Set pool.max to at most 43,"
                        + " or max_connections to at least 113");
        assertThatThrownBy(() -> new ConnectionBudget("primary", 2, 43, 2, 1, 4).requireFits(98, 3))
                .hasMessageContaining("1 connections too few");
    }

    @Test
    void noPoolIsRecommendedWhereNoneWouldFit() {
        assertThatThrownBy(() -> new ConnectionBudget("primary", 100, 5, 2, 1, 4).requireFits(100, 3))
                .hasMessageEndingWith("= 93. Set max_connections to at least 807");
    }

    @Test
    void aStartThatDoesNotFitTheServerIsRefusedAndLeavesNoConnection(TestDatabase database) {
        int max = Integer.parseInt(database.value(Role.OWNER, String.class, "show max_connections"));

        // 8 for tenants, 2 for the door, 1 that probes.
        assertThatThrownBy(() -> Sluice.connect(
                                database.settings().instances(max / 11 + 1).build())
                        .block(PATIENCE))
                .isInstanceOf(ConnectionBudgetException.class)
                .hasMessageContaining("max_connections " + max);
        Await.until(PATIENCE, () -> database.sessions(Role.APP, "idle") == 0, "all connections are closed");
    }

    @Test
    void aStartThatFitsGoesOn(TestDatabase database) {
        Sluice sluice = Sluice.connect(database.settings().instances(2).build()).block(PATIENCE);

        assertThat(sluice).isNotNull();
        sluice.closeGracefully().block(PATIENCE);
    }
}
