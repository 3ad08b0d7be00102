package dev.sluice.r2dbc;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.repository.CompiledStatement;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.repository.InvalidMappingException;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Prepares statements on the database, as the role that will run them, and collects what fails. */
final class StatementVerifier {

    private static final String OPERATION = "verify";
    private static final String PREPARED = "sluice_verify";

    private final Leases leases;
    private final Duration timeout;

    StatementVerifier(Leases leases, Duration timeout) {
        this.leases = leases;
        this.timeout = timeout;
    }

    Mono<Void> verify(List<CompiledStatement> statements) {
        return Mono.defer(() -> leases.use(
                        LeaseRequest.onPrimary(OPERATION, request()), session -> failures(session, statements)))
                .flatMap(
                        failures -> failures.isEmpty() ? Mono.empty() : Mono.error(error(failures, statements.size())));
    }

    private AdmissionRequest request() {
        return new AdmissionRequest(null, Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(timeout), null);
    }

    private static Mono<List<String>> failures(Session session, List<CompiledStatement> statements) {
        return Flux.fromIterable(statements)
                .concatMap(statement -> failure(session, statement))
                .collectList();
    }

    private static Mono<String> failure(Session session, CompiledStatement statement) {
        String types =
                statement.parameterTypes().isEmpty() ? "" : " (" + String.join(", ", statement.parameterTypes()) + ")";
        return session.command("prepare " + PREPARED + types + " as "
                        + statement.plan().sql())
                .then(session.command("deallocate " + PREPARED))
                .then(Mono.<String>empty())
                .onErrorResume(
                        StatementVerifier::isOfTheStatement,
                        error -> Mono.just(statement.plan().name() + ": " + error.getMessage()));
    }

    // What the server says about the text, and not about the connection or itself.
    private static boolean isOfTheStatement(Throwable error) {
        return error instanceof R2dbcException e
                && e.getSqlState() != null
                && (e.getSqlState().startsWith("42")
                        || e.getSqlState().startsWith("0A")
                        || e.getSqlState().startsWith("22"));
    }

    private static InvalidMappingException error(List<String> failures, int statements) {
        return new InvalidMappingException(
                "%d of %d statements cannot be run".formatted(failures.size(), statements),
                String.join("; ", failures));
    }
}
