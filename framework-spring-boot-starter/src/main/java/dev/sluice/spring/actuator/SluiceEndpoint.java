package dev.sluice.spring.actuator;

import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.R2dbcSluice.NodeAdmission;
import dev.sluice.spring.actuator.SluiceState.Database;
import dev.sluice.spring.alert.AlertBoard;
import dev.sluice.spring.sampler.DatabaseSampler;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import reactor.core.publisher.Mono;

/** The state of Sluice: per cluster, where its nodes stand and who uses what. Limits are changed by a POST. */
@Endpoint(id = "sluice")
public final class SluiceEndpoint {

    /** How many tenants are shown, the busiest first. */
    static final int MOST_TENANTS = 100;

    private final R2dbcSluice sluice;
    private final AlertBoard alerts;
    private final @Nullable DatabaseSampler sampler;

    /** @param sampler knows the database; null where there is no monitor role */
    SluiceEndpoint(R2dbcSluice sluice, AlertBoard alerts, @Nullable DatabaseSampler sampler) {
        this.sluice = sluice;
        this.alerts = alerts;
        this.sampler = sampler;
    }

    /** @return the clusters, by name */
    @ReadOperation
    public Mono<SluiceState> state() {
        return sluice.admission(MOST_TENANTS).collectList().map(this::stateOf);
    }

    private SluiceState stateOf(List<NodeAdmission> nodes) {
        Database database = sampler == null
                ? null
                : new Database(sampler.last().orElse(null), sampler.bloat().orElse(null));
        return SluiceState.of(sluice, nodes, alerts.states(), database);
    }

    /**
     * Changes limits, all or none of them, for this process and until it ends.
     *
     * @param changes assignments to properties, with commas or line breaks between them, as
     *     {@code tenants.overrides.acme.max-connections=12, tenants.overrides.acme.weight=4}; {@code sluice.} may stand in
     *     front
     * @return the state after it
     * @throws InvalidEndpointRequestException if a property is unknown or the limits contradict each other
     */
    @WriteOperation
    public Mono<SluiceState> change(String changes) {
        try {
            Map<String, String> assignments = Assignments.parse(changes);
            sluice.limits().change(before -> LimitChanges.apply(before, assignments));
        } catch (IllegalArgumentException e) {
            throw new InvalidEndpointRequestException(message(e), message(e), e);
        }
        return state();
    }

    private static String message(IllegalArgumentException e) {
        return String.valueOf(e.getMessage());
    }
}
