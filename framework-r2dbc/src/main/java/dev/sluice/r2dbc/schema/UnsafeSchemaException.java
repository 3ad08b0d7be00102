package dev.sluice.r2dbc.schema;

import io.r2dbc.spi.R2dbcNonTransientException;
import java.util.List;

/** The database would not keep tenants apart. Raised at start; its message holds every hole and the SQL that mends it. */
public final class UnsafeSchemaException extends R2dbcNonTransientException {

    private static final long serialVersionUID = 1L;

    private final transient List<Hole> holes;

    /**
     * @param role the role that serves tenants
     * @param holes what was found, at least one
     */
    public UnsafeSchemaException(String role, List<Hole> holes) {
        super(message(role, holes));
        this.holes = List.copyOf(holes);
    }

    /** @return what was found, in the order in which it is to be mended */
    public List<Hole> holes() {
        return holes;
    }

    private static String message(String role, List<Hole> holes) {
        StringBuilder message = new StringBuilder(
                "role '%s' could reach rows of other tenants, in %d ways. Run this SQL as a superuser, or as the owner where no role is changed:"
                        .formatted(role, holes.size()));
        for (Hole hole : holes) {
            message.append("\n-- ").append(hole.description());
            hole.mend().forEach(sql -> message.append("\n").append(sql).append(";"));
        }
        return message.toString();
    }
}
