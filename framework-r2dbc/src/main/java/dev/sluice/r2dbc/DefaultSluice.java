package dev.sluice.r2dbc;

import dev.sluice.AcrossTenants;
import dev.sluice.LiveLimits;
import dev.sluice.SluiceSettings;
import dev.sluice.Sql;
import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.admission.RateLimits;
import dev.sluice.r2dbc.cluster.Cluster;
import dev.sluice.r2dbc.cluster.Node;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.connection.SluiceConnectionFactory;
import dev.sluice.r2dbc.repository.AdHocSql;
import dev.sluice.r2dbc.repository.Repositories;
import dev.sluice.r2dbc.schema.Catalog;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.PoolUse;
import dev.sluice.r2dbc.sql.SqlScoper;
import dev.sluice.r2dbc.sql.StatementPlans;
import dev.sluice.r2dbc.transaction.Place;
import dev.sluice.r2dbc.transaction.RunningTransaction;
import dev.sluice.r2dbc.transaction.StatementRunner;
import dev.sluice.r2dbc.transaction.Transactions;
import dev.sluice.r2dbc.work.DefaultPhases;
import dev.sluice.r2dbc.work.DefaultReconciliation;
import dev.sluice.r2dbc.work.DefaultWorkers;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.work.Phases;
import dev.sluice.work.Reconciliation;
import dev.sluice.work.Workers;
import io.r2dbc.spi.ConnectionFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** The facade over the parts of one database. */
final class DefaultSluice implements R2dbcSluice {

    private final SluiceSettings settings;
    private final Cluster cluster;
    private final Node primary;
    private final @Nullable Node across;
    private final Leases leases;
    private final DefaultLiveLimits limits;
    private final Transactions transactions;
    private final Repositories repositories;
    private final AdHocSql adHocSql;
    private final Phases phases = new DefaultPhases(this);
    private final Reconciliation reconciliation = new DefaultReconciliation();
    private final Workers workers;

    DefaultSluice(
            SluiceSettings settings,
            Catalog catalog,
            Cluster cluster,
            @Nullable Node across,
            DefaultLiveLimits limits) {
        this.settings = settings;
        this.cluster = cluster;
        this.primary = cluster.nodes().get(0);
        this.across = across;
        this.leases = cluster.leases();
        this.limits = limits;
        this.workers = new DefaultWorkers(leases);
        this.transactions = Transactions.over(
                leases, settings, limits, new RateLimits(limits, countedAt(primary)), catalog.effects());
        StatementRunner runner = transactions.statements();
        SqlScoper scoper = new SqlScoper(catalog);
        this.repositories = new Repositories(catalog, scoper, runner, settings, limits);
        this.adHocSql = new AdHocSql(new StatementPlans(scoper), runner, settings);
    }

    // No node keeps the rates; the primary shows whom they hold back.
    private AdmissionObserver countedAt(Node node) {
        AdmissionObserver observer = settings.admissionObserver();
        return new AdmissionObserver() {
            @Override
            public void rejected(
                    String name, AdmissionRequest request, Reason reason, long waitedNanos, boolean dryRun) {
                node.admission().countRejection(request, reason);
                observer.rejected(name, request, reason, waitedNanos, dryRun);
            }
        };
    }

    @Override
    public <R> R repository(Class<R> type) {
        return repositories.repository(type);
    }

    @Override
    public Sql sql(String text) {
        return adHocSql.statement(text);
    }

    @Override
    public <T> Mono<T> inTransaction(TransactionOptions options, Supplier<? extends Mono<T>> work) {
        return transactions.inTransaction(options, work);
    }

    @Override
    public Mono<RunningTransaction> begin(TransactionOptions options) {
        return transactions.begin(options);
    }

    @Override
    public Mono<RunningTransaction> begin(TransactionOptions options, String openedAt) {
        return transactions.begin(options, Place.named(openedAt));
    }

    @Override
    public Mono<Void> ping() {
        return Mono.defer(() -> leases.use(
                        LeaseRequest.onPrimary("ping", pingRequest()), session -> session.command("select 1")))
                .then();
    }

    private AdmissionRequest pingRequest() {
        Deadline deadline = Deadline.after(settings.timeouts().lock());
        return new AdmissionRequest(null, Workload.INTERACTIVE, Priority.INTERACTIVE, deadline, null);
    }

    @Override
    public List<NodeUse> nodes() {
        int configured = limits.maxConnections();
        int limit = configured == 0 ? settings.pool().max() : configured;
        return cluster.nodes().stream()
                .map(node -> new NodeUse(
                        node.name(), node.admission().inUse(), node.admission().waiting(), limit))
                .toList();
    }

    @Override
    public Map<String, PoolUse> pools() {
        Map<String, PoolUse> pools = new LinkedHashMap<>();
        cluster.nodes().forEach(node -> node.leases().pool().ifPresent(use -> pools.put(node.name(), use)));
        return pools;
    }

    @Override
    public Flux<NodeAdmission> admission(int mostTenants) {
        return Flux.fromIterable(cluster.nodes())
                .concatWith(Mono.justOrEmpty(across))
                .concatMap(node -> node.admission()
                        .snapshot(mostTenants)
                        .map(snapshot -> new NodeAdmission(node.name(), snapshot)));
    }

    @Override
    public List<NodeStatus> statuses() {
        return cluster.statuses();
    }

    @Override
    public OptionalLong systemIdentifier() {
        return cluster.systemIdentifier();
    }

    @Override
    public Phases phases() {
        return phases;
    }

    @Override
    public Reconciliation reconciliation() {
        return reconciliation;
    }

    @Override
    public Workers workers() {
        return workers;
    }

    @Override
    public SessionPosition newSession() {
        return cluster.newSession();
    }

    @Override
    public LiveLimits limits() {
        return limits;
    }

    @Override
    public AcrossTenants acrossTenants(String reason) {
        Node door = across;
        if (door == null) {
            throw new IllegalStateException("there is no door across tenants: set sluice.across-tenants.username and"
                    + " .password to a role that may see every tenant");
        }
        if (reason.isBlank()) {
            throw new IllegalArgumentException("reason: blank (expected: why tenants are crossed, for the log)");
        }
        return new DefaultAcrossTenants(
                door.leases(),
                limits,
                settings.timeouts().call(),
                settings.maxRows(),
                settings.queryObserver(),
                transactions,
                reason);
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return SluiceConnectionFactory.over(transactions, settings);
    }

    @Override
    public ConnectionFactory connectionFactory(ContextView context) {
        return SluiceConnectionFactory.over(transactions, settings).within(context);
    }

    /** For tests that look at the connections themselves. */
    Leases leases() {
        return leases;
    }

    @Override
    public Mono<Void> verify() {
        return new StatementVerifier(leases, settings.timeouts().transaction()).verify(repositories.statements());
    }

    @Override
    public Mono<Void> closeGracefully() {
        Mono<Void> door = across == null ? Mono.empty() : across.closeGracefully();
        return workers.closeGracefully().then(Mono.whenDelayError(cluster.closeGracefully(), door));
    }
}
