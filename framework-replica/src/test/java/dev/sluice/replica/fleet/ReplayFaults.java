package dev.sluice.replica.fleet;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.ClusterNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;

/** Pauses, delays and resumes the replay of standbys at random, by the progress of the load and not by the clock. */
final class ReplayFaults {

    /** From one fault to the next: of 100,000 calls on a busy machine. */
    private static final Duration LONGEST_STEP = Duration.ofMinutes(5);

    private final List<ClusterNode> standbys;
    private final Random random;
    private final LongSupplier progress;
    private final Set<ClusterNode> paused = new HashSet<>();

    ReplayFaults(List<ClusterNode> standbys, Random random, LongSupplier progress) {
        this.standbys = standbys;
        this.random = random;
        this.progress = progress;
    }

    /** Injects faults until the load has come this far, and takes them all back. */
    void until(long operations, long every) {
        for (long next = progress.getAsLong() + every; next < operations; next += every) {
            long point = next;
            Await.until(LONGEST_STEP, () -> progress.getAsLong() >= point, "operation " + point);
            one(standbys.get(random.nextInt(standbys.size())));
        }
        standbys.forEach(this::heal);
    }

    private void one(ClusterNode standby) {
        switch (random.nextInt(4)) {
            case 0 -> {
                standby.pauseReplay();
                paused.add(standby);
            }
            case 1 -> standby.delayReplay(Duration.ofMillis(50 + random.nextInt(2_950)));
            default -> heal(standby);
        }
    }

    private void heal(ClusterNode standby) {
        standby.delayReplay(Duration.ZERO);
        if (paused.remove(standby)) {
            standby.resumeReplay();
        }
    }
}
