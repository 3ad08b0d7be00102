package dev.sluice.spring.actuator;

import dev.sluice.r2dbc.R2dbcSluice;
import java.util.Map;
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

    SluiceEndpoint(R2dbcSluice sluice) {
        this.sluice = sluice;
    }

    /** @return the clusters, by name */
    @ReadOperation
    public Mono<SluiceState> state() {
        return sluice.admission(MOST_TENANTS).collectList().map(nodes -> SluiceState.of(sluice, nodes));
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
