package dev.sluice.spring.migration;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says why the schema is not up to date, once, without the traces of all the beans that wait for it. */
final class SluiceMigrationFailureAnalyzer extends AbstractFailureAnalyzer<SluiceMigrationException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SluiceMigrationException cause) {
        return new FailureAnalysis(
                "The schema could not be brought up to date:\n\n" + cause.getMessage(),
                "What is applied and pending, and who holds the migration lock, is in the tables flyway_schema_history,"
                        + " pg_locks and pg_stat_activity; docs/operations.md says how to read them.",
                cause);
    }
}
