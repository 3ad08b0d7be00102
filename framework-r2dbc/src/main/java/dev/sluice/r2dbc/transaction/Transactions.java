package dev.sluice.r2dbc.transaction;

import dev.sluice.SluiceSettings;
import dev.sluice.TimeoutSettings;
import dev.sluice.access.Access;
import dev.sluice.access.Deadline;
import dev.sluice.admission.LimitSource;
import dev.sluice.r2dbc.admission.RateLimits;
import dev.sluice.r2dbc.schema.WriteEffects;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.Setting;
import dev.sluice.repository.QueryObserver;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.TransactionHandle;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.work.Fence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Begins, joins and ends the transactions of one database, and runs statements in them or beside them. Thread-safe; one for
 * each {@link Leases}.
 */
public final class Transactions {

    static final String OPERATION = "a transaction";

    private final Leases leases;
    private final TimeoutSettings timeouts;
    private final StatementTimeout statementTimeout;
    private final Requests requests;
    private final Statements statements;
    private final OpenTransactions open;
    private final ExternalIoGuard externalIo;
    private final QueryObserver observer;
    private final int maxRows;
    private final WriteEffects effects;
    private final Invalidation invalidation;

    private Transactions(
            Leases leases, SluiceSettings settings, LimitSource limits, RateLimits rates, WriteEffects effects) {
        this.leases = leases;
        this.timeouts = settings.timeouts();
        this.statementTimeout = new StatementTimeout(timeouts.statement());
        this.requests = new Requests(limits, rates, settings);
        this.statements = new Statements(settings);
        this.open = new OpenTransactions(settings);
        this.externalIo = new ExternalIoGuard(settings);
        this.observer = settings.queryObserver();
        this.maxRows = settings.maxRows();
        this.effects = effects;
        this.invalidation = new Invalidation(settings.cache(), effects, timeouts);
    }

    /**
     * Makes the transactions of a node.
     *
     * @param leases the node's sessions
     * @param settings isolation, tenant column and timeouts
     * @param limits the priorities of workloads
     * @param rates how many calls a second
     * @param effects which relations change when one is written
     * @return the transactions; they hold nothing that would have to be closed
     */
    public static Transactions over(
            Leases leases, SluiceSettings settings, LimitSource limits, RateLimits rates, WriteEffects effects) {
        return new Transactions(leases, settings, limits, rates, effects);
    }

    /** @return runs compiled statements in these transactions, or in groups of their own */
    public StatementRunner statements() {
        return new DefaultStatementRunner(this, statements, observer, maxRows);
    }

    /**
     * Runs work in a transaction, or in the one of the Context.
     *
     * @param options how it runs
     * @param work what to do; subscribed to once the transaction is there
     * @param <T> the type of its result
     * @return the result, emitted after the commit; an error of the work after the rollback. Cancelling rolls back,
     *     unless COMMIT was sent already. For the errors of a commit see {@link RunningTransaction#commit()}.
     */
    public <T> Mono<T> inTransaction(TransactionOptions options, Supplier<? extends Mono<T>> work) {
        Place openedAt = Place.ofCaller();
        return Mono.deferContextual(context -> {
            Access access = Access.from(context);
            TenantId tenant = access.requireTenant(OPERATION);
            Scope outer = scope(context);
            if (outer != null) {
                outer.requireTenant(tenant);
                return outer.join(options, work);
            }
            LeaseRequest request = requests.lease(options, access, requests.of(access, tenant, null));
            return Ending.after(
                    new Transaction(this, tenant, options, access, openedAt, Fence.from(context)),
                    transaction -> transaction.begin(request),
                    Mono.defer(work));
        });
    }

    /**
     * Begins a transaction that the subscriber ends. It is rolled back by itself when its timeout is over. Inside
     * another one it joins that, or sets a savepoint in it, as the options say; who wants one of its own takes
     * {@link TransactionHandle#KEY} out of the Context.
     *
     * @param options how it runs
     * @return the transaction, never empty; cancelling until it is emitted gives everything back
     */
    public Mono<RunningTransaction> begin(TransactionOptions options) {
        return begin(options, Place.ofCaller());
    }

    /**
     * The same, for who knows where in the user's code that is.
     *
     * @param options how it runs
     * @param openedAt where, for messages
     * @return the transaction, never empty; cancelling until it is emitted gives everything back
     */
    public Mono<RunningTransaction> begin(TransactionOptions options, Place openedAt) {
        return Mono.deferContextual(context -> {
            Access access = Access.from(context);
            TenantId tenant = access.requireTenant(OPERATION);
            Scope outer = scope(context);
            if (outer != null) {
                outer.requireTenant(tenant);
                return outer.begin(options);
            }
            LeaseRequest request = requests.lease(options, access, requests.of(access, tenant, null));
            Transaction transaction = new Transaction(this, tenant, options, access, openedAt, Fence.from(context));
            return Ending.byHolder(transaction, transaction.untilExpiry(transaction.begin(request)));
        });
    }

    /**
     * The scope that calls with this Context run in.
     *
     * @return null outside of a transaction
     * @throws IllegalStateException if the Context's transaction is another database's
     */
    @Nullable
    Scope scope(ContextView context) {
        TransactionHandle handle = TransactionHandle.from(context).orElse(null);
        if (handle == null) {
            return null;
        }
        TransactionHandle joined = handle instanceof Joined inner ? inner.outer() : handle;
        if (joined instanceof Scope scope && scope.root().owner() == this) {
            return scope;
        }
        throw new IllegalStateException(
                "the Context carries a transaction of another database; one transaction serves one: end it first");
    }

    /** @return which relations change when one is written */
    public WriteEffects effects() {
        return effects;
    }

    /** @return has the cache told of writes */
    public Invalidation invalidation() {
        return invalidation;
    }

    Leases leases() {
        return leases;
    }

    TimeoutSettings timeouts() {
        return timeouts;
    }

    StatementTimeout statementTimeout() {
        return statementTimeout;
    }

    OpenTransactions open() {
        return open;
    }

    ExternalIoGuard externalIo() {
        return externalIo;
    }

    Requests requests() {
        return requests;
    }

    /**
     * What is set with BEGIN: the tenant, and timeouts where deadlines are nearer than they are.
     *
     * @param deadline the transaction's
     * @param statementMillis what the first statement may take
     */
    List<Setting> beginSettings(TenantId tenant, Deadline deadline, long statementMillis) {
        List<Setting> settings = new ArrayList<>(statements.tenantSettings(tenant));
        if (statementMillis < statementTimeout.configuredMillis()) {
            settings.add(StatementTimeout.setting(statementMillis));
        }
        long left = statementTimeout.millis(deadline);
        if (left < timeouts.lock().toMillis()) {
            settings.add(new Setting("lock_timeout", Long.toString(left)));
        }
        return settings;
    }
}
