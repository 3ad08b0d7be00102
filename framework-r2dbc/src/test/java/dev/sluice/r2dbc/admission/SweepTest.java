package dev.sluice.r2dbc.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Invariant 6 rests on the sweep. */
class SweepTest {

    @Test
    void aSubscriberThatThrowsDoesNotEndTheDeadlinesOfAll() {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        AtomicInteger looks = new AtomicInteger();
        Sweep sweep = new Sweep(time, () -> {
            if (looks.incrementAndGet() == 1) {
                throw new IllegalStateException("a subscriber's own");
            }
            return true;
        });

        sweep.ensureRunning();
        time.advanceTimeBy(Sweep.PERIOD.multipliedBy(3));

        assertThat(looks).hasValue(3);
    }
}
