package dev.sluice.r2dbc.transaction;

import dev.sluice.access.Access;
import dev.sluice.access.Deadline;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.access.Workload;
import dev.sluice.r2dbc.observation.QueryWatch;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.Setting;
import dev.sluice.repository.QueryObserver;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.UnknownCommitOutcomeException;
import dev.sluice.work.Fence;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Reads the Context once, and runs each call in its transaction or in a group of its own. */
final class DefaultStatementRunner implements StatementRunner {

    /** The server stops a statement by its deadline; this much later the client no longer waits for that. */
    private static final Duration BACKSTOP = Duration.ofMillis(150);

    private final Transactions transactions;
    private final Statements statements;
    private final QueryObserver observer;
    private final int maxRows;

    DefaultStatementRunner(Transactions transactions, Statements statements, QueryObserver observer, int maxRows) {
        this.transactions = transactions;
        this.statements = statements;
        this.observer = observer;
        this.maxRows = maxRows;
    }

    @Override
    public <T> Mono<List<T>> rows(Call call, Function<? super Readable, ? extends T> mapper, int maxRows) {
        return run(call, (session, group) -> session.rows(group, mapper, maxRows));
    }

    @Override
    public Mono<Long> rowsUpdated(Call call) {
        return run(call, Session::rowsUpdated);
    }

    @Override
    public <T> Flux<T> stream(Call call, Function<? super Readable, ? extends T> mapper, int fetchSize) {
        return Flux.deferContextual(context -> {
            Access access = Access.from(context);
            TenantId tenant = access.requireTenant(call.plan().name());
            QueryWatch watch = watch(call, access, tenant, true, context);
            return watch == null
                    ? stream(call, access, tenant, context, null, mapper, fetchSize)
                    : watch.until(Flux.defer(() -> stream(call, access, tenant, context, watch, mapper, fetchSize)));
        });
    }

    private <T> Flux<T> stream(
            Call call,
            Access access,
            TenantId tenant,
            ContextView context,
            @Nullable QueryWatch watch,
            Function<? super Readable, ? extends T> mapper,
            int fetchSize) {
        Scope scope = transactions.scope(context);
        if (scope == null) {
            Fence fence = fence(call, context);
            Flux<T> result = streamAlone(call, access, tenant, fence, watch, mapper, fetchSize);
            return fence == null ? result : result.onErrorMap(error -> Fencing.explain(error, fence));
        }
        if (!call.plan().writes().isEmpty()) {
            // PostgreSQL has no cursor over a statement that writes.
            return runInside(
                            scope,
                            call,
                            access,
                            tenant,
                            watch,
                            (session, group) -> session.rows(group, mapper, maxRows))
                    .flatMapIterable(rows -> rows);
        }
        scope.requireTenant(tenant);
        return new Cursor<T>(scope, call.plan().name(), mapper, fetchSize)
                .rows(settings -> group(scope, call, tenant, settings, watch), deadline(access));
    }

    private <T> Mono<T> run(Call call, BiFunction<Session, Group, Mono<T>> execution) {
        return Mono.deferContextual(context -> {
            Access access = Access.from(context);
            TenantId tenant = access.requireTenant(call.plan().name());
            QueryWatch watch = watch(call, access, tenant, false, context);
            return watch == null
                    ? run(call, access, tenant, context, null, execution)
                    : watch.until(Mono.defer(() -> run(call, access, tenant, context, watch, execution)));
        });
    }

    private @Nullable QueryWatch watch(Call call, Access access, TenantId tenant, boolean stream, ContextView context) {
        Workload workload = stream ? Workload.STREAM : Requests.workload(access, call.workload());
        return QueryWatch.begin(observer, call.plan().name(), tenant, workload, stream, context);
    }

    private <T> Mono<T> run(
            Call call,
            Access access,
            TenantId tenant,
            ContextView context,
            @Nullable QueryWatch watch,
            BiFunction<Session, Group, Mono<T>> execution) {
        Scope scope = transactions.scope(context);
        if (scope != null) {
            return runInside(scope, call, access, tenant, watch, execution);
        }
        Fence fence = fence(call, context);
        Mono<T> result = runAlone(call, access, tenant, fence, watch, execution);
        return fence == null ? result : result.onErrorMap(error -> Fencing.explain(error, fence));
    }

    // Inside a transaction its BEGIN has checked it. What a replica may run writes nothing.
    private static @Nullable Fence fence(Call call, ContextView context) {
        return call.plan().replicaSafe() ? null : Fence.from(context);
    }

    private <T> Mono<T> runAlone(
            Call call,
            Access access,
            TenantId tenant,
            @Nullable Fence fence,
            @Nullable QueryWatch watch,
            BiFunction<Session, Group, Mono<T>> execution) {
        LeaseRequest lease = transactions
                .requests()
                .lease(call, access, transactions.requests().of(access, tenant, call.workload()));
        Deadline deadline = lease.admission().deadline();
        String name = lease.operation();
        boolean writes = !call.plan().writes().isEmpty();
        AtomicBoolean begun = new AtomicBoolean();
        Function<Session, Mono<T>> work = session -> {
            begun.set(true);
            StatementTimeout timeout = transactions.statementTimeout();
            long millis = timeout.millis(deadline);
            if (millis == timeout.configuredMillis()) {
                return execution.apply(
                        session, statements.group(call, tenant, statements.settings(tenant, null, fence)));
            }
            List<Setting> settings = statements.settings(tenant, StatementTimeout.setting(millis), fence);
            return execution
                    .apply(session, statements.group(call, tenant, settings))
                    .onErrorMap(error -> StatementTimeout.explain(error, name, deadline, millis));
        };
        Mono<T> result = transactions.leases().use(lease, QueryWatch.on(watch, work));
        return writes
                ? transactions
                        .invalidation()
                        .around(
                                call::touched,
                                tenant,
                                access.session(),
                                result.onErrorMap(CommitAnswer::isMissing, UnknownCommitOutcomeException::new),
                                begun::get)
                : result;
    }

    private <T> Mono<T> runInside(
            Scope scope,
            Call call,
            Access access,
            TenantId tenant,
            @Nullable QueryWatch watch,
            BiFunction<Session, Group, Mono<T>> execution) {
        scope.requireTenant(tenant);
        scope.root().touched().add(call);
        String name = call.plan().name();
        Mono<T> result = scope.call(
                name,
                deadline(access),
                !call.plan().writes().isEmpty(),
                watch == null
                        ? (session, settings) -> execution.apply(session, statements.group(call, tenant, settings))
                        : (session, settings) -> execution.apply(session, group(scope, call, tenant, settings, watch)));
        return access.deadline() == null ? result : bounded(result, name, access.deadline());
    }

    // Made when it is the call's turn to be sent.
    private Group group(Scope scope, Call call, TenantId tenant, List<Setting> settings, @Nullable QueryWatch watch) {
        if (watch != null) {
            scope.root().session().tellRoute(watch);
            watch.started();
        }
        return statements.group(call, tenant, settings);
    }

    private static <T> Mono<T> bounded(Mono<T> result, String name, Deadline deadline) {
        Duration left = deadline.remaining();
        Duration most = left.isNegative() ? BACKSTOP : left.plus(BACKSTOP);
        return result.timeout(most, Mono.error(() -> new DeadlineExceededException(name, "executing", left)));
    }

    private <T> Flux<T> streamAlone(
            Call call,
            Access access,
            TenantId tenant,
            @Nullable Fence fence,
            @Nullable QueryWatch watch,
            Function<? super Readable, ? extends T> mapper,
            int fetchSize) {
        LeaseRequest lease = transactions
                .requests()
                .lease(call, access, transactions.requests().in(Workload.STREAM, access, tenant));
        Deadline deadline = lease.admission().deadline();
        String name = lease.operation();
        AtomicBoolean begun = new AtomicBoolean();
        Function<Session, Flux<T>> work = session -> {
            begun.set(true);
            long millis = transactions.statementTimeout().millis(deadline);
            if (millis >= transactions.statementTimeout().configuredMillis()) {
                return session.stream(
                        statements.group(call, tenant, statements.settings(tenant, null, fence)), mapper, fetchSize);
            }
            Group group = statements.group(
                    call, tenant, statements.settings(tenant, StatementTimeout.setting(millis), fence));
            return session.<T>stream(group, mapper, fetchSize)
                    .onErrorMap(error -> StatementTimeout.explain(error, name, deadline, millis));
        };
        Flux<T> result = transactions.leases().stream(lease, QueryWatch.on(watch, work));
        return call.plan().writes().isEmpty()
                ? result
                : transactions.invalidation().aroundAll(call::touched, tenant, access.session(), result, begun::get);
    }

    private Deadline deadline(Access access) {
        return transactions.requests().deadline(access);
    }
}
