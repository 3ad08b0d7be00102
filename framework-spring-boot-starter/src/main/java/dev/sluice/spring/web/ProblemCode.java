package dev.sluice.spring.web;

import java.util.Locale;

/** The codes of problem documents, each with its status. */
enum ProblemCode {
    TENANT_MISSING(401),
    TENANT_UNKNOWN(403),
    FORBIDDEN(403),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    NOT_ACCEPTABLE(406),
    VERSION_CONFLICT(409),
    UNSUPPORTED_MEDIA_TYPE(415),
    INVALID(400),
    RATE_LIMITED(429),
    TENANT_BUSY(429),
    OVERLOADED(503),
    UNAVAILABLE(503),
    DEADLINE_EXCEEDED(504),
    OUTCOME_UNKNOWN(500),
    INTERNAL(500);

    private final int status;

    ProblemCode(int status) {
        this.status = status;
    }

    int status() {
        return status;
    }

    /** As it is in the document: {@code tenant-missing}. */
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
