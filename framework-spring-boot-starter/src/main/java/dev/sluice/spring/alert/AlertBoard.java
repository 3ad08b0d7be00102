package dev.sluice.spring.alert;

import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.R2dbcSluice.NodeUse;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.spring.alert.AlertLines.Severity;
import dev.sluice.spring.sampler.DatabaseSample;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How each alert stands, computed when somebody looks. Of several nodes the worst one counts. What cannot be measured, because
 * there is no monitor role or nothing has happened, is no alert. Thread-safe.
 */
public final class AlertBoard {

    private final R2dbcSluice sluice;
    private final AlertSignals signals;
    private final Supplier<Optional<DatabaseSample>> samples;
    private final Map<SluiceAlert, AlertLines> lines = new EnumMap<>(SluiceAlert.class);

    /**
     * Makes a board.
     *
     * @param sluice knows connections and replicas
     * @param signals knows the last minute
     * @param samples the last one, or empty where there is no monitor role
     * @param changed lines other than those of {@link SluiceAlert#lines()}
     */
    public AlertBoard(
            R2dbcSluice sluice,
            AlertSignals signals,
            Supplier<Optional<DatabaseSample>> samples,
            Map<SluiceAlert, AlertLines> changed) {
        this.sluice = sluice;
        this.signals = signals;
        this.samples = samples;
        Arrays.stream(SluiceAlert.values())
                .forEach(alert -> lines.put(alert, changed.getOrDefault(alert, alert.lines())));
    }

    /** @return one for each alert, in their order */
    public List<AlertState> states() {
        return Arrays.stream(SluiceAlert.values()).map(this::state).toList();
    }

    /** @return those that warn or are critical */
    public List<AlertState> firing() {
        return states().stream()
                .filter(state -> state.severity() != Severity.OK)
                .toList();
    }

    /**
     * How one stands.
     *
     * @param alert which
     * @return its state
     */
    public AlertState state(SluiceAlert alert) {
        return switch (alert) {
            case ACTIVE_CONNECTIONS -> worst(alert, sluice.nodes(), AlertBoard::share, NodeUse::name);
            case QUEUE_WAIT -> worst(alert, signals.nodes(), signals::wait99, node -> node);
            case QUERY_TIME -> worst(alert, signals.nodes(), signals::run99, node -> node);
            case ACQUIRE_TIMEOUTS -> worst(alert, signals.nodes(), signals::acquireTimeoutShare, node -> node);
            case REPLICA_LAG -> worst(alert, sluice.statuses(), AlertBoard::lag, NodeStatus::name);
            case MIGRATION_LOCK_WAIT -> of(alert, signals.longestMigrationWait(), null);
            case IDLE_IN_TRANSACTION -> idle(alert);
            case UNMANAGED_CONNECTIONS ->
                of(
                        alert,
                        samples.get().map(sample -> (double) sample.unmanaged()).orElse(Double.NaN),
                        null);
        };
    }

    // The sampler sees those that idle now, of all processes, but not between two of its rounds.
    private AlertState idle(SluiceAlert alert) {
        double own = signals.longestIdle();
        Optional<DatabaseSample> sample = samples.get();
        double seen =
                sample.map(now -> now.activity().longestIdle().toNanos() / 1e9).orElse(Double.NaN);
        return Double.isNaN(own) || seen > own
                ? of(
                        alert,
                        seen,
                        sample.map(now -> now.activity().longestIdleApplication())
                                .orElse(null))
                : of(alert, own, null);
    }

    private <T> AlertState worst(
            SluiceAlert alert, Collection<T> nodes, ToDoubleFunction<T> value, Function<T, String> name) {
        double worst = Double.NaN;
        String where = null;
        for (T node : nodes) {
            double now = value.applyAsDouble(node);
            if (!Double.isNaN(now) && !(now <= worst)) {
                worst = now;
                where = name.apply(node);
            }
        }
        return of(alert, worst, where);
    }

    private AlertState of(SluiceAlert alert, double value, @Nullable String where) {
        return AlertState.of(alert, lines.getOrDefault(alert, alert.lines()), value, where);
    }

    private static double share(NodeUse node) {
        return node.limit() == 0 ? Double.NaN : (double) node.inUse() / node.limit();
    }

    private static double lag(NodeStatus node) {
        return node.lag() == null ? Double.NaN : node.lag().toNanos() / 1e9;
    }
}
