package dev.sluice.spring.actuator;

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
        if (sluice.nodes().stream().allMatch(NodeUse::isSaturated)) {
            return Mono.just(builder.up().withDetail("saturated", true).build());
        }
        return sluice.ping().then(Mono.fromSupplier(() -> builder.up().build()));
    }
}
