package dev.sluice.access;

import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * A change of the {@link Access} in the Reactor Context, for {@code contextWrite}. What is not named stays as it was;
 * a deadline can only get shorter. Immutable; each method returns a new change.
 */
public final class AccessChange implements Function<Context, Context> {

    private final @Nullable TenantId tenant;
    private final @Nullable Workload workload;
    private final @Nullable Priority priority;
    private final @Nullable Duration timeout;
    private final @Nullable ReadConsistency consistency;
    private final @Nullable String principal;
    private final @Nullable SessionPosition session;

    AccessChange() {
        this(null, null, null, null, null, null, null);
    }

    private AccessChange(
            @Nullable TenantId tenant,
            @Nullable Workload workload,
            @Nullable Priority priority,
            @Nullable Duration timeout,
            @Nullable ReadConsistency consistency,
            @Nullable String principal,
            @Nullable SessionPosition session) {
        this.tenant = tenant;
        this.workload = workload;
        this.priority = priority;
        this.timeout = timeout;
        this.consistency = consistency;
        this.principal = principal;
        this.session = session;
    }

    /**
     * Sets the tenant.
     *
     * @param value the tenant
     * @return the extended change
     */
    public AccessChange tenant(TenantId value) {
        return new AccessChange(value, workload, priority, timeout, consistency, principal, session);
    }

    /**
     * Sets the workload.
     *
     * @param name the workload's name
     * @return the extended change
     * @throws IllegalArgumentException if the name is malformed
     */
    public AccessChange workload(String name) {
        return new AccessChange(tenant, Workload.of(name), priority, timeout, consistency, principal, session);
    }

    /**
     * Sets the priority.
     *
     * @param value the priority; one above the workload's has no effect
     * @return the extended change
     */
    public AccessChange priority(Priority value) {
        return new AccessChange(tenant, workload, value, timeout, consistency, principal, session);
    }

    /**
     * Shortens the deadline.
     *
     * @param value the time left, counted from subscription; zero or negative means that it has passed
     * @return the extended change
     */
    public AccessChange deadline(Duration value) {
        return new AccessChange(tenant, workload, priority, value, consistency, principal, session);
    }

    /**
     * Sets how fresh reads must be.
     *
     * @param value the consistency
     * @return the extended change
     */
    public AccessChange consistency(ReadConsistency value) {
        return new AccessChange(tenant, workload, priority, timeout, value, principal, session);
    }

    /**
     * Sets who calls within the tenant.
     *
     * @param value an opaque name, as the subject of a token
     * @return the extended change
     */
    public AccessChange principal(String value) {
        return new AccessChange(tenant, workload, priority, timeout, consistency, value, session);
    }

    /**
     * Sets whose calls these are.
     *
     * @param value what the session has seen; calls raise it
     * @return the extended change
     */
    public AccessChange session(SessionPosition value) {
        return new AccessChange(tenant, workload, priority, timeout, consistency, principal, value);
    }

    @Override
    public Context apply(Context context) {
        return applyTo(Access.from(context)).in(context);
    }

    private Access applyTo(Access before) {
        return new Access(
                tenant != null ? tenant : before.tenant(),
                workload != null ? workload : before.workload(),
                priority != null ? priority : before.priority(),
                shorter(before.deadline()),
                consistency != null ? consistency : before.consistency(),
                principal != null ? principal : before.principal(),
                session != null ? session : before.session());
    }

    private @Nullable Deadline shorter(@Nullable Deadline before) {
        if (timeout == null) {
            return before;
        }
        Deadline wanted = Deadline.after(timeout);
        return before == null ? wanted : wanted.earlier(before);
    }
}
