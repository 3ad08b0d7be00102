package dev.sluice.replica.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.testkit.Await;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who calls a Sluice that is closed is told so, however often. */
class ClosingTest {

    @Test
    void callsThatGoOnAfterTheCloseAreRefused() {
        try (Fleet fleet = new Fleet(ConsistencyRun.TABLE, ConsistencyRun.DEFINITION)) {
            Sluice app = fleet.connect(settings -> settings);
            ConsistencyRun run = new ConsistencyRun(List.of(app), 10, ConsistencyRun.READ, ConsistencyRun::carried);
            CompletableFuture<Void> load = run.operations(20_000, new Random(1)).toFuture();
            Await.until(Fleet.PATIENCE, () -> run.findings().operations() > 1_000, "the load runs");

            app.closeGracefully().block(Fleet.PATIENCE);
            Await.until(Fleet.PATIENCE, load::isDone, "all sessions are done");

            assertThat(run.findings().failures().get()).isPositive();
        }
    }
}
