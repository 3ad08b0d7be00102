package dev.sluice.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.PoolSettings;
import dev.sluice.SluiceSettings;
import dev.sluice.spring.settings.PropertySettings;
import dev.sluice.spring.settings.SluiceProperties;
import dev.sluice.transaction.ExternalIoPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;

/** The profiles say what they are meant to, in keys that exist. */
class ProfilesTest {

    @Test
    void prodHasThePoolAndTheTimeoutsOfTheMission() {
        SluiceSettings prod = settings("prod");

        assertThat(prod.pool())
                .isEqualTo(new PoolSettings(
                        5,
                        50,
                        4,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(30)));
        assertThat(prod.timeouts().statement()).isEqualTo(Duration.ofSeconds(5));
        assertThat(prod.timeouts().idleInTransaction()).isEqualTo(Duration.ofSeconds(5));
        assertThat(prod.instances()).isEqualTo(1);
        assertThat(prod.transactions().externalIo()).isEqualTo(ExternalIoPolicy.WARN);
        assertThat(prod.transactions().idleWarning()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "test"})
    void devAndTestRefuseExternalIoInsideTransactions(String profile) {
        assertThat(settings(profile).transactions().externalIo()).isEqualTo(ExternalIoPolicy.ERROR);
    }

    private static SluiceSettings settings(String profile) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addLast(new MapPropertySource(
                        "database",
                        Map.of("sluice.url", "r2dbc:postgresql://localhost:5432/app", "sluice.username", "app")));
        for (String file : List.of("application-" + profile + ".yml", "application.yml")) {
            try {
                new YamlPropertySourceLoader()
                        .load(file, new ClassPathResource(file))
                        .forEach(environment.getPropertySources()::addLast);
            } catch (IOException e) {
                throw new IllegalStateException(file, e);
            }
        }
        return PropertySettings.of(
                Binder.get(environment).bind("sluice", SluiceProperties.class).get());
    }
}
