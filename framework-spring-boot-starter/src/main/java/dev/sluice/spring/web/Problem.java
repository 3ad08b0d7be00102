package dev.sluice.spring.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * What a request is answered when it fails, as RFC 9457 says.
 *
 * @param code what went wrong
 * @param status the HTTP status, the code's own as a rule
 * @param detail for people; nothing of the service's inside
 * @param errors what is wrong with single fields
 * @param headers sent with it
 */
record Problem(ProblemCode code, int status, String detail, List<FieldProblem> errors, HttpHeaders headers) {

    /**
     * What is wrong with a field.
     *
     * @param field its path in the body, or the name of the parameter
     * @param message what is expected
     */
    record FieldProblem(String field, String message) {}

    static Problem of(ProblemCode code, String detail) {
        return new Problem(code, code.status(), detail, List.of(), HttpHeaders.EMPTY);
    }

    Problem withErrors(List<FieldProblem> fields) {
        return new Problem(code, status, detail, fields, headers);
    }

    Problem with(HttpHeaders more) {
        return new Problem(code, status, detail, errors, more);
    }

    // Rounded up: a caller that comes back after it does not come too early.
    Problem retryAfter(Duration wait) {
        long seconds = Math.max(1, wait.plusNanos(999_999_999).toSeconds());
        HttpHeaders more = new HttpHeaders();
        more.set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        return with(more);
    }

    Map<String, Object> body(String path) {
        Map<String, Object> body = new LinkedHashMap<>();
        HttpStatus known = HttpStatus.resolve(status);
        body.put("type", "about:blank");
        body.put("title", known == null ? "Error" : known.getReasonPhrase());
        body.put("status", status);
        body.put("detail", detail);
        body.put("instance", path);
        body.put("code", code.text());
        if (!errors.isEmpty()) {
            body.put("errors", errors);
        }
        return body;
    }
}
