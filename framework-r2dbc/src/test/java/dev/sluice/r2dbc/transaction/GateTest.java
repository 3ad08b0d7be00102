package dev.sluice.r2dbc.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** §0.4: nothing reaches a session that was given back. */
class GateTest {

    private final Gate gate = new Gate();

    @Test
    void aCallThatComesAfterTheEndIsRefused() {
        gate.close().block();

        assertThatThrownBy(() -> gate.guard(Mono.just(1), () -> new IllegalStateException("late"))
                        .block())
                .hasMessage("late");
    }

    @Test
    void theGateClosesOnlyWhenWhatIsStartingHasStarted() {
        AtomicBoolean closed = new AtomicBoolean();
        AtomicBoolean closedTooEarly = new AtomicBoolean();
        Mono<Integer> starting = Mono.fromCallable(() -> {
            gate.close().subscribe(done -> {}, error -> {}, () -> closed.set(true));
            closedTooEarly.set(closed.get());
            return 1;
        });

        assertThat(gate.guard(starting, () -> new IllegalStateException("late")).block())
                .isEqualTo(1);

        assertThat(closedTooEarly).isFalse();
        assertThat(closed).isTrue();
    }

    @Test
    void aRunningCallDoesNotKeepItOpen() {
        gate.guard(Mono.never(), () -> new IllegalStateException("late")).subscribe();

        assertThat(gate.close().thenReturn("closed").block()).isEqualTo("closed");
    }
}
