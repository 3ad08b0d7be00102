package dev.sluice.spring.actuator;

import dev.sluice.cache.CacheStatus.SharedState;
import dev.sluice.cache.TenantCache;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.R2dbcSluice.NodeAdmission;
import dev.sluice.spring.actuator.SluiceState.Database;
import dev.sluice.spring.alert.AlertBoard;
import dev.sluice.spring.sampler.DatabaseSampler;
import dev.sluice.tenant.TenantId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import reactor.core.publisher.Mono;

/**
 * The state of Sluice: per cluster, where its nodes stand and who uses what. Limits are changed by a POST, a tenant's cached
 * answers are ended by a DELETE of {@code cache/<tenant>}.
 */
@Endpoint(id = "sluice")
public final class SluiceEndpoint {

    /** How many tenants are shown, the busiest first. */
    static final int MOST_TENANTS = 100;

    private static final String CACHE = "cache";

    private final R2dbcSluice sluice;
    private final TenantCache cache;
    private final AlertBoard alerts;
    private final @Nullable DatabaseSampler sampler;
    private final SchemaAtStart schema;

    /** @param sampler knows the database; null where there is no monitor role */
    SluiceEndpoint(
            R2dbcSluice sluice,
            TenantCache cache,
            AlertBoard alerts,
            @Nullable DatabaseSampler sampler,
            SchemaAtStart schema) {
        this.sluice = sluice;
        this.cache = cache;
        this.alerts = alerts;
        this.sampler = sampler;
        this.schema = schema;
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
        return SluiceState.of(sluice, nodes, CacheState.of(cache.status()), alerts.states(), database, schema.get());
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

    /**
     * Ends all cached answers of a tenant, in constant time: with Redis in the whole fleet, else in this process.
     *
     * @param part {@code cache}; nothing else can be deleted
     * @param tenant the tenant
     * @return what is ended; status 503 if Redis could not be told, which is tried again until it can
     * @throws InvalidEndpointRequestException if the tenant is malformed
     */
    @DeleteOperation
    public Mono<WebEndpointResponse<Flushed>> flush(@Selector String part, @Selector String tenant) {
        if (!part.equals(CACHE)) {
            return Mono.empty();
        }
        return cache.flush(tenant(tenant))
                .then(Mono.fromSupplier(() -> new WebEndpointResponse<>(new Flushed(tenant, isShared()))))
                .onErrorResume(
                        IllegalStateException.class,
                        e -> Mono.just(new WebEndpointResponse<>(
                                new Flushed(tenant, false), WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE)));
    }

    private boolean isShared() {
        return cache.status().sharedState() != SharedState.ABSENT;
    }

    private static TenantId tenant(String tenant) {
        try {
            return TenantId.of(tenant);
        } catch (IllegalArgumentException e) {
            throw new InvalidEndpointRequestException(message(e), message(e), e);
        }
    }

    /**
     * What a flush has ended.
     *
     * @param tenant whose answers
     * @param fleet whether in all processes; else in this one alone
     */
    public record Flushed(String tenant, boolean fleet) {}

    private static String message(IllegalArgumentException e) {
        return String.valueOf(e.getMessage());
    }
}
