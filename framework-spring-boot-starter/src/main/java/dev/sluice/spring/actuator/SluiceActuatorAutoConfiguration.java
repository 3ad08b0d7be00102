package dev.sluice.spring.actuator;

import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.spring.SluiceAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Health and state of Sluice in the actuator. */
@AutoConfiguration(
        after = SluiceAutoConfiguration.class,
        beforeName =
                "org.springframework.boot.r2dbc.autoconfigure.health.ConnectionFactoryHealthContributorAutoConfiguration")
@ConditionalOnBean(R2dbcSluice.class)
public final class SluiceActuatorAutoConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ReactiveHealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
    static final class HealthConfiguration {

        // The second name makes Spring Boot's own R2DBC check back off: it would need a tenant.
        @Bean({"sluiceHealthIndicator", "r2dbcHealthIndicator"})
        @ConditionalOnEnabledHealthIndicator("sluice")
        @ConditionalOnMissingBean(name = "sluiceHealthIndicator")
        ReactiveHealthIndicator sluiceHealthIndicator(R2dbcSluice sluice) {
            return new SluiceHealthIndicator(sluice);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
    static final class EndpointConfiguration {

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnAvailableEndpoint
        SluiceEndpoint sluiceEndpoint(R2dbcSluice sluice) {
            return new SluiceEndpoint(sluice);
        }
    }
}
