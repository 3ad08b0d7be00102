package dev.sluice.reference.dashboard;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/** All places of the dashboard are taken. */
final class TooManyViewersException extends ResponseStatusException {

    private static final long serialVersionUID = 1L;

    TooManyViewersException(int most) {
        super(
                HttpStatus.SERVICE_UNAVAILABLE,
                "%d viewers watch the dashboard (limit %d, reference.dashboard.max-viewers)".formatted(most, most));
    }
}
