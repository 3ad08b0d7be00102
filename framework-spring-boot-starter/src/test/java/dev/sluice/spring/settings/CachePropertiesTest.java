package dev.sluice.spring.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.CacheSettings;
import dev.sluice.spring.FakeSluice;
import dev.sluice.spring.SluiceAutoConfiguration;
import java.time.Duration;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class CachePropertiesTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(SluiceAutoConfiguration.class))
            .withBean(FakeSluice.class)
            .withPropertyValues("sluice.url=r2dbc:postgresql://localhost:5432/app", "sluice.username=app");

    @Test
    void withoutKeysThereIsANearTierWithTheDefaults() {
        assertThat(cache()).isEqualTo(CacheSettings.DEFAULT);
    }

    @Test
    void everyKeyIsKnownAndArrives() {
        assertThat(cache(
                        "sluice.cache.enabled=true",
                        "sluice.cache.url=redis://localhost:6379",
                        "sluice.cache.namespace=staging",
                        "sluice.cache.ttl=30m",
                        "sluice.cache.negative-ttl=1s",
                        "sluice.cache.stale-if-error=0",
                        "sluice.cache.near.max-size=128MB",
                        "sluice.cache.max-value-size=64KB",
                        "sluice.cache.command-timeout=20ms",
                        "sluice.cache.connect-timeout=1s",
                        "sluice.cache.load-timeout=5s",
                        "sluice.timeouts.transaction=45s"))
                .isEqualTo(new CacheSettings(
                        "redis://localhost:6379",
                        "staging",
                        Duration.ofMinutes(30),
                        Duration.ofSeconds(1),
                        Duration.ZERO,
                        128 << 20,
                        64 << 10,
                        Duration.ofMillis(20),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(45)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            url=                 | sluice.cache.url: missing (expected: redis://host:port, or no such key)
            namespace=a b        | sluice.cache.namespace: 'a b' (expected: 1 to 32 letters, digits, '.', '-' and '_')
            ttl=0s               | sluice.cache.ttl: PT0S (expected: > 0)
            ttl=-1s              | sluice.cache.ttl: PT-1S (expected: > 0)
            negative-ttl=0s      | sluice.cache.negative-ttl: PT0S (expected: > 0)
            stale-if-error=-1s   | sluice.cache.stale-if-error: PT-1S (expected: >= 0)
            near.max-size=0B     | sluice.cache.near.max-size: 0 (expected: >= 1)
            max-value-size=0B    | sluice.cache.max-value-size: 0 (expected: >= 1)
            command-timeout=0ms  | sluice.cache.command-timeout: PT0S (expected: > 0)
            connect-timeout=0s   | sluice.cache.connect-timeout: PT0S (expected: > 0)
            load-timeout=0s      | sluice.cache.load-timeout: PT0S (expected: > 0)
            """)
    void aValueThatIsOutOfRangeStopsTheStartWithItsKey(String property, String problem) {
        runner.withPropertyValues("sluice.cache." + property)
                .run(context -> assertThat(Throwables.getRootCause(context.getStartupFailure()))
                        .isInstanceOf(InvalidPropertyException.class)
                        .hasMessageContaining(problem));
    }

    @Test
    void thePasswordOfRedisIsInNoText() {
        runner.withPropertyValues("sluice.cache.url=redis://:hunter2@localhost:6379")
                .run(context -> assertThat(
                                context.getBean(SluiceProperties.class).cache()
                                        + " " + context.getBean(SluiceProperties.class)
                                        + " " + context.getBean(CacheSettings.class))
                        .doesNotContain("hunter2"));
    }

    private CacheSettings cache(String... properties) {
        CacheSettings[] found = new CacheSettings[1];
        runner.withPropertyValues(properties).run(context -> found[0] = context.getBean(CacheSettings.class));
        return found[0];
    }
}
