package dev.sluice.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.consistency.RouteObserver.Reason;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.spring.FakeSluice;
import dev.sluice.spring.ThreeNodes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplicaMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ThreeNodes sluice = new ThreeNodes();

    @Test
    void routesAreCountedByTargetNodeAndReason() {
        RouteMeters meters = new RouteMeters(registry);
        meters.routed("r1", true, Reason.BALANCED);
        meters.routed("r1", true, Reason.BALANCED);
        meters.routed("primary", false, Reason.NO_REPLICA);

        assertThat(routed("replica", "r1", "balanced")).isEqualTo(2);
        assertThat(routed("primary", "primary", "no_replica")).isEqualTo(1);
    }

    @Test
    void whatWasReadBeforeThePrimaryShowedAllIsCounted() {
        new RouteMeters(registry).unshown("primary");

        assertThat(registry.get("sluice.route.unshown")
                        .tag("node", "primary")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void lagIsShownInSecondsAndBytesAndIsNoNumberWhereItIsNotKnown() {
        new ReplicaMeters(sluice).bindTo(registry);

        assertThat(lag("sluice.replica.lag", "r1")).isEqualTo(1.5);
        assertThat(lag("sluice.replica.lag.bytes", "r1")).isEqualTo(256);
        assertThat(lag("sluice.replica.lag", "r2")).isNaN();
        assertThat(lag("sluice.replica.lag.bytes", "r2")).isNaN();
        assertThat(lag("sluice.replica.lag.bytes", "primary")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void thePrimaryIsAvailableWhileOneNodeTakesWrites(State state) {
        new ReplicaMeters(sluice).bindTo(registry);
        sluice.primaryIs(state);

        double expected = state == State.FENCED || state == State.DOWN || state == State.REFUSED ? 0 : 1;
        assertThat(registry.get("sluice.primary.available").gauge().value()).isEqualTo(expected);
    }

    @Test
    void withOneNodeThereIsNothingToShow() {
        new ReplicaMeters(new FakeSluice()).bindTo(registry);

        assertThat(registry.getMeters()).isEmpty();
    }

    private double routed(String target, String node, String reason) {
        return registry.get("sluice.route")
                .tags("target", target, "node", node, "reason", reason)
                .counter()
                .count();
    }

    private double lag(String meter, String node) {
        return registry.get(meter).tag("node", node).gauge().value();
    }
}
