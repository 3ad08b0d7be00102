package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

    @Test
    void aConditionThatHoldsLaterIsAwaited() {
        AtomicInteger looks = new AtomicInteger();

        Await.until(Duration.ofSeconds(5), () -> looks.incrementAndGet() == 3, "the third look");

        assertThat(looks).hasValue(3);
    }

    @Test
    void aConditionIsLookedAtOnceEvenWithoutTime() {
        Await.until(Duration.ZERO, () -> true, "what holds already");

        assertThatThrownBy(() -> Await.until(Duration.ZERO, () -> false, "what never holds"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("still waiting after 0 ms for: what never holds");
    }

    @Test
    void theLastErrorOfAConditionIsTheCause() {
        IOException refused = new IOException("refused");

        assertThatThrownBy(() -> Await.until(
                        Duration.ofMillis(20),
                        () -> {
                            throw refused;
                        },
                        "an answer"))
                .hasMessageContaining("an answer")
                .hasCause(refused);
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Await.until(Duration.ofSeconds(5), () -> false, "what never holds"))
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }
}
