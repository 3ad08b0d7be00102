package dev.sluice.r2dbc.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.r2dbc.admission.RandomEvents.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Invariants 3 to 6 over random events: in flight is within every limit at every grant, grants less returns are in flight, no
 * slot idles while a waiter may use it, and every waiter is granted, rejected or cancelled by its deadline. And among those
 * that might be next the heavy are it more often.
 */
class AdmissionInvariantsTest {

    private static final int EVENTS = 1_000_000;
    private static final int ENOUGH_TO_SEE_A_FAULT = 300_000;

    @Test
    void holdOverAMillionRandomEvents() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        RandomEvents events = new RandomEvents(seed, Fault.NONE);
        events.run(EVENTS);
        System.out.printf("%d grants, %d rejected, %d cancelled%n", events.grants(), events.rejected, events.cancelled);
        assertThat(events.grants()).isGreaterThan(EVENTS / 10);
        assertThat(events.rejected).isPositive();
        assertThat(events.cancelled).isPositive();
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void areSeenToBreakUnder(Fault fault) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        assertThatThrownBy(() -> new RandomEvents(seed, fault).run(ENOUGH_TO_SEE_A_FAULT))
                .isInstanceOfAny(AssertionError.class, IllegalStateException.class);
    }
}
