package dev.sluice.spring.actuator;

import dev.sluice.access.DeadlineExceededException;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.cache.CacheStatus;
import dev.sluice.cache.CacheStatus.SharedState;
import dev.sluice.cache.TenantCache;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.R2dbcSluice.NodeUse;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.cluster.NodeStatus.State;
import dev.sluice.spring.alert.AlertBoard;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import reactor.core.publisher.Mono;

/**
 * Up if there is a primary and it answers. A node whose connections are all in use is up too: it works, and a restart would not
 * help. So is the service when replicas are lost, or Redis, which the details name: the primary serves what they would. Alerts that fire
 * are in the details too.
 */
public final class SluiceHealthIndicator extends AbstractReactiveHealthIndicator {

    private final R2dbcSluice sluice;
    private final TenantCache cache;
    private final AlertBoard alerts;

    SluiceHealthIndicator(R2dbcSluice sluice, TenantCache cache, AlertBoard alerts) {
        super("the database does not answer");
        this.sluice = sluice;
        this.cache = cache;
        this.alerts = alerts;
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder builder) {
        describeAlerts(builder);
        describeCache(builder);
        List<NodeStatus> nodes = sluice.statuses();
        if (nodes.size() > 1) {
            describe(nodes, builder);
            if (nodes.stream().noneMatch(NodeStatus::takesWrites)) {
                return Mono.just(builder.down()
                        .withDetail("error", "no node takes writes")
                        .build());
            }
        }
        if (isSaturated()) {
            return Mono.just(saturated(builder));
        }
        return sluice.ping()
                .then(Mono.fromSupplier(() -> builder.up().build()))
                .onErrorResume(this::isLoad, e -> Mono.just(saturated(builder)));
    }

    // Whatever fires, a restart would not help.
    private void describeAlerts(Health.Builder builder) {
        Map<String, String> firing = new LinkedHashMap<>();
        alerts.firing()
                .forEach(alert -> firing.put(
                        alert.alert(), alert.severity().name().toLowerCase(Locale.ROOT) + ": " + alert.text()));
        if (!firing.isEmpty()) {
            builder.withDetail("alerts", firing);
        }
    }

    private void describeCache(Health.Builder builder) {
        CacheStatus status = cache.status();
        if (status.sharedState() == SharedState.OPEN || status.sharedState() == SharedState.HALF_OPEN) {
            builder.withDetail("cache", "Redis is out of reach: reads go to the database");
        }
    }

    private static void describe(List<NodeStatus> nodes, Health.Builder builder) {
        Map<String, String> states = new LinkedHashMap<>();
        nodes.forEach(node -> states.put(node.name(), describe(node)));
        builder.withDetail("nodes", states);
        List<String> lost = nodes.stream()
                .filter(node -> node.state() != State.UP && node.state() != State.RAMPING)
                .map(NodeStatus::name)
                .toList();
        if (!lost.isEmpty()) {
            builder.withDetail("degraded", lost);
        }
    }

    private static String describe(NodeStatus node) {
        String state = "%s %s".formatted(node.role(), node.state());
        return node.reason().isEmpty() ? state : state + ": " + node.reason();
    }

    // The last connection can be taken between the question and the ping, which then finds no place or no time.
    private boolean isLoad(Throwable error) {
        return error instanceof AdmissionRejectedException
                || error instanceof DeadlineExceededException && isSaturated();
    }

    // Where the ping would go: to the primary, or to the only node.
    private boolean isSaturated() {
        Set<String> primary = sluice.statuses().stream()
                .filter(NodeStatus::takesWrites)
                .map(NodeStatus::name)
                .collect(Collectors.toSet());
        return sluice.nodes().stream()
                .filter(node -> primary.isEmpty() || primary.contains(node.name()))
                .allMatch(NodeUse::isSaturated);
    }

    private static Health saturated(Health.Builder builder) {
        return builder.up().withDetail("saturated", true).build();
    }
}
