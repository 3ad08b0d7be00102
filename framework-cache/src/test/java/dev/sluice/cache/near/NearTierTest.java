package dev.sluice.cache.near;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class NearTierTest {

    private static final long HOUR = TimeUnit.HOURS.toNanos(1);

    private final NearTier near = new NearTier(1 << 20);
    private final Generations generations = new Generations(100);

    @Test
    void whatWasAskedForBeforeAChangeIsNotKept() {
        long ticket = near.ticket("k");
        near.drop("k");
        assertThat(near.put("k", entry(100), ticket)).isFalse();
        assertThat(near.find("k", "v")).isNull();

        ticket = near.ticket("k");
        near.dropAll();
        assertThat(near.put("k", entry(100), ticket)).isFalse();
        assertThat(near.put("k", entry(100), near.ticket("k"))).isTrue();
        assertThat(near.find("k", "v")).isNotNull();
        assertThat(near.find("k", "other variant")).isNull();
    }

    @Test
    void aGenerationEndsAllThatWasStoredUnderIt() {
        Generation generation = generations.learn("g", 1, false, now() + HOUR, generations.ticket("g"));
        NearEntry entry = entry(100, generation);
        assertThat(entry.isFresh(now())).isTrue();
        generations.end("g");

        assertThat(entry.isFresh(now())).isFalse();
        assertThat(entry.isUsable(now())).isFalse();
    }

    @Test
    void aGenerationThatIsReadAgainUnchangedEndsNothing() {
        Generation first = generations.learn("g", 1, false, now() + HOUR, generations.ticket("g"));
        assertThat(generations.learn("g", 1, false, now() + HOUR, generations.ticket("g")))
                .isSameAs(first);
        Generation second = generations.learn("g", 2, false, now() + HOUR, generations.ticket("g"));

        assertThat(first.isCurrent(now())).isFalse();
        assertThat(second.isCurrent(now())).isTrue();
        assertThat(generations.find("g", now())).isSameAs(second);
        assertThat(generations.find("g", now() + 2 * HOUR)).isNull();
    }

    @Test
    void aGenerationThatWasAskedForBeforeAChangeIsOutdated() {
        long ticket = generations.ticket("g");
        generations.endAll();

        assertThat(generations.learn("g", 1, false, now() + HOUR, ticket).isCurrent(now()))
                .isFalse();
        assertThat(generations.find("g", now())).isNull();
    }

    @Test
    void aGenerationThatIsForgottenIsOutdatedFirst() {
        Generation first = generations.local("g0");
        for (int i = 1; i < 10_000; i++) {
            generations.local("g" + i);
        }
        assertThat(first.isCurrent(now()) && generations.local("g0") != first).isFalse();
    }

    @Test
    void keysTakeNoMoreThanTheBudget() {
        fill(200_000, 32L << 20);
    }

    @Test
    @Tag("long")
    void aMillionKeysTakeNoMoreThanTheBudget() {
        fill(1_000_000, 64L << 20);
    }

    private void fill(int keys, long budget) {
        Generation tenant = generations.local("t");
        long before = usedBytes();
        NearTier large = new NearTier(budget);
        for (int i = 0; i < keys; i++) {
            String key = "sluice:{tenant-17|r|public%002Eforecasts|+" + i + "-4d9b-8c1e-5a7f3b2d9e10}";
            large.put(key, entry(200 + i % 100, tenant, tenant, tenant), large.ticket(key));
        }
        long taken = usedBytes() - before;

        assertThat(large.bytes()).isBetween(budget * 9 / 10, budget);
        assertThat(taken)
                .as("%d entries, weighed %d", large.count(), large.bytes())
                .isBetween(budget * 9 / 10, budget * 11 / 10);
    }

    /** BlockHound watches these threads. */
    @Test
    void eventLoopsMayPutAndDropAtOnce() {
        Flux.range(0, 4)
                .flatMap(thread -> Mono.fromRunnable(() -> {
                            for (int i = 0; i < 10_000; i++) {
                                String key = thread + "/" + i;
                                near.put(key, entry(500), near.ticket(key));
                                if (i % 2_000 == 0) {
                                    near.dropAll();
                                }
                            }
                        })
                        .subscribeOn(Schedulers.parallel()))
                .blockLast(Duration.ofMinutes(1));

        assertThat(near.bytes()).isLessThanOrEqualTo(1 << 20);
    }

    private static long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static NearEntry entry(int length, Generation... under) {
        return new NearEntry("v", new byte[length], List.of(under), null, null, now(), now() + HOUR, now() + HOUR, 1);
    }

    private static long now() {
        return System.nanoTime();
    }
}
