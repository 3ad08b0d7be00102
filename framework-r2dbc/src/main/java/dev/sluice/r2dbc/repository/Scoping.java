package dev.sluice.r2dbc.repository;

import dev.sluice.Isolation;
import dev.sluice.r2dbc.sql.NamedParameters;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.repository.StatementRefusedException;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Keeps hand-written SQL within its tenant by row-level security alone, and refuses it where that is off.
 *
 * @param isolation what keeps tenants apart
 */
public record Scoping(Isolation isolation) {

    StatementPlan scope(String name, String text, List<String> arguments) {
        requireRowLevelSecurity(name);
        return NamedParameters.unscoped(name, text, arguments);
    }

    Mono<StatementPlan> adHoc(String name, String text) {
        return Mono.fromCallable(() -> {
            requireRowLevelSecurity(name);
            return NamedParameters.unscoped(name, text);
        });
    }

    private void requireRowLevelSecurity(String name) {
        if (isolation != Isolation.RLS) {
            throw new StatementRefusedException(
                    name, "row-level security is off, and nothing else keeps it within its tenant");
        }
    }
}
