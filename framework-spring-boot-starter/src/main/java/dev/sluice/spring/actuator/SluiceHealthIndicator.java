package dev.sluice.spring.actuator;

import dev.sluice.access.DeadlineExceededException;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.R2dbcSluice.NodeUse;
import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import reactor.core.publisher.Mono;

/**
 * Up if the database answers. A node whose connections are all in use is up too: it works, and a restart
 * would not help.
 */
public final class SluiceHealthIndicator extends AbstractReactiveHealthIndicator {

    private final R2dbcSluice sluice;

    SluiceHealthIndicator(R2dbcSluice sluice) {
        super("the database does not answer");
        this.sluice = sluice;
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder builder) {
        if (isSaturated()) {
            return Mono.just(saturated(builder));
        }
        return sluice.ping()
                .then(Mono.fromSupplier(() -> builder.up().build()))
                .onErrorResume(this::isLoad, e -> Mono.just(saturated(builder)));
    }

    // The last connection can be taken between the question and the ping, which then finds no place or no time.
    private boolean isLoad(Throwable error) {
        return error instanceof AdmissionRejectedException
                || error instanceof DeadlineExceededException && isSaturated();
    }

    private boolean isSaturated() {
        return sluice.nodes().stream().allMatch(NodeUse::isSaturated);
    }

    private static Health saturated(Health.Builder builder) {
        return builder.up().withDetail("saturated", true).build();
    }
}
