package dev.sluice.spring.actuator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.spring.FakeSluice;
import dev.sluice.spring.ThreeNodes;
import dev.sluice.spring.alert.AlertState;
import dev.sluice.spring.alert.Boards;
import dev.sluice.spring.alert.SluiceAlert;
import org.junit.jupiter.api.Test;

class SluiceEndpointTest {

    private static SluiceState.Cluster state(FakeSluice sluice) {
        return new SluiceEndpoint(sluice, Boards.of(sluice), null)
                .state()
                .block()
                .clusters()
                .get("main");
    }

    @Test
    void eachNodeIsShownWithRoleStateReasonPositionLagAndUse() {
        SluiceState.Cluster cluster = state(new ThreeNodes());

        assertThat(cluster.systemIdentifier()).isEqualTo("18446744073709551615");
        assertThat(cluster.nodes())
                .containsExactly(
                        new SluiceState.Node("primary", Role.PRIMARY, State.UP, "", 1, "0/200", 0.0, 0L, 1.0, 1, 0, 8),
                        new SluiceState.Node("r1", Role.STANDBY, State.UP, "", 1, "0/100", 1_500.0, 256L, 2.0, 1, 0, 8),
                        new SluiceState.Node(
                                "r2",
                                Role.UNKNOWN,
                                State.DOWN,
                                "connection refused",
                                null,
                                null,
                                null,
                                null,
                                null,
                                1,
                                0,
                                8),
                        new SluiceState.Node(
                                "across-tenants", null, null, null, null, null, null, null, null, 1, 0, 8));
    }

    @Test
    void eachAlertIsShownWithHowItStands() {
        FakeSluice sluice = new FakeSluice();

        assertThat(new SluiceEndpoint(sluice, Boards.of(sluice), null)
                        .state()
                        .block()
                        .alerts())
                .hasSameSizeAs(SluiceAlert.values())
                .first()
                .returns("active-connections", AlertState::alert)
                .returns(0.125, AlertState::value)
                .returns("primary", AlertState::where);
    }

    @Test
    void ofOneNodeThatNobodyAsksItsUseIsShown() {
        assertThat(state(new FakeSluice()))
                .returns(null, SluiceState.Cluster::systemIdentifier)
                .extracting(cluster -> cluster.nodes().get(0).inUse())
                .isEqualTo(1);
    }
}
