package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.consistency.SessionPosition;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class CacheValuesTest {

    @Test
    void argumentsThatDifferMakeKeysThatDiffer() {
        assertThat(List.of(
                        CacheKey.of("m"),
                        CacheKey.of("m", (Object) null),
                        CacheKey.of("m", ""),
                        CacheKey.of("m", "-"),
                        CacheKey.of("m", "a", "b"),
                        CacheKey.of("m", "ab"),
                        CacheKey.of("n", "ab"),
                        CacheKey.row("m", "ab"),
                        CacheKey.of("m", "ab").dependingOn("t", 1)))
                .doesNotHaveDuplicates();
    }

    @Test
    void aKeyTakesWhatItsTextTellsApart() {
        assertThat(CacheKey.of("m", 1, UUID.randomUUID(), LocalDate.MAX, DayOfWeek.FRIDAY, 'c', true)
                        .arguments())
                .hasSize(6)
                .doesNotHaveDuplicates();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CacheKey.of("m", new Object()))
                .withMessageContaining("java.lang.Object (expected: text, a number");
        assertThatIllegalArgumentException().isThrownBy(() -> CacheKey.row(" ", 1));
    }

    @Test
    void aLifeOfZeroOrLessIsRefusedByName() {
        CacheSpec<String> spec = CacheSpec.of("Quotes.latest", String.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec.livingFor(Duration.ZERO))
                .withMessage("Quotes.latest: ttl PT0S (expected: > 0)");
        Duration day = Duration.ofDays(1);
        CacheSettings settings = CacheSettings.DEFAULT;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withLives(Duration.ofSeconds(-1), day, day))
                .withMessage("cache.ttl: PT-1S (expected: > 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withSizes(0, 1))
                .withMessage("cache.near.max-size: 0 (expected: >= 1)");
    }

    @Test
    void settingsDoNotTellThePasswordOfTheirUrl() {
        assertThat(CacheSettings.at("redis://:geheim@localhost")).asString().doesNotContain("geheim");
    }

    @Test
    void withoutACacheEveryReadRunsItsLoaderWhereTheCallMayRead() {
        CacheRegion<String> region = TenantCache.none().region(CacheSpec.of("a", String.class));
        StepVerifier.create(region.get(CacheKey.of("a"), new CacheLoader<>() {
                    @Override
                    public Mono<String> fromPrimary() {
                        return Mono.just("primary");
                    }

                    @Override
                    public Mono<String> asRouted() {
                        return Mono.just("replica");
                    }
                }))
                .expectNext("replica")
                .verifyComplete();
    }

    @Test
    void aSessionAvoidsCachesUntilTheLatestInstantThatItWasTold() {
        Instant later = Instant.parse("2030-01-01T00:00:00Z");
        SessionPosition session = SessionPosition.none().avoidCachesUntil(later);
        session.avoidCachesUntil(later.minusSeconds(1));
        session.addUnknownWrite();
        session.servedBy("primary");

        assertThat(session.avoidsCachesUntil()).isEqualTo(later);
        assertThat(session.copy().avoidsCachesUntil()).isEqualTo(later);
        assertThat(session.unknownWrites()).isEqualTo(1);
    }
}
