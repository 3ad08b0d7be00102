package dev.sluice.r2dbc;

import dev.sluice.AcrossTenants;
import dev.sluice.access.Access;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.LimitSource;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.r2dbc.observation.QueryWatch;
import dev.sluice.r2dbc.repository.NamedValues;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.sql.NamedParameters;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.transaction.Fencing;
import dev.sluice.r2dbc.transaction.Transactions;
import dev.sluice.repository.QueryObserver;
import dev.sluice.transaction.Touched;
import dev.sluice.work.Fence;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The door for work across tenants, opened for one reason. Its statements join no transaction of a tenant.
 */
final class DefaultAcrossTenants implements AcrossTenants {

    private static final Logger LOG = LoggerFactory.getLogger(AcrossTenants.class);
    private static final String OPERATION = "across tenants";

    private final Leases leases;
    private final LimitSource limits;
    private final Duration callTimeout;
    private final int maxRows;
    private final QueryObserver observer;
    private final Transactions transactions;
    private final String reason;

    DefaultAcrossTenants(
            Leases leases,
            LimitSource limits,
            Duration callTimeout,
            int maxRows,
            QueryObserver observer,
            Transactions transactions,
            String reason) {
        this.leases = leases;
        this.limits = limits;
        this.callTimeout = callTimeout;
        this.maxRows = maxRows;
        this.observer = observer;
        this.transactions = transactions;
        this.reason = reason;
    }

    @Override
    public <T> Flux<T> query(String sql, Map<String, ?> parameters, Function<? super Readable, ? extends T> mapper) {
        return run(sql, parameters, (session, group) -> session.<T>rows(group, mapper, maxRows))
                .flatMapIterable(Function.identity());
    }

    @Override
    public Mono<Long> execute(String sql, Map<String, ?> parameters) {
        return run(sql, parameters, Session::rowsUpdated);
    }

    private <T> Mono<T> run(String sql, Map<String, ?> parameters, BiFunction<Session, Group, Mono<T>> execution) {
        return Mono.deferContextual(context -> {
            StatementPlan plan = NamedParameters.unscoped(OPERATION, sql);
            Fence fence = Fence.from(context);
            Group group = new Group(
                    OPERATION,
                    Fencing.after(List.of(), fence),
                    plan.sql(),
                    NamedValues.arguments(plan, wires(parameters)));
            LOG.info("across tenants: {}", reason);
            LeaseRequest request = new LeaseRequest(
                    OPERATION,
                    request(context),
                    true,
                    ReadConsistency.primary(),
                    Access.from(context).session());
            QueryWatch watch = QueryWatch.begin(
                    observer, OPERATION, null, request.admission().workload(), false, context);
            AtomicBoolean begun = new AtomicBoolean();
            Mono<T> call = leases.use(request, QueryWatch.on(watch, session -> {
                begun.set(true);
                return execution.apply(session, group);
            }));
            Mono<T> result = watch == null ? call : watch.until(call);
            Mono<T> explained = fence == null ? result : result.onErrorMap(error -> Fencing.explain(error, fence));
            return plan.writes().isEmpty()
                    ? explained
                    : transactions
                            .invalidation()
                            .around(() -> touched(plan), null, request.session(), explained, begun::get);
        });
    }

    private Touched touched(StatementPlan plan) {
        return new Touched(transactions.effects().of(plan.writes()), Set.of());
    }

    private static Map<String, Object> wires(Map<String, ?> parameters) {
        Map<String, Object> wires = new HashMap<>();
        parameters.forEach((name, value) -> wires.put(name, NamedValues.wire(name, value)));
        return wires;
    }

    private AdmissionRequest request(ContextView context) {
        Access access = Access.from(context);
        Workload workload = access.workload() == null ? Workload.BACKGROUND : access.workload();
        Priority own = limits.workload(workload).priority();
        return new AdmissionRequest(
                null,
                workload,
                access.priority() == null ? own : own.lower(access.priority()),
                access.deadline() == null ? Deadline.after(callTimeout) : access.deadline(),
                access.principal());
    }
}
