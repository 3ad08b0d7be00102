package dev.sluice.spring;

import dev.sluice.admission.AdmissionSnapshot;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;

/** A Sluice on a primary, a standby that is a little behind, and one that has never answered. */
public class ThreeNodes extends FakeSluice {

    private volatile State primary = State.UP;

    public void primaryIs(State state) {
        primary = state;
    }

    @Override
    public List<NodeStatus> statuses() {
        return List.of(
                new NodeStatus(
                        "primary", Role.PRIMARY, primary, "", at("0/200"), 0, Duration.ZERO, Duration.ofMillis(1)),
                new NodeStatus(
                        "r1",
                        Role.STANDBY,
                        State.UP,
                        "",
                        at("0/100"),
                        256,
                        Duration.ofMillis(1_500),
                        Duration.ofMillis(2)),
                new NodeStatus("r2", Role.UNKNOWN, State.DOWN, "connection refused", null, -1, null, null));
    }

    @Override
    public OptionalLong systemIdentifier() {
        return OptionalLong.of(-1);
    }

    @Override
    public Flux<NodeAdmission> admission(int mostTenants) {
        return Flux.just("primary", "r1", "r2", "across-tenants")
                .map(node -> new NodeAdmission(node, new AdmissionSnapshot(8, 1, 0, List.of(), List.of())));
    }

    @Override
    public List<NodeUse> nodes() {
        return List.of(new NodeUse("primary", 1, 0, 8), new NodeUse("r1", 0, 0, 8), new NodeUse("r2", 0, 0, 8));
    }

    private static Position at(String lsn) {
        return new Position(1, Lsn.parse(lsn));
    }
}
