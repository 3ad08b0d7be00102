package dev.sluice.access;

import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.MissingTenantException;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What a call carries. The edge writes it to the Reactor Context; Sluice reads it once per call and passes the value on.
 *
 * @param tenant for whom; null until the edge has set it
 * @param workload which kind of work; null means the method's own ({@code @RunsIn}), or {@code interactive}
 * @param priority order among waiters; null means the workload's own, and one above that has no effect
 * @param deadline by when; null means the default timeout of a call from now
 * @param consistency how fresh a read must be; null means the method's own, or the configured default
 * @param principal who within the tenant, for limits per principal; null means nobody in particular
 * @param session what the session has seen; null means that its reads see what this process wrote
 */
public record Access(
        @Nullable TenantId tenant,
        @Nullable Workload workload,
        @Nullable Priority priority,
        @Nullable Deadline deadline,
        @Nullable ReadConsistency consistency,
        @Nullable String principal,
        @Nullable SessionPosition session) {

    /** Nothing set. */
    public static final Access NONE = new Access(null, null, null, null, null, null, null);

    /** The key of the Reactor Context. */
    static final Class<Access> KEY = Access.class;

    /**
     * Reads the Context of the current subscriber.
     *
     * @return what the call carries, {@link #NONE} if nothing was set; never empty
     */
    public static Mono<Access> current() {
        return Mono.deferContextual(context -> Mono.just(from(context)));
    }

    /**
     * Reads a Context.
     *
     * @param context the Context
     * @return what the call carries, {@link #NONE} if nothing was set
     */
    public static Access from(ContextView context) {
        return context.hasKey(KEY) ? context.get(KEY) : NONE;
    }

    /**
     * A change for {@code contextWrite} that sets the tenant.
     *
     * @param tenant the tenant
     * @return the change, to which more can be added
     * @throws IllegalArgumentException if the value is not a valid tenant id
     */
    public static AccessChange tenant(String tenant) {
        return new AccessChange().tenant(TenantId.of(tenant));
    }

    /**
     * A change for {@code contextWrite} that sets the tenant.
     *
     * @param tenant the tenant
     * @return the change, to which more can be added
     */
    public static AccessChange tenant(TenantId tenant) {
        return new AccessChange().tenant(tenant);
    }

    /**
     * A change for {@code contextWrite} that keeps the tenant and sets the workload.
     *
     * @param workload the workload's name
     * @return the change, to which more can be added
     */
    public static AccessChange workload(String workload) {
        return new AccessChange().workload(workload);
    }

    /**
     * A change for {@code contextWrite} that keeps the tenant and shortens the deadline.
     *
     * @param timeout the time left, counted from subscription
     * @return the change, to which more can be added
     */
    public static AccessChange deadline(Duration timeout) {
        return new AccessChange().deadline(timeout);
    }

    /**
     * A change for {@code contextWrite} that keeps the tenant and sets the consistency of reads.
     *
     * @param consistency how fresh reads must be
     * @return the change, to which more can be added
     */
    public static AccessChange consistency(ReadConsistency consistency) {
        return new AccessChange().consistency(consistency);
    }

    /**
     * A change for {@code contextWrite} that keeps the tenant and makes all calls inside calls of one session.
     *
     * @param session what the session has seen; calls raise it
     * @return the change, to which more can be added
     */
    public static AccessChange session(SessionPosition session) {
        return new AccessChange().session(session);
    }

    /**
     * Puts this in the place of what a Context carries, a longer deadline and no session included: for work that is done for
     * many callers. What one call changes of its caller's is an {@link AccessChange}.
     *
     * @param context the Context
     * @return the Context with this
     */
    public Context in(Context context) {
        return LateErrors.heardIn(context).put(KEY, this);
    }

    /**
     * The tenant, or an error.
     *
     * @param operation what needs it, for the message
     * @return the tenant
     * @throws MissingTenantException if none is set
     */
    public TenantId requireTenant(String operation) {
        if (tenant == null) {
            throw new MissingTenantException(operation);
        }
        return tenant;
    }
}
