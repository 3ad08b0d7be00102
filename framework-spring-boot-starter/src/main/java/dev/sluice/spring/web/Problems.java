package dev.sluice.spring.web;

import dev.sluice.access.DeadlineExceededException;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.r2dbc.token.InvalidTokenException;
import dev.sluice.repository.InvalidCursorException;
import dev.sluice.repository.InvalidPageException;
import dev.sluice.repository.VersionConflictException;
import dev.sluice.tenant.MissingTenantException;
import dev.sluice.tenant.UnknownTenantException;
import dev.sluice.transaction.UnknownCommitOutcomeException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.ErrorResponse;

/**
 * Says which problem an error is. What is not listed is the service's own fault, and its text stays inside.
 */
final class Problems {

    private static final Problem INTERNAL =
            Problem.of(ProblemCode.INTERNAL, "the service failed; its log says more under the time of this answer");

    private static final int DEEPEST_CAUSE = 8;

    // Of class 22 what a value of the caller causes: too long, out of range, no date, no text. The rest
    // of it, as a division by zero, is a fault of the statement.
    private static final Set<String> BAD_VALUES = Set.of("22001", "22003", "22007", "22008", "22021", "22P02", "22P05");

    // A statement canceled, a lock not had in time, and a transaction idle or open for too long.
    private static final Set<String> TIMEOUTS = Set.of("57014", "55P03", "25P03", "25P04");

    private Problems() {}

    static Problem of(Throwable error) {
        Throwable cause = error;
        for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            Problem known = known(cause);
            if (known != null) {
                return known;
            }
            cause = cause.getCause();
        }
        return INTERNAL;
    }

    private static @Nullable Problem known(Throwable error) {
        if (error instanceof ProblemException e) {
            return e.problem();
        }
        if (error instanceof ErrorResponse e) {
            return HttpProblems.of(e);
        }
        if (error instanceof MissingTenantException) {
            return Problem.of(ProblemCode.TENANT_MISSING, "the request names no tenant");
        }
        if (error instanceof UnknownTenantException) {
            return Problem.of(ProblemCode.TENANT_UNKNOWN, "the tenant of the request is unknown");
        }
        if (error instanceof AdmissionRejectedException e) {
            return rejected(e);
        }
        if (error instanceof VersionConflictException) {
            return Problem.of(ProblemCode.VERSION_CONFLICT, message(error));
        }
        if (error instanceof InvalidCursorException
                || error instanceof InvalidPageException
                || error instanceof InvalidTokenException) {
            return Problem.of(ProblemCode.INVALID, message(error));
        }
        if (error instanceof DeadlineExceededException || error instanceof R2dbcTimeoutException) {
            return deadlineExceeded();
        }
        if (error instanceof UnknownCommitOutcomeException) {
            return Problem.of(
                    ProblemCode.OUTCOME_UNKNOWN, "the change may or may not be stored; read before you repeat it");
        }
        return error instanceof R2dbcException e ? database(e) : null;
    }

    private static Problem rejected(AdmissionRejectedException e) {
        return switch (e.reason()) {
            case RATE_LIMITED ->
                Problem.of(
                                ProblemCode.RATE_LIMITED,
                                "more requests per second than the limit of %d".formatted(e.limit()))
                        .retryAfter(e.retryAfter());
            case TENANT_BUSY ->
                Problem.of(
                                ProblemCode.TENANT_BUSY,
                                "the tenant has as many waiting requests as it may have (limit %d)"
                                        .formatted(e.limit()))
                        .retryAfter(e.retryAfter());
            case OVERLOADED ->
                Problem.of(ProblemCode.OVERLOADED, "the service has as many waiting requests as it may have")
                        .retryAfter(e.retryAfter());
            // One whose deadline has passed does not arrive here as a rejection: this one was told early.
            case DEADLINE ->
                Problem.of(ProblemCode.OVERLOADED, "the service is too busy to answer within the deadline")
                        .retryAfter(e.retryAfter());
        };
    }

    private static Problem deadlineExceeded() {
        return Problem.of(ProblemCode.DEADLINE_EXCEEDED, "the answer was not there in time");
    }

    // The server's own text may hold values and names, so it stays inside.
    private static @Nullable Problem database(R2dbcException e) {
        String state = Objects.requireNonNullElse(e.getSqlState(), "");
        if (BAD_VALUES.contains(state)) {
            return Problem.of(ProblemCode.INVALID, "a value is not one that the database can store");
        }
        if (state.startsWith("23")) {
            return Problem.of(ProblemCode.INVALID, "the change would break a rule of the data");
        }
        if (TIMEOUTS.contains(state)) {
            return deadlineExceeded();
        }
        boolean connection = state.startsWith("08") || state.startsWith("53") || state.startsWith("57P");
        return connection || e instanceof R2dbcTransientException
                ? Problem.of(ProblemCode.UNAVAILABLE, "the database cannot be used at the moment; try again")
                : null;
    }

    private static String message(Throwable error) {
        return Objects.requireNonNullElse(error.getMessage(), "");
    }
}
