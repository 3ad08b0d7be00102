package dev.sluice.spring.actuator;

import dev.sluice.cache.TenantCache;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.spring.alert.AlertBoard;
import dev.sluice.spring.alert.AlertLines;
import dev.sluice.spring.alert.AlertSignals;
import dev.sluice.spring.alert.SluiceAlert;
import dev.sluice.spring.sampler.DatabaseSampler;
import dev.sluice.spring.sampler.SluiceSamplerAutoConfiguration;
import dev.sluice.spring.settings.SluiceProperties;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
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
        after = {SluiceAutoConfiguration.class, SluiceSamplerAutoConfiguration.class},
        beforeName =
                "org.springframework.boot.r2dbc.autoconfigure.health.ConnectionFactoryHealthContributorAutoConfiguration")
@ConditionalOnBean(R2dbcSluice.class)
public final class SluiceActuatorAutoConfiguration {

    // Without a registry for meters nobody tells what happened in the last minute: then no alert knows of it.
    @Bean
    @ConditionalOnMissingBean
    AlertBoard alertBoard(
            R2dbcSluice sluice,
            ObjectProvider<AlertSignals> signals,
            ObjectProvider<DatabaseSampler> samplers,
            SluiceProperties properties) {
        DatabaseSampler sampler = samplers.getIfUnique();
        return new AlertBoard(
                sluice,
                signals.getIfAvailable(() -> new AlertSignals(System::nanoTime)),
                sampler == null ? Optional::empty : sampler::last,
                lines(properties));
    }

    // Those that follow other properties.
    private static Map<SluiceAlert, AlertLines> lines(SluiceProperties properties) {
        double lag = seconds(properties.replicas().routing().maxLag());
        double wait = seconds(properties.migrations().lockWarning());
        double longWait = seconds(properties.migrations().lockCritical());
        return Map.of(
                SluiceAlert.REPLICA_LAG, new AlertLines(lag, 2 * lag),
                SluiceAlert.MIGRATION_LOCK_WAIT, new AlertLines(wait, Math.max(wait, longWait)));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ReactiveHealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
    static final class HealthConfiguration {

        // The second name makes Spring Boot's own R2DBC check back off: it would need a tenant.
        @Bean({"sluiceHealthIndicator", "r2dbcHealthIndicator"})
        @ConditionalOnEnabledHealthIndicator("sluice")
        @ConditionalOnMissingBean(name = "sluiceHealthIndicator")
        ReactiveHealthIndicator sluiceHealthIndicator(
                R2dbcSluice sluice, ObjectProvider<TenantCache> caches, AlertBoard alerts) {
            return new SluiceHealthIndicator(sluice, caches.getIfUnique(TenantCache::none), alerts);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
    static final class EndpointConfiguration {

        // Migrations look for their observers when they run, which is before there is an endpoint.
        @Bean
        SchemaAtStart schemaAtStart() {
            return new SchemaAtStart();
        }

        @Bean
        @ConditionalOnMissingBean
        @ConditionalOnAvailableEndpoint
        SluiceEndpoint sluiceEndpoint(
                R2dbcSluice sluice,
                ObjectProvider<TenantCache> caches,
                AlertBoard alerts,
                ObjectProvider<DatabaseSampler> samplers,
                SchemaAtStart schema) {
            return new SluiceEndpoint(
                    sluice, caches.getIfUnique(TenantCache::none), alerts, samplers.getIfUnique(), schema);
        }
    }
}
