package dev.sluice.reference.web;

import dev.sluice.repository.PageRequest;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * The page that a request asks for.
 *
 * @param limit most items, 1 to 200; default 50
 * @param after the cursor of the page before; absent for the first page
 */
public record PageParameters(
        @Parameter(description = "most items; default 50") @Min(1) @Max(MAX_LIMIT) @Nullable
        Integer limit,

        @Parameter(description = "the cursor of the page before") @Nullable
        String after) {

    /** The most items of a page. */
    public static final int MAX_LIMIT = 200;

    private static final int DEFAULT_LIMIT = 50;

    /** @return the request to a repository */
    public PageRequest toRequest() {
        return PageRequest.of(limit == null ? DEFAULT_LIMIT : limit).after(after);
    }
}
