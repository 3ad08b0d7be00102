package dev.sluice.r2dbc.work;

import dev.sluice.Credentials;
import dev.sluice.PoolSettings;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.tenant.TenantId;
import dev.sluice.work.Progress;
import dev.sluice.work.Worker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/**
 * The main class of a process of the fleet whose worker enriches candidates in phases. It reads {@code url TAB user TAB password TAB
 * way} from its input, says each step of each candidate on its output, {@code step TAB id}, and ends with its input. The way
 * {@code naive} stops in the middle, when it has had a quarter of the answers that it asks for.
 */
final class EnricherChild {

    private static final Duration WAIT = Duration.ofSeconds(30);

    private static final String DUE = "select id, version from candidates where signal is null order by id limit 40";

    /** The mistake: what is taken is marked before it is done, so nobody finds what a dead process has taken. */
    private static final String TAKE =
            "update candidates set signal = 'taken', version = version + 1 where id in (select id from candidates"
                    + " where signal is null order by id limit 40) returning id, version";

    private static final int NAIVE_ANSWERS = 25;

    private final AtomicInteger asked = new AtomicInteger();
    private final Sluice sluice;
    private final boolean naive;

    private EnricherChild(Sluice sluice, boolean naive) {
        this.sluice = sluice;
        this.naive = naive;
    }

    public static void main(String[] arguments) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String[] task = input.readLine().split("\t");
        Sluice sluice =
                Objects.requireNonNull(Sluice.connect(SluiceSettings.builder(task[0], new Credentials(task[1], task[2]))
                                .pool(PoolSettings.ofMax(4))
                                .build())
                        .block(WAIT));
        EnricherChild child = new EnricherChild(sluice, task[3].equals("naive"));
        sluice.workers()
                .start(Worker.every("enricher", Duration.ofMillis(20), run -> child.run())
                        .forTenants(List.of(TenantId.of("acme")))
                        .withLease(Duration.ofSeconds(1)));
        // The test's JVM never writes more: this ends when that does.
        input.readLine();
        sluice.closeGracefully().block(WAIT);
    }

    private Mono<Progress> run() {
        return sluice.phases()
                .read(() -> sluice.sql(naive ? TAKE : DUE).as(Candidate.class).all())
                .call(candidate -> ask(candidate.id()))
                .atOnce(4, WAIT)
                .write(this::store)
                .perTransaction(5)
                .run()
                .map(report -> report.read() > 0 ? Progress.MORE : Progress.DONE);
    }

    /** Some milliseconds, another time for each, so that calls, writes and commits overlap. */
    private Mono<String> ask(int id) {
        return Mono.defer(() -> {
            say("ask", id);
            if (naive && asked.incrementAndGet() > NAIVE_ANSWERS) {
                return Mono.never();
            }
            return Mono.delay(Duration.ofMillis(2 + id % 7)).thenReturn("signal of " + id);
        });
    }

    private Mono<Long> store(Candidate candidate, String signal) {
        return Mono.defer(() -> {
                    say("write", candidate.id());
                    return sluice.sql("update candidates set signal = :signal, effects = effects + 1,"
                                    + " version = version + 1 where id = :id and version = :version")
                            .bind("signal", signal)
                            .bind("id", candidate.id())
                            .bind("version", candidate.version())
                            .rowsUpdated();
                })
                .doOnNext(rows -> say("written", candidate.id()));
    }

    private static void say(String step, int id) {
        System.out.println(step + "\t" + id);
    }

    record Candidate(int id, long version) {}
}
