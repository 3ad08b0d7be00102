package dev.sluice.benchmarks.stress;

import dev.sluice.admission.Admission;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.LimitSource;
import dev.sluice.benchmarks.admission.FairSemaphore;
import dev.sluice.benchmarks.admission.MovingLimits;
import dev.sluice.r2dbc.admission.FairAdmission;

/** What is tested: the system property {@code sluice.admission} says which; {@code fair} unless told otherwise. */
final class Subject {

    private static final String CHOSEN = System.getProperty("sluice.admission", "fair");
    private static final int MOST_WAITING = 100;

    static {
        HandScheduler.install();
    }

    private Subject() {}

    static Admission of(int permits) {
        return switch (CHOSEN) {
            case "fair" -> fair(new MovingLimits(permits), permits);
            case "semaphore" -> new FairSemaphore(permits, MOST_WAITING);
            case "broken" -> new BrokenAdmission(permits);
            default ->
                throw new IllegalStateException(
                        "sluice.admission: '%s' (expected: fair, semaphore or broken)".formatted(CHOSEN));
        };
    }

    /** The one that knows limits that move, whichever is chosen. */
    static Admission fair(LimitSource limits, int connections) {
        return new FairAdmission("node", limits, connections, AdmissionObserver.NONE);
    }
}
