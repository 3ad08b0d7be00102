package dev.sluice.spring;

import dev.sluice.AcrossTenants;
import dev.sluice.AdmissionSettings;
import dev.sluice.LiveLimits;
import dev.sluice.Sql;
import dev.sluice.admission.AdmissionSnapshot;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.cluster.NodeStatus;
import dev.sluice.r2dbc.session.PoolUse;
import dev.sluice.r2dbc.transaction.RunningTransaction;
import dev.sluice.transaction.TransactionOptions;
import dev.sluice.work.Phases;
import dev.sluice.work.Reconciliation;
import dev.sluice.work.Workers;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** A Sluice without a database, that remembers what was asked of it. */
public class FakeSluice implements R2dbcSluice {

    private final List<String> calls = new ArrayList<>();

    public List<String> calls() {
        return calls;
    }

    @Override
    public <R> R repository(Class<R> type) {
        calls.add("repository " + type.getSimpleName());
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> method.getName().equals("toString") ? "fake" : null));
    }

    @Override
    public Sql sql(String text) {
        throw new UnsupportedOperationException(text);
    }

    @Override
    public <T> Mono<T> inTransaction(TransactionOptions options, Supplier<? extends Mono<T>> work) {
        return Mono.defer(work);
    }

    @Override
    public AcrossTenants acrossTenants(String reason) {
        throw new IllegalStateException("no door");
    }

    @Override
    public ConnectionFactory connectionFactory(ContextView context) {
        return connectionFactory();
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return new ConnectionFactory() {
            @Override
            public Publisher<? extends Connection> create() {
                return Mono.error(new IllegalStateException("no database"));
            }

            @Override
            public ConnectionFactoryMetadata getMetadata() {
                return () -> "PostgreSQL";
            }
        };
    }

    @Override
    public Mono<RunningTransaction> begin(TransactionOptions options) {
        return Mono.error(new IllegalStateException("no database"));
    }

    @Override
    public Mono<RunningTransaction> begin(TransactionOptions options, String openedAt) {
        return begin(options);
    }

    @Override
    public Mono<Void> ping() {
        return Mono.empty();
    }

    @Override
    public List<NodeStatus> statuses() {
        return List.of();
    }

    @Override
    public OptionalLong systemIdentifier() {
        return OptionalLong.empty();
    }

    @Override
    public SessionPosition newSession() {
        return SessionPosition.none();
    }

    @Override
    public List<NodeUse> nodes() {
        return List.of(new NodeUse("primary", 1, 0, 8));
    }

    @Override
    public Map<String, PoolUse> pools() {
        return Map.of("primary", new PoolUse(1, 5, 4, 0, 8, Integer.MAX_VALUE));
    }

    @Override
    public Flux<NodeAdmission> admission(int mostTenants) {
        return Flux.just(new NodeAdmission("primary", new AdmissionSnapshot(8, 1, 0, List.of(), List.of())));
    }

    @Override
    public Phases phases() {
        throw new UnsupportedOperationException("phases");
    }

    @Override
    public Reconciliation reconciliation() {
        throw new UnsupportedOperationException("reconciliation");
    }

    @Override
    public Workers workers() {
        return new FakeWorkers(calls);
    }

    @Override
    public LiveLimits limits() {
        return new LiveLimits() {
            @Override
            public AdmissionSettings current() {
                return AdmissionSettings.DEFAULT;
            }

            @Override
            public AdmissionSettings change(UnaryOperator<AdmissionSettings> change) {
                return change.apply(current());
            }
        };
    }

    @Override
    public Mono<Void> verify() {
        return Mono.fromRunnable(() -> calls.add("verify"));
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(() -> calls.add("close"));
    }
}
