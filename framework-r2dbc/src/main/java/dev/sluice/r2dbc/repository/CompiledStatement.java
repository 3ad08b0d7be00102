package dev.sluice.r2dbc.repository;

import dev.sluice.r2dbc.session.SharedRead;
import dev.sluice.r2dbc.sql.StatementPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A plan and the types that its parameters will have, for a PREPARE that sees what an execution sees.
 *
 * @param plan the plan
 * @param parameterTypes the type of each positional parameter; {@code unknown} where the server infers it
 */
public record CompiledStatement(StatementPlan plan, List<String> parameterTypes) {

    /** Copies the list. */
    public CompiledStatement {
        parameterTypes = List.copyOf(parameterTypes);
    }

    CompiledStatement asPointRead(@Nullable SharedRead together) {
        return new CompiledStatement(plan.asPointRead(together), parameterTypes);
    }
}
