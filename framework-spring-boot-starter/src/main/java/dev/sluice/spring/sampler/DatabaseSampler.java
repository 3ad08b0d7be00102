package dev.sluice.spring.sampler;

import dev.sluice.AcrossTenantsSettings;
import dev.sluice.Credentials;
import dev.sluice.ReplicaSettings;
import dev.sluice.ReplicaSettings.ReplicaNode;
import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.spring.sampler.DatabaseSample.Bloat;
import dev.sluice.spring.sampler.DatabaseSample.Slot;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Asks the primary what it does, as the monitor role. Keeps the last answer; none while there is none: a question that fails
 * is told in the log once, and asked again with the next round. Thread-safe.
 */
public final class DatabaseSampler {

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseSampler.class);

    /** What the pools call their connections unless the URL does, the topology monitor its own, and the sampler this one. */
    private static final List<String> NAMES = List.of("sluice", "sluice-monitor", SamplerConnection.APPLICATION);

    private final R2dbcSluice sluice;
    private final SluiceSettings settings;
    private final SamplerConnection connection;
    private final String[] managed;
    private final String[] roles;
    private final Duration longQuery;
    private final Clock clock;
    private volatile @Nullable DatabaseSample last;
    private volatile @Nullable Bloat bloat;
    private volatile boolean failing;
    private volatile boolean noEstimate;

    /**
     * Makes a sampler; it asks nothing by itself.
     *
     * @param sluice knows which node is the primary
     * @param settings where the nodes are, and the roles
     * @param monitor the role that asks, a member of {@code pg_monitor}
     * @param longQuery from when on a statement is long
     * @param clock tells when
     */
    public DatabaseSampler(
            R2dbcSluice sluice, SluiceSettings settings, Credentials monitor, Duration longQuery, Clock clock) {
        this.sluice = sluice;
        this.settings = settings;
        this.connection = new SamplerConnection(monitor);
        this.managed = Stream.concat(NAMES.stream(), applicationName(settings.url()).stream())
                .toArray(String[]::new);
        this.roles = roles(settings);
        this.longQuery = longQuery;
        this.clock = clock;
    }

    // Those whose connections serve tenants. The monitor's may also be an exporter's.
    private static String[] roles(SluiceSettings settings) {
        AcrossTenantsSettings door = settings.acrossTenants();
        return door == null
                ? new String[] {settings.app().username()}
                : new String[] {settings.app().username(), door.credentials().username()};
    }

    private static Optional<String> applicationName(String url) {
        return Optional.ofNullable(ConnectionFactoryOptions.parse(url).getValue(Option.valueOf("applicationName")))
                .map(String::valueOf);
    }

    /** @return the last answer; empty as long as there is none, and after a question that failed */
    public Optional<DatabaseSample> last() {
        return Optional.ofNullable(last);
    }

    /** @return the last estimate; empty as long as there is none */
    public Optional<Bloat> bloat() {
        return Optional.ofNullable(bloat);
    }

    /** @return asks what goes on; never an error */
    public Mono<Void> sample() {
        return Mono.defer(() -> {
                    String node = primary();
                    return slots(node).flatMap(slots -> activity(node, slots));
                })
                .doOnNext(this::answered)
                .onErrorResume(this::failed)
                .then();
    }

    private Mono<List<Slot>> slots(String node) {
        return connection.ask(url(node), SamplerSql.SLOTS, statement -> {}, SampleRows::slot);
    }

    private Mono<DatabaseSample> activity(String node, List<Slot> slots) {
        return connection
                .ask(
                        url(node),
                        SamplerSql.ACTIVITY,
                        statement -> statement.bind(0, managed).bind(1, roles).bind(2, longQuery.toMillis() / 1e3),
                        row -> SampleRows.sample(clock.instant(), node, slots, row))
                .map(rows -> rows.get(0));
    }

    /** @return estimates bloat, which takes longer; never an error */
    public Mono<Void> estimateBloat() {
        return Mono.defer(() -> connection
                        .ask(url(primary()), SamplerSql.BLOAT, statement -> {}, SampleRows::bloat)
                        .map(rows -> rows.get(0)))
                .doOnNext(this::estimated)
                .onErrorResume(this::notEstimated)
                .then();
    }

    /** @return closes the connection; never an error */
    public Mono<Void> close() {
        return connection.close();
    }

    // Without replicas nobody knows, and there is only one.
    private String primary() {
        List<NodeStatus> nodes = sluice.statuses();
        return nodes.stream()
                .filter(NodeStatus::takesWrites)
                .map(NodeStatus::name)
                .findFirst()
                .orElse(ReplicaSettings.MAIN);
    }

    private String url(String node) {
        ReplicaNode replica = settings.replicas().nodes().get(node);
        return replica == null ? settings.url() : replica.url();
    }

    private void answered(DatabaseSample sample) {
        last = sample;
        if (failing) {
            failing = false;
            LOG.info("The database sampler has answers again");
        }
    }

    private <T> Mono<T> failed(Throwable error) {
        last = null;
        if (!failing) {
            failing = true;
            LOG.warn("The database sampler has no answer: {}", error.toString());
        }
        return Mono.empty();
    }

    private void estimated(Bloat estimate) {
        bloat = estimate;
        noEstimate = false;
    }

    private <T> Mono<T> notEstimated(Throwable error) {
        bloat = null;
        if (!noEstimate) {
            noEstimate = true;
            LOG.warn("The database sampler has no estimate of bloat: {}", error.toString());
        }
        return Mono.empty();
    }
}
