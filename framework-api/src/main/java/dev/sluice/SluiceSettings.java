package dev.sluice;

import dev.sluice.admission.AdmissionObserver;
import dev.sluice.cache.TenantCache;
import dev.sluice.consistency.RouteObserver;
import dev.sluice.repository.QueryObserver;
import dev.sluice.transaction.TransactionObserver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All of Sluice's configuration. Immutable, checked when it is made; its text form holds no secret.
 *
 * @param url the primary, {@code r2dbc:postgresql://host:port/database}
 * @param app the role that serves tenants
 * @param isolation what keeps tenants apart; default {@link Isolation#RLS}
 * @param tenantColumn the column that says whose a row is
 * @param pool the connections of a node
 * @param instances the processes that share the servers, each with pools of its own; at least 1; default 1
 * @param timeouts how long things may take
 * @param transactions what a transaction may do with the connection that it holds
 * @param transactionObserver is told what transactions do; default {@link TransactionObserver#NONE}
 * @param maxRows the most rows that a {@code Flux} is read for; at least 1; default 10,000
 * @param admission who may use how much of a node
 * @param admissionObserver is told of every decision of the nodes; default {@link AdmissionObserver#NONE}
 * @param replicas the other nodes; default {@link ReplicaSettings#NONE}
 * @param routeObserver is told where each call goes; default {@link RouteObserver#NONE}
 * @param queryObserver is told of every call of a statement; default {@link QueryObserver#NONE}
 * @param connectionObserver is told of connections that fail; default {@link ConnectionObserver#NONE}
 * @param cache answers {@link dev.sluice.repository.Cached} methods, and is told of every write; closed by whoever made it,
 *     after the {@link Sluice}; default {@link TenantCache#none()}
 * @param acrossTenants the door for work across tenants; null means that it does not exist
 * @param monitor the role of probes and samplers; null means that probes ask as {@code app}, and nothing is sampled
 * @param sharedTables tables that belong to no tenant and may be read and written by all
 * @param declared views and functions that hand-written SQL may use, declared safe by the user
 * @param tokenSecrets secrets that sign cursors and tokens, the newest first; empty means a random one, good for one
 *     process and one run
 */
public record SluiceSettings(
        String url,
        Credentials app,
        Isolation isolation,
        TenantColumn tenantColumn,
        PoolSettings pool,
        int instances,
        TimeoutSettings timeouts,
        TransactionSettings transactions,
        TransactionObserver transactionObserver,
        int maxRows,
        AdmissionSettings admission,
        AdmissionObserver admissionObserver,
        ReplicaSettings replicas,
        RouteObserver routeObserver,
        QueryObserver queryObserver,
        ConnectionObserver connectionObserver,
        TenantCache cache,
        @Nullable AcrossTenantsSettings acrossTenants,
        @Nullable Credentials monitor,
        List<String> sharedTables,
        List<String> declared,
        List<String> tokenSecrets) {

    /** @throws IllegalArgumentException if a value is out of range, naming the property */
    public SluiceSettings {
        ServerAddress.requireOneDatabaseOnManyServers(url, replicas.nodes());
        SettingChecks.atLeast("instances", instances, 1);
        SettingChecks.atLeast("repositories.max-rows", maxRows, 1);
        admission.checkFits(pool.max());
        sharedTables = List.copyOf(sharedTables);
        declared = List.copyOf(declared);
        tokenSecrets = List.copyOf(tokenSecrets);
    }

    /**
     * Begins the configuration.
     *
     * @param url the primary, {@code r2dbc:postgresql://host:port/database}
     * @param app the role that serves tenants
     * @return a builder with all defaults
     */
    public static Builder builder(String url, Credentials app) {
        return new Builder(url, app);
    }

    /**
     * The same with another observer of admission.
     *
     * @param observer is told of every decision
     * @return the settings
     */
    public SluiceSettings withAdmissionObserver(AdmissionObserver observer) {
        return change().admissionObserver(observer).build();
    }

    /**
     * The same with another observer of routes.
     *
     * @param observer is told where each call goes
     * @return the settings
     */
    public SluiceSettings withRouteObserver(RouteObserver observer) {
        return change().routeObserver(observer).build();
    }

    /**
     * The same with another observer of transactions.
     *
     * @param observer is told what transactions do
     * @return the settings
     */
    public SluiceSettings withTransactionObserver(TransactionObserver observer) {
        return change().transactionObserver(observer).build();
    }

    /**
     * The same with another observer of calls.
     *
     * @param observer is told of every call of a statement
     * @return the settings
     */
    public SluiceSettings withQueryObserver(QueryObserver observer) {
        return change().queryObserver(observer).build();
    }

    /**
     * The same with another observer of connections.
     *
     * @param observer is told of connections that fail
     * @return the settings
     */
    public SluiceSettings withConnectionObserver(ConnectionObserver observer) {
        return change().connectionObserver(observer).build();
    }

    /**
     * The same with another cache.
     *
     * @param value answers {@code @Cached} methods, and is told of every write
     * @return the settings
     */
    public SluiceSettings withCache(TenantCache value) {
        return change().cache(value).build();
    }

    private Builder change() {
        return builder(url, app)
                .isolation(isolation)
                .tenantColumn(tenantColumn)
                .pool(pool)
                .instances(instances)
                .timeouts(timeouts)
                .transactions(transactions)
                .transactionObserver(transactionObserver)
                .maxRows(maxRows)
                .admission(admission)
                .admissionObserver(admissionObserver)
                .replicas(replicas)
                .routeObserver(routeObserver)
                .queryObserver(queryObserver)
                .connectionObserver(connectionObserver)
                .cache(cache)
                .acrossTenants(acrossTenants)
                .monitor(monitor)
                .sharedTables(sharedTables)
                .declared(declared)
                .tokenSecrets(tokenSecrets);
    }

    // The URL may carry credentials, and token secrets are secrets.
    @Override
    public String toString() {
        return "SluiceSettings[app=%s, isolation=%s, tenantColumn=%s, pool=%s, timeouts=%s, maxRows=%d, admission=%s]"
                .formatted(app, isolation, tenantColumn, pool, timeouts, maxRows, admission);
    }

    /** Collects a configuration; what is not set has its default. Not thread-safe. */
    public static final class Builder {

        private final String url;
        private final Credentials app;
        private Isolation isolation = Isolation.RLS;
        private TenantColumn tenantColumn = TenantColumn.DEFAULT;
        private PoolSettings pool = PoolSettings.DEFAULT;
        private int instances = 1;
        private TimeoutSettings timeouts = TimeoutSettings.DEFAULT;
        private TransactionSettings transactions = TransactionSettings.DEFAULT;
        private TransactionObserver transactionObserver = TransactionObserver.NONE;
        private int maxRows = 10_000;
        private AdmissionSettings admission = AdmissionSettings.DEFAULT;
        private AdmissionObserver admissionObserver = AdmissionObserver.NONE;
        private ReplicaSettings replicas = ReplicaSettings.NONE;
        private RouteObserver routeObserver = RouteObserver.NONE;
        private QueryObserver queryObserver = QueryObserver.NONE;
        private ConnectionObserver connectionObserver = ConnectionObserver.NONE;
        private TenantCache cache = TenantCache.none();
        private @Nullable AcrossTenantsSettings acrossTenants;
        private @Nullable Credentials monitor;
        private List<String> sharedTables = List.of();
        private List<String> declared = List.of();
        private List<String> tokenSecrets = List.of();

        private Builder(String url, Credentials app) {
            this.url = url;
            this.app = app;
        }

        /**
         * Sets what keeps tenants apart.
         *
         * @param value the isolation
         * @return this builder
         */
        public Builder isolation(Isolation value) {
            isolation = value;
            return this;
        }

        /**
         * Sets the column that says whose a row is.
         *
         * @param value the column
         * @return this builder
         */
        public Builder tenantColumn(TenantColumn value) {
            tenantColumn = value;
            return this;
        }

        /**
         * Sets the connections of a node.
         *
         * @param value the settings
         * @return this builder
         */
        public Builder pool(PoolSettings value) {
            pool = value;
            return this;
        }

        /**
         * Sets how long things may take.
         *
         * @param value the settings
         * @return this builder
         */
        public Builder timeouts(TimeoutSettings value) {
            timeouts = value;
            return this;
        }

        /**
         * Sets how many processes share the servers.
         *
         * @param value at least 1
         * @return this builder
         */
        public Builder instances(int value) {
            instances = value;
            return this;
        }

        /**
         * Sets what a transaction may do with the connection that it holds.
         *
         * @param value the settings
         * @return this builder
         */
        public Builder transactions(TransactionSettings value) {
            transactions = value;
            return this;
        }

        /**
         * Sets who is told what transactions do.
         *
         * @param value the observer
         * @return this builder
         */
        public Builder transactionObserver(TransactionObserver value) {
            transactionObserver = value;
            return this;
        }

        /**
         * Sets the most rows that a {@code Flux} is read for.
         *
         * @param value at least 1
         * @return this builder
         */
        public Builder maxRows(int value) {
            maxRows = value;
            return this;
        }

        /**
         * Sets who may use how much of a node.
         *
         * @param value the settings
         * @return this builder
         */
        public Builder admission(AdmissionSettings value) {
            admission = value;
            return this;
        }

        /**
         * Sets who is told of every admission decision.
         *
         * @param value the observer
         * @return this builder
         */
        public Builder admissionObserver(AdmissionObserver value) {
            admissionObserver = value;
            return this;
        }

        /**
         * Adds the other nodes.
         *
         * @param value the nodes, and how calls are spread
         * @return this builder
         */
        public Builder replicas(ReplicaSettings value) {
            replicas = value;
            return this;
        }

        /**
         * Sets who is told where each call goes.
         *
         * @param value the observer
         * @return this builder
         */
        public Builder routeObserver(RouteObserver value) {
            routeObserver = value;
            return this;
        }

        /**
         * Sets who is told of every call of a statement.
         *
         * @param value the observer
         * @return this builder
         */
        public Builder queryObserver(QueryObserver value) {
            queryObserver = value;
            return this;
        }

        /**
         * Sets who is told of connections that fail.
         *
         * @param value the observer
         * @return this builder
         */
        public Builder connectionObserver(ConnectionObserver value) {
            connectionObserver = value;
            return this;
        }

        /**
         * Sets the cache. It is not closed with the {@link Sluice}, but by whoever made it, afterwards.
         *
         * @param value answers {@code @Cached} methods, and is told of every write
         * @return this builder
         */
        public Builder cache(TenantCache value) {
            cache = value;
            return this;
        }

        /**
         * Opens the door for work across tenants.
         *
         * @param value its role and pool; null closes it
         * @return this builder
         */
        public Builder acrossTenants(@Nullable AcrossTenantsSettings value) {
            acrossTenants = value;
            return this;
        }

        /**
         * Sets the role of probes and samplers.
         *
         * @param value the role; null means that probes ask as the role that serves tenants, and nothing is sampled
         * @return this builder
         */
        public Builder monitor(@Nullable Credentials value) {
            monitor = value;
            return this;
        }

        /**
         * Declares tables that belong to no tenant.
         *
         * @param tables their names, optionally with schema
         * @return this builder
         */
        public Builder sharedTables(List<String> tables) {
            sharedTables = tables;
            return this;
        }

        /**
         * Declares views and functions that hand-written SQL may use.
         *
         * @param names their names, optionally with schema
         * @return this builder
         */
        public Builder declared(List<String> names) {
            declared = names;
            return this;
        }

        /**
         * Sets the secrets that sign cursors and tokens.
         *
         * @param secrets the newest first
         * @return this builder
         */
        public Builder tokenSecrets(List<String> secrets) {
            tokenSecrets = secrets;
            return this;
        }

        /**
         * Checks and makes the configuration.
         *
         * @return the settings
         * @throws IllegalArgumentException if a value is out of range, naming the property
         */
        public SluiceSettings build() {
            return new SluiceSettings(
                    url,
                    app,
                    isolation,
                    tenantColumn,
                    pool,
                    instances,
                    timeouts,
                    transactions,
                    transactionObserver,
                    maxRows,
                    admission,
                    admissionObserver,
                    replicas,
                    routeObserver,
                    queryObserver,
                    connectionObserver,
                    cache,
                    acrossTenants,
                    monitor,
                    sharedTables,
                    declared,
                    tokenSecrets);
        }
    }
}
