package dev.sluice.repository;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which page is wanted. The id is appended to the order, so that it is total.
 *
 * @param limit most rows, 1 to 1,000
 * @param after the cursor of the page before; null for the first page
 * @param sort the order; empty means by id, or the order of the {@link Where} fragment
 */
public record PageRequest(int limit, @Nullable String after, List<Sort> sort) {

    /** The most rows of a page. */
    public static final int MAX_LIMIT = 1_000;

    /** @throws InvalidPageException if the limit is out of range */
    public PageRequest {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new InvalidPageException("limit: %d (expected: 1 to %d)".formatted(limit, MAX_LIMIT));
        }
        sort = List.copyOf(sort);
    }

    /**
     * The first page, by id.
     *
     * @param limit most rows, 1 to 1,000
     * @return the request
     */
    public static PageRequest of(int limit) {
        return new PageRequest(limit, null, List.of());
    }

    /**
     * The page behind a cursor.
     *
     * @param cursor {@link Page#next()} of the page before; null for the first page
     * @return the request
     */
    public PageRequest after(@Nullable String cursor) {
        return new PageRequest(limit, cursor, sort);
    }

    /**
     * Another order.
     *
     * @param orders the order, most significant first
     * @return the request
     */
    public PageRequest sortBy(Sort... orders) {
        return new PageRequest(limit, after, List.of(orders));
    }
}
