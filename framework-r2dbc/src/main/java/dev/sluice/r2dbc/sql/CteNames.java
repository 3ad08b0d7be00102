package dev.sluice.r2dbc.sql;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names that WITH clauses give to queries, as seen from one place of a statement. They come before
 * relations of the same name.
 */
final class CteNames {

    static final CteNames NONE = new CteNames(null);

    private final @Nullable CteNames outer;
    private final Set<String> names = new HashSet<>();

    private CteNames(@Nullable CteNames outer) {
        this.outer = outer;
    }

    CteNames inner() {
        return new CteNames(this);
    }

    void add(String name) {
        names.add(name);
    }

    boolean contains(String name) {
        return names.contains(name) || (outer != null && outer.contains(name));
    }
}
