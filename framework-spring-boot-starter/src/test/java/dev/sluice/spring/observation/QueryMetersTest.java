package dev.sluice.spring.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.DeadlineExceededException;
import dev.sluice.access.Workload;
import dev.sluice.repository.QueryObserver.Observation;
import dev.sluice.repository.QueryObserver.Query;
import dev.sluice.spring.alert.AlertSignals;
import dev.sluice.tenant.TenantId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.util.context.Context;

@ExtendWith(OutputCaptureExtension.class)
class QueryMetersTest {

    private static final Query FIND = new Query("Things.findById", TenantId.of("acme"), Workload.INTERACTIVE, false);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private void call(Duration slow, Query query, Consumer<Observation> fate) {
        @Nullable
        Observation observation =
                new QueryMeters(registry, new AlertSignals(System::nanoTime), slow).observe(query, Context.empty());
        if (observation != null) {
            fate.accept(observation);
        }
    }

    @Test
    void whatRanIsTimedByNodeAndStatement() {
        call(Duration.ZERO, FIND, call -> {
            call.routed("r1", true);
            call.started();
            call.ended(null);
        });

        assertThat(registry.get("sluice.query")
                        .tags("node", "r1", "statement", "Things.findById")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.find("sluice.query.slow").counter()).isNull();
    }

    @Test
    void whatNeverRanIsNotTimedHoweverItEnds() {
        call(Duration.ofNanos(1), FIND, call -> call.ended(new IllegalStateException("rejected")));
        call(Duration.ofNanos(1), FIND, Observation::cancelled);

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void aStreamIsNotTimed() {
        call(Duration.ofNanos(1), new Query("s", null, Workload.STREAM, true), call -> {
            call.started();
            call.cancelled();
        });

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void whatWasStoppedIsCountedByReason() {
        stopped(Observation::cancelled);
        stopped(call -> call.ended(new DeadlineExceededException("find", "executing", Duration.ofSeconds(1))));
        stopped(call -> call.ended(new R2dbcTimeoutException("canceling statement", "57014")));
        stopped(call -> call.ended(new R2dbcTimeoutException("something else", "55P03")));
        stopped(call -> call.ended(null));

        assertThat(stops("caller")).isEqualTo(1);
        assertThat(stops("deadline")).isEqualTo(1);
        assertThat(stops("server")).isEqualTo(1);
        assertThat(registry.get("sluice.query").timer().count()).isEqualTo(5);
    }

    @Test
    void aSlowOneIsCountedTimedAndLoggedByNameAndNumbers(CapturedOutput output) {
        call(Duration.ofNanos(1), FIND, call -> {
            call.started();
            call.ended(null);
        });

        assertThat(registry.get("sluice.query.slow")
                        .tags("node", "primary", "statement", "Things.findById")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("sluice.query.slow.time")
                        .tags("node", "primary")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(output)
                .containsPattern(
                        "Things.findById was slow: tenant 'acme', node 'primary', waited \\d+ ms, ran \\d+ ms");
    }

    private void stopped(Consumer<Observation> fate) {
        call(Duration.ZERO, FIND, call -> {
            call.started();
            fate.accept(call);
        });
    }

    private double stops(String reason) {
        return registry.get("sluice.query.cancelled")
                .tags("node", "primary", "statement", "Things.findById", "reason", reason)
                .counter()
                .count();
    }
}
