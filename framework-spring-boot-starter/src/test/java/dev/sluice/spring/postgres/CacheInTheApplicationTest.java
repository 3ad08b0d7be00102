package dev.sluice.spring.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.access.Access;
import dev.sluice.cache.CacheKey;
import dev.sluice.cache.CacheRegion;
import dev.sluice.cache.CacheSpec;
import dev.sluice.cache.CacheStatus.SharedState;
import dev.sluice.cache.TenantCache;
import dev.sluice.cache.tiered.TieredCache;
import dev.sluice.spring.settings.InvalidPropertyException;
import dev.sluice.tenant.TenantId;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.FreePort;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.cluster.embedded.EmbeddedRedis;
import dev.sluice.testkit.junit.SluiceTest;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.UUID;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;

/** The cache as the starter makes it, for applications that share a Redis. */
@SluiceTest
class CacheInTheApplicationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final CacheSpec<String> SPEC = CacheSpec.of("Things.nameOf", String.class);

    private static EmbeddedRedis redis;

    // Tests share the database and Redis.
    private final CacheKey key = CacheKey.of("Things.nameOf", UUID.randomUUID());
    private final TestDatabase database;

    CacheInTheApplicationTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeAll
    static void startRedis() {
        redis = EmbeddedRedis.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @Test
    void applicationsOfOneDatabaseShareAnswersAndThoseOfAnotherDoNot(SluiceCluster servers) {
        try (ConfigurableApplicationContext one = run(redis.node().url());
                ConfigurableApplicationContext other = run(redis.node().url());
                ConfigurableApplicationContext foreign = Application.run(
                        servers.createDatabase(),
                        "sluice.cache.url=" + redis.node().url())) {
            assertThat(read(one, "from the database")).isEqualTo("from the database");

            assertThat(read(other, "not asked")).isEqualTo("from the database");
            assertThat(read(foreign, "its own")).isEqualTo("its own");
            assertThat(read(other, "not asked")).isEqualTo("from the database");
        }
    }

    @Test
    void hitsAreCountedEndedByAFlushAndNoneComeFromAClosedApplication() {
        TenantCache cache;
        try (ConfigurableApplicationContext context = run(redis.node().url())) {
            read(context, "old");
            read(context, "old");
            cache = context.getBean(TenantCache.class);

            assertThat(cache).isInstanceOf(TieredCache.class);
            assertThat(cache.status().near().hits()).isEqualTo(1);
            assertThat(cache.status().sharedState()).isEqualTo(SharedState.CLOSED);
            assertThat(cache.status().tracking()).isTrue();
            assertThat(context.getBean(MeterRegistry.class)
                            .get("sluice.cache.requests")
                            .tags("tier", "near", "result", "hit")
                            .counter()
                            .count())
                    .isEqualTo(1);

            cache.flush(TenantId.of("acme")).block(PATIENCE);
            assertThat(read(context, "new")).isEqualTo("new");
        }
        assertThat(cache.status().tracking()).isFalse();
    }

    @Test
    void withoutARedisTheApplicationCachesForItself() {
        try (ConfigurableApplicationContext context = Application.run(database)) {
            read(context, "its own");

            assertThat(read(context, "not asked")).isEqualTo("its own");
            assertThat(context.getBean(TenantCache.class).status().sharedState())
                    .isEqualTo(SharedState.ABSENT);
        }
    }

    @Test
    void aRedisThatIsOutOfReachStopsNoStartAndIsUsedWhenItIsThere() {
        try (EmbeddedRedis late = EmbeddedRedis.start()) {
            late.node().stop();
            try (ConfigurableApplicationContext context = run(late.node().url())) {
                assertThat(read(context, "from the database")).isEqualTo("from the database");
                Health health = context.getBean("sluiceHealthIndicator", ReactiveHealthIndicator.class)
                        .health()
                        .block(PATIENCE);
                assertThat(health.getStatus()).isEqualTo(Status.UP);
                assertThat(health.getDetails()).containsKey("cache");

                late.node().start();
                TenantCache cache = context.getBean(TenantCache.class);
                Await.until(PATIENCE, () -> cache.status().tracking(), "Redis is used");
                Await.until(
                        PATIENCE,
                        () -> {
                            read(context, "again");
                            return cache.status().near().hits() > 0;
                        },
                        "answers are cached");
            }
        }
    }

    @Test
    void aRedisThatRefusesUsStopsTheStartWithTheKeyAndWithoutThePassword() {
        String url = redis.node().url().replace("redis://", "redis://nobody:hunter2@");

        assertThatThrownBy(() -> run(url)).satisfies(failure -> assertThat(Throwables.getRootCause(failure))
                .isInstanceOf(InvalidPropertyException.class)
                .hasMessageContaining("sluice.cache.url: Redis refuses this client: WRONGPASS")
                .hasMessageNotContaining("hunter2"));
        assertThatThrownBy(() -> run("http://:hunter2@localhost:" + FreePort.find()))
                .satisfies(failure -> assertThat(Throwables.getRootCause(failure))
                        .isInstanceOf(InvalidPropertyException.class)
                        .hasMessageContaining("sluice.cache.url: malformed (expected: redis://host:port")
                        .hasMessageNotContaining("hunter2"));
    }

    @Test
    void aDisabledCacheIsNone() {
        try (ConfigurableApplicationContext context = Application.run(database, "sluice.cache.enabled=false")) {
            assertThat(context.getBeansOfType(TenantCache.class)).isEmpty();
        }
    }

    private ConfigurableApplicationContext run(String url) {
        return Application.run(database, "sluice.cache.url=" + url, "sluice.cache.command-timeout=5s");
    }

    private String read(ConfigurableApplicationContext context, String loaded) {
        CacheRegion<String> names = context.getBean(TenantCache.class).region(SPEC);
        return names.get(key, () -> Mono.just(loaded))
                .contextWrite(Access.tenant("acme"))
                .block(PATIENCE);
    }
}
