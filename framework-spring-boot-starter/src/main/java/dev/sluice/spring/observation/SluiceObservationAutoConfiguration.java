package dev.sluice.spring.observation;

import dev.sluice.repository.QueryObserver;
import dev.sluice.spring.SluiceAutoConfiguration;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Observations, and so traces, where there is a registry for them. */
@AutoConfiguration(
        before = SluiceAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
public final class SluiceObservationAutoConfiguration {

    @Bean
    QueryObserver queryObservations(ObservationRegistry registry) {
        return new QueryObservations(registry);
    }
}
