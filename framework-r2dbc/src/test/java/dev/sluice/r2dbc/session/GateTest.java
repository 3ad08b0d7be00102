package dev.sluice.r2dbc.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

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

    /** §0.2: a CancelRequest that is under way must arrive before the session has another holder. */
    @Test
    void theGateStaysOpenForWhatIsNotOver() {
        Sinks.Empty<Void> delivered = Sinks.empty();
        AtomicBoolean closed = new AtomicBoolean();
        gate.whileOpen(delivered.asMono()).subscribe();

        gate.close().subscribe(done -> {}, error -> {}, () -> closed.set(true));
        assertThat(closed).isFalse();
        delivered.tryEmitEmpty();

        assertThat(closed).isTrue();
    }

    @Test
    void aRunningCallDoesNotKeepItOpen() {
        gate.guard(Mono.never(), () -> new IllegalStateException("late")).subscribe();

        assertThat(gate.close().thenReturn("closed").block()).isEqualTo("closed");
    }
}
