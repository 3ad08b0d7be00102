package dev.sluice.benchmarks.cost;

import dev.sluice.Credentials;
import dev.sluice.SluiceSettings;
import dev.sluice.access.Access;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.benchmarks.admission.MovingLimits;
import dev.sluice.r2dbc.admission.RateLimits;
import dev.sluice.r2dbc.observation.QueryWatch;
import dev.sluice.r2dbc.schema.WriteEffects;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.transaction.Call;
import dev.sluice.r2dbc.transaction.StatementRunner;
import dev.sluice.r2dbc.transaction.Transactions;
import dev.sluice.repository.QueryObserver;
import dev.sluice.tenant.TenantId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** One call over connections that answer at once, with and without somebody who observes it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class ObservationBenchmark {

    private static final Call CALL = new Call(
            new StatementPlan(
                    "Things.findById",
                    "select 1",
                    new StatementPlan.Binding(List.of(new StatementPlan.Slot.Tenant())),
                    Set.of("things"),
                    Set.of(),
                    true,
                    true),
            new Object[0],
            null,
            null,
            null);

    /** Who observes: nobody, somebody who does not want to know, or somebody who does. */
    @Param({"none", "uninterested", "interested"})
    public String observer = "";

    private final TenantId tenant = TenantId.of("tenant");
    private QueryObserver observing = QueryObserver.NONE;
    private @Nullable StatementRunner runner;

    /** Makes the statements of a node. */
    @Setup
    public void open() {
        observing = switch (observer) {
            case "none" -> QueryObserver.NONE;
            case "uninterested" -> (query, context) -> null;
            default -> (query, context) -> new Listener();
        };
        MovingLimits limits = new MovingLimits(16);
        SluiceSettings settings = SluiceSettings.builder(
                        "r2dbc:postgresql://localhost:5432/none", new Credentials("none", "none"))
                .queryObserver(observing)
                .build();
        runner = Transactions.over(
                        new InstantLeases(0),
                        settings,
                        limits,
                        new RateLimits(limits, AdmissionObserver.NONE),
                        WriteEffects.NONE)
                .statements();
    }

    /** What observation adds to a call, and nothing else. */
    @Benchmark
    public Function<Session, Mono<Long>> observationAlone() {
        QueryWatch watch =
                QueryWatch.begin(observing, "Things.findById", tenant, Workload.INTERACTIVE, false, Context.empty());
        return QueryWatch.on(watch, ObservationBenchmark::work);
    }

    private static Mono<Long> work(Session session) {
        return Mono.just(1L);
    }

    /** A whole call. */
    @Benchmark
    public @Nullable List<Object> call() {
        StatementRunner statements = runner;
        return statements == null
                ? null
                : statements
                        .<Object>rows(CALL, row -> row, 1)
                        .contextWrite(Access.tenant(tenant))
                        .block();
    }

    /** Listens, and does nothing with what it hears. */
    private static final class Listener implements QueryObserver.Observation {

        @Override
        public void routed(String node, boolean replica) {}

        @Override
        public void started() {}

        @Override
        public void ended(@Nullable Throwable error) {}

        @Override
        public void cancelled() {}
    }
}
