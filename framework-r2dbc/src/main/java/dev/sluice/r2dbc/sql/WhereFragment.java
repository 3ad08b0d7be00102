package dev.sluice.r2dbc.sql;

import dev.sluice.repository.StatementRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The two parts of a {@link dev.sluice.repository.Where} fragment, as they were written.
 *
 * @param condition its condition; empty if it has none
 * @param orderBy what follows {@code order by}; null if it has no order
 */
public record WhereFragment(String condition, @Nullable String orderBy) {

    /**
     * Splits a fragment at its own {@code order by}, and not at one within brackets or quotes.
     *
     * @param name names it in errors
     * @param text the fragment
     * @return its parts
     * @throws StatementRefusedException if the text is empty, or cannot be cut into tokens
     */
    public static WhereFragment split(String name, String text) {
        Statement tokens = Statement.of(name, text);
        int end = tokens.at(tokens.size() - 1).end();
        for (int i = tokens.next(0, "order"); i >= 0; i = tokens.next(i + 1, "order")) {
            if (tokens.is(i + 1, "by") && i + 2 < tokens.size()) {
                String condition = i == 0
                        ? ""
                        : text.substring(tokens.at(0).start(), tokens.at(i - 1).end());
                return new WhereFragment(
                        condition, text.substring(tokens.at(i + 2).start(), end));
            }
        }
        return new WhereFragment(text.substring(tokens.at(0).start(), end), null);
    }
}
