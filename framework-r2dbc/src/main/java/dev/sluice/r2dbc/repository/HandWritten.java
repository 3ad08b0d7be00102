package dev.sluice.r2dbc.repository;

import dev.sluice.Isolation;
import dev.sluice.r2dbc.sql.NamedParameters;
import dev.sluice.r2dbc.sql.SqlScoper;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.sql.StatementPlan.Slot;
import dev.sluice.repository.InvalidMappingException;
import dev.sluice.repository.Scope;
import dev.sluice.repository.StatementRefusedException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles hand-written statements of repository methods, by the lock that keeps them within their tenant.
 */
final class HandWritten {

    private static final Logger LOG = LoggerFactory.getLogger(HandWritten.class);

    private final SqlScoper scoper;
    private final Isolation isolation;
    private final String tenantType;

    HandWritten(SqlScoper scoper, Isolation isolation, String tenantType) {
        this.scoper = scoper;
        this.isolation = isolation;
        this.tenantType = tenantType;
    }

    /**
     * Compiles a statement that uses exactly the given parameters.
     *
     * @throws InvalidMappingException if the statement and the method do not name the same parameters
     * @throws StatementRefusedException if it cannot be kept within its tenant
     */
    CompiledStatement compile(String method, String text, Scope scope, Parameters parameters) {
        requireSameNames(method, text, parameters.names());
        StatementPlan plan = scope == Scope.REWRITTEN
                ? scoper.scope(method, text, parameters.names())
                : leftToRowLevelSecurity(method, text, parameters.names());
        return typed(plan, parameters.sqlTypes());
    }

    /** Compiles a generated text around a fragment; its parameters need not all be used. */
    CompiledStatement compile(String method, String text, List<String> names, List<String> types) {
        return typed(scoper.scope(method, text, names), types);
    }

    /**
     * Checks that a text and a method name the same parameters.
     *
     * @throws InvalidMappingException if they do not
     */
    static void requireSameNames(String method, String text, List<String> given) {
        Set<String> wanted = new LinkedHashSet<>();
        for (Slot slot : NamedParameters.unscoped(method, text).binding().slots()) {
            if (slot instanceof Slot.Argument argument) {
                wanted.add(argument.name());
            }
        }
        if (!wanted.equals(new LinkedHashSet<>(given))) {
            throw new InvalidMappingException(
                    method,
                    "has the parameters %s, and its statement names %s (expected: the same)".formatted(given, wanted));
        }
    }

    private StatementPlan leftToRowLevelSecurity(String method, String text, List<String> names) {
        if (isolation != Isolation.RLS) {
            throw new StatementRefusedException(
                    method, "scope = ROW_LEVEL_SECURITY, and row-level security is off (isolation: predicate)");
        }
        LOG.info("{} is left to row-level security: its statement is sent as it is written", method);
        return scoper.leave(method, text, names);
    }

    private CompiledStatement typed(StatementPlan plan, List<String> types) {
        List<String> slots = plan.binding().slots().stream()
                .map(slot -> slot instanceof Slot.Argument argument ? types.get(argument.index()) : tenantType)
                .toList();
        return new CompiledStatement(plan, slots);
    }
}
