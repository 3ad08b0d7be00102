package dev.sluice.spring.web;

import dev.sluice.access.AccessChange;
import dev.sluice.access.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** What a request may say of its call: that it has less time, or can wait longer. */
final class CallHeaders {

    static final String DEADLINE = "Sluice-Deadline";
    static final String PRIORITY = "Sluice-Priority";

    private static final Pattern DURATION = Pattern.compile("([1-9]\\d{0,8})(ms|s|m)");

    private final Duration longest;

    /** @param longest the time of a call that says nothing; a request cannot get more */
    CallHeaders(Duration longest) {
        this.longest = longest;
    }

    AccessChange applyTo(AccessChange change, HttpHeaders headers) {
        String deadline = only(DEADLINE, headers);
        String priority = only(PRIORITY, headers);
        AccessChange changed = change;
        if (deadline != null) {
            Duration wanted = duration(deadline);
            changed = wanted.compareTo(longest) < 0 ? changed.deadline(wanted) : changed;
        }
        // Sluice takes the lower one of this and the workload's own.
        return priority == null ? changed : changed.priority(priority(priority));
    }

    static @Nullable String only(String name, HttpHeaders headers) {
        List<String> values = headers.getOrEmpty(name);
        if (values.size() > 1) {
            throw invalid(name, "one value");
        }
        return values.isEmpty() ? null : values.get(0).strip();
    }

    private static Duration duration(String value) {
        Matcher parts = DURATION.matcher(value);
        if (!parts.matches()) {
            throw invalid(DEADLINE, "a positive whole number and ms, s or m, as 250ms");
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }

    private static Priority priority(String value) {
        for (Priority priority : Priority.values()) {
            if (priority.name().toLowerCase(Locale.ROOT).equals(value)) {
                return priority;
            }
        }
        throw invalid(PRIORITY, "interactive, standard or background");
    }

    private static ProblemException invalid(String name, String expected) {
        return new ProblemException(
                Problem.of(ProblemCode.INVALID, "%s: malformed (expected: %s)".formatted(name, expected)));
    }
}
