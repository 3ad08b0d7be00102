package dev.sluice.spring.sampler;

import dev.sluice.Credentials;
import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.spring.settings.ObservationProperties;
import dev.sluice.spring.settings.PropertySettings;
import dev.sluice.spring.settings.SluiceProperties;
import java.time.Clock;
import java.util.Objects;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** The sampler, where there is a monitor role. */
@AutoConfiguration(after = SluiceAutoConfiguration.class)
@ConditionalOnBean(R2dbcSluice.class)
@ConditionalOnProperty("sluice.monitor.username")
@ConditionalOnBooleanProperty(name = "sluice.observation.sampler.enabled", matchIfMissing = true)
public final class SluiceSamplerAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    DatabaseSampler databaseSampler(R2dbcSluice sluice, SluiceSettings settings, SluiceProperties properties) {
        Credentials monitor = Objects.requireNonNull(settings.monitor(), "sluice.monitor.username");
        return new DatabaseSampler(
                sluice, settings, monitor, PropertySettings.sampler(properties).longQuery(), Clock.systemUTC());
    }

    @Bean
    SamplerRounds samplerRounds(DatabaseSampler sampler, SluiceProperties properties) {
        ObservationProperties.Sampler settings = PropertySettings.sampler(properties);
        return new SamplerRounds(sampler, settings.interval(), settings.bloatInterval());
    }
}
