package dev.sluice.r2dbc.repository;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A {@link dev.sluice.repository.Where} fragment.
 *
 * @param condition its condition; may be blank
 * @param orderBy its order; null if it has none
 */
record Fragment(String condition, @Nullable String orderBy) {

    private static final Pattern ORDER_BY = Pattern.compile(
            "\\border\\s+by\\b(?!.*\\border\\s+by\\b)([^()]*)$", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    static Fragment split(String text) {
        Matcher order = ORDER_BY.matcher(text);
        return order.find()
                ? new Fragment(text.substring(0, order.start()), order.group(1).strip())
                : new Fragment(text, null);
    }
}
