package dev.sluice.r2dbc.session;

import dev.sluice.admission.AdmissionRequest;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.consistency.SessionPosition;
import org.jspecify.annotations.Nullable;

/**
 * What a session is wanted for.
 *
 * @param operation what is done, for messages
 * @param admission what is asked of admission
 * @param writes whether it writes or may have another effect: it goes to the primary, and is never sent twice
 * @param consistency how fresh what it reads must be; of no meaning if it writes
 * @param session whose calls it is one of; null means that nobody in particular reads or writes
 * @param pipelined whether it may share a connection with others like it: one short read, outside of a transaction
 * @param shared how it may share one statement with others of its tenant, if it has to wait; null if it has its own
 */
public record LeaseRequest(
        String operation,
        AdmissionRequest admission,
        boolean writes,
        ReadConsistency consistency,
        @Nullable SessionPosition session,
        boolean pipelined,
        @Nullable SharedRead shared) {

    /** A request that has its connection and its statement alone. */
    public LeaseRequest(
            String operation,
            AdmissionRequest admission,
            boolean writes,
            ReadConsistency consistency,
            @Nullable SessionPosition session) {
        this(operation, admission, writes, consistency, session, false, null);
    }

    /**
     * A request for the primary that belongs to no session.
     *
     * @param operation what is done, for messages
     * @param admission what is asked of admission
     * @return the request
     */
    public static LeaseRequest onPrimary(String operation, AdmissionRequest admission) {
        return new LeaseRequest(operation, admission, true, ReadConsistency.primary(), null);
    }
}
