package dev.sluice.repository;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a keyset scan.
 *
 * @param items the rows, in order; empty past the end
 * @param next the cursor of the next page; null on the last page
 * @param <T> the type of a row
 */
public record Page<T>(List<T> items, @Nullable String next) {

    /** Copies the items. */
    public Page {
        items = List.copyOf(items);
    }
}
