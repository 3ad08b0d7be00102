package dev.sluice.replica.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import dev.sluice.repository.TenantRepository;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads of several sessions in one statement: each is still told by its own position, on whichever node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SharedReadsTest {

    private static final int SESSIONS = 24;

    private final Map<String, Integer> shared = new ConcurrentHashMap<>();
    private Fleet fleet;
    private Sluice app;
    private Counters counters;

    @TenantOwned("counters")
    record Counter(@Id long id, long value) {}

    interface Counters extends TenantRepository<Counter, Long> {}

    @BeforeAll
    void startServers() {
        fleet = new Fleet(
                "counters",
                "create table counters (tenant_id text not null, id bigint, value bigint not null,"
                        + " primary key (tenant_id, id));");
    }

    @AfterAll
    void stopServers() {
        fleet.close();
    }

    @BeforeEach
    void open() {
        AdmissionObserver observer = new AdmissionObserver() {
            @Override
            public void shared(String node, AdmissionRequest request, long waitedNanos) {
                shared.merge(node, 1, Integer::sum);
            }
        };
        app = fleet.connect(settings -> settings.pool(PoolSettings.ofMax(1)).admissionObserver(observer));
        counters = app.repository(Counters.class);
    }

    @AfterEach
    void close() {
        app.closeGracefully().block(Fleet.PATIENCE);
    }

    @Test
    void aSessionSeesWhatItHasWrittenWhoeverReadsWithIt() {
        SessionPosition[] sessions = LongStream.range(0, SESSIONS)
                .mapToObj(i -> SessionPosition.none())
                .toArray(SessionPosition[]::new);
        long begun = System.nanoTime();
        for (long round = 1; shared.keySet().stream().noneMatch(node -> node.startsWith("standby")); round++) {
            long value = round;
            Flux.range(0, SESSIONS)
                    .flatMap(i -> writeAndRead(i, value, sessions[i]), SESSIONS)
                    .blockLast(Fleet.PATIENCE);
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("until reads share a statement on a standby, now %s", shared)
                    .isLessThan(Fleet.PATIENCE);
        }
    }

    private Mono<Void> writeAndRead(int id, long value, SessionPosition session) {
        Mono<Void> reads = counters.findById((long) id)
                .doOnNext(seen -> assertThat(seen).isEqualTo(new Counter(id, value)))
                .switchIfEmpty(Mono.error(() -> new AssertionError("session %d lost its row".formatted(id))))
                .repeat(4)
                .then();
        return counters.upsert(new Counter(id, value))
                .then(reads)
                .contextWrite(Access.tenant("acme").session(session));
    }
}
