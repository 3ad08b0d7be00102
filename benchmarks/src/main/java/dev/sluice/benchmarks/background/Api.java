package dev.sluice.benchmarks.background;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.benchmarks.load.OpenLoop;
import dev.sluice.benchmarks.load.Outcomes;
import dev.sluice.benchmarks.load.Source;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Those who wait for answers: point selects of all tenants, at instants drawn beforehand, each with a deadline. */
final class Api {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private static final int AT_ONCE_EACH = 2;

    private final Sluice sluice;
    private final int perSecond;
    private long seed;

    Api(Sluice sluice, int perSecond, long seed) {
        this.sluice = sluice;
        this.perSecond = perSecond;
        this.seed = seed;
    }

    /** Runs in the calling thread. */
    Outcomes load(Duration length) throws TimeoutException {
        Outcomes outcomes = new Outcomes(DEADLINE);
        double each = (double) perSecond / ScenarioDatabase.TENANTS.size();
        List<Source> sources = ScenarioDatabase.TENANTS.stream()
                .map(tenant -> new Source(
                        each, () -> find().contextWrite(Access.tenant(tenant).deadline(DEADLINE)), outcomes))
                .toList();
        new OpenLoop(seed++).run(sources, length, PATIENCE);
        return outcomes;
    }

    /** Asks with more at once than there are connections, so that each has its plans, and the compiler has seen them. */
    void warmUp(Duration length) {
        long end = System.nanoTime() + length.toNanos();
        Flux.fromIterable(ScenarioDatabase.TENANTS)
                .flatMap(
                        tenant -> Flux.range(0, AT_ONCE_EACH)
                                .flatMap(caller -> find().repeat(() -> System.nanoTime() - end < 0), AT_ONCE_EACH)
                                .contextWrite(Access.tenant(tenant).deadline(PATIENCE)),
                        ScenarioDatabase.TENANTS.size())
                .blockLast(length.plus(PATIENCE));
    }

    private Mono<Integer> find() {
        int id = ThreadLocalRandom.current().nextInt(ScenarioDatabase.SCENARIOS_EACH) + 1;
        return sluice.sql("select ready from scenarios where id = :id")
                .bind("id", id)
                .as(Integer.class)
                .one();
    }
}
