package dev.sluice.repository;

import dev.sluice.access.Workload;
import dev.sluice.tenant.TenantId;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Is told of every call of a statement: of a repository, of {@code sluice.sql} and of the door across tenants, inside
 * transactions and outside. Called on the threads of the call, often an event loop: must not block, and must not throw.
 * Thread-safe.
 */
@FunctionalInterface
public interface QueryObserver {

    /** Observes nothing, and costs nothing. */
    QueryObserver NONE = (query, context) -> null;

    /**
     * A call begins.
     *
     * @param query what is called
     * @param context the caller's Reactor Context, in which its trace may be
     * @return is told what becomes of it; null if nobody wants to know
     */
    @Nullable
    Observation observe(Query query, ContextView context);

    /**
     * A call of a statement. Never with a bound value.
     *
     * @param statement its name, as {@code Forecasts.historyOf}; {@code sql} for ad-hoc text
     * @param tenant for whom; null across tenants, and if there is none, which is an error soon
     * @param workload which kind of work
     * @param stream whether its rows are emitted as they come, so that it takes as long as its reader does
     */
    record Query(String statement, @Nullable TenantId tenant, Workload workload, boolean stream) {}

    /** What becomes of one call. */
    interface Observation {

        /**
         * It goes to a node; said again if it has to go to another one. Without replicas it is said of none: there is only
         * the one of {@code sluice.url}.
         *
         * @param node its name
         * @param replica whether it is a standby
         */
        void routed(String node, boolean replica);

        /** It has a connection, and is sent: until now it waited. Said again if it is sent again. */
        void started();

        /**
         * It is over: with its answer, or with an error. Either this or {@link #cancelled()} is said, once.
         *
         * @param error null if there is none
         */
        void ended(@Nullable Throwable error);

        /** Its caller has left before it was over. */
        void cancelled();
    }
}
