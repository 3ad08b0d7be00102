package dev.sluice.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Credentials;
import dev.sluice.SluiceSettings;
import dev.sluice.consistency.Lsn;
import dev.sluice.consistency.Position;
import dev.sluice.consistency.RouteObserver.Reason;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cluster.NodeStatus.Role;
import dev.sluice.r2dbc.session.TransactionSnapshot;
import dev.sluice.replica.selection.Choice.Go;
import dev.sluice.replica.topology.NodeView;
import dev.sluice.replica.topology.NodeView.Standing;
import dev.sluice.replica.topology.Topology;
import dev.sluice.replica.topology.TopologyMonitor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CausalityTest {

    private static final Position WRITTEN = new Position(1, Lsn.parse("0/200"));

    private final SessionPosition writer = SessionPosition.none();
    // Asks nobody until it is started.
    private final TopologyMonitor monitor = TopologyMonitor.open(
            SluiceSettings.builder("r2dbc:postgresql://localhost:1/app", new Credentials("app", ""))
                    .build());
    private final Causality causality = new Causality(monitor);

    @BeforeEach
    void write() {
        Trace trace = Objects.requireNonNull(
                causality.trace(RoutingFixture.request(true, writer), new Go(0, false, Reason.WRITE), "primary"));
        trace.position(1, WRITTEN.lsn(), TransactionSnapshot.UNKNOWN);
    }

    @AfterEach
    void close() {
        monitor.close().block(RoutingFixture.PATIENCE);
    }

    @Test
    void aSessionThatBeginsHasSeenWhatTheProcessWroteAndRaisesNothingButItself() {
        SessionPosition begun = causality.begin();
        assertThat(begun.seen()).isEqualTo(WRITTEN);

        begun.raise(new Position(1, Lsn.parse("0/300")), "r1");
        begun.addUnknownWrite();

        assertThat(causality.begin())
                .returns(WRITTEN, SessionPosition::seen)
                .returns(0, SessionPosition::unknownWrites);
    }

    @Test
    void anotherTimelineHasWhatIsLeftOfTheProcesssWritesWhereItsPrimaryStands() {
        Position promoted = new Position(2, Lsn.parse("0/180"));

        causality.changed(topology(-1, promoted));
        assertThat(causality.begin().seen()).isEqualTo(WRITTEN);
        causality.changed(topology(0, null));
        assertThat(causality.begin().seen()).isEqualTo(WRITTEN);
        causality.changed(topology(0, promoted));
        assertThat(causality.begin().seen()).isEqualTo(promoted);
    }

    @Test
    void aProcessThatHasWrittenNothingBeginsWhereThePrimaryStood() {
        Causality fresh = new Causality(monitor);
        assertThat(fresh.begin().seen()).isNull();

        fresh.changed(topology(0, WRITTEN));
        fresh.changed(topology(0, new Position(1, Lsn.parse("0/900"))));

        assertThat(fresh.begin().seen()).isEqualTo(WRITTEN);
    }

    @Test
    void theSameTimelineRaisesNothing() {
        causality.changed(topology(0, new Position(1, Lsn.parse("0/900"))));

        assertThat(causality.begin().seen()).isEqualTo(WRITTEN);
        assertThat(writer.seen()).isEqualTo(WRITTEN);
    }

    private static Topology topology(int primary, @Nullable Position position) {
        NodeView node =
                new NodeView("primary", Role.PRIMARY, Standing.MEMBER, "takes the writes", position, 0, null, 0, null);
        return new Topology(List.of(node), primary, 2, null);
    }
}
