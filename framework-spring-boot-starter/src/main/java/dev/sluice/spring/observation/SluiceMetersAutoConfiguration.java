package dev.sluice.spring.observation;

import dev.sluice.ConnectionObserver;
import dev.sluice.Sluice;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.TenantCache;
import dev.sluice.consistency.RouteObserver;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.repository.QueryObserver;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.spring.alert.AlertSignals;
import dev.sluice.spring.migration.MigrationObserver;
import dev.sluice.spring.sampler.DatabaseSampler;
import dev.sluice.spring.settings.PropertySettings;
import dev.sluice.spring.settings.SluiceProperties;
import dev.sluice.transaction.TransactionObserver;
import dev.sluice.work.Worker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Meters, where there is a registry for them. */
@AutoConfiguration(
        before = SluiceAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
public final class SluiceMetersAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    AlertSignals alertSignals() {
        return new AlertSignals(System::nanoTime);
    }

    @Bean
    @ConditionalOnMissingBean
    AdmissionObserver admissionMeters(MeterRegistry registry, AlertSignals signals) {
        return new AdmissionMeters(registry, signals);
    }

    @Bean
    @ConditionalOnMissingBean
    RouteObserver routeMeters(MeterRegistry registry) {
        return new RouteMeters(registry);
    }

    @Bean
    @ConditionalOnMissingBean
    TransactionObserver transactionMeters(MeterRegistry registry, AlertSignals signals) {
        return new TransactionMeters(registry, signals);
    }

    @Bean
    QueryObserver queryMeters(MeterRegistry registry, AlertSignals signals, SluiceProperties properties) {
        return new QueryMeters(registry, signals, PropertySettings.slowQuery(properties));
    }

    @Bean
    @ConditionalOnMissingBean
    ConnectionObserver connectionErrorMeters(MeterRegistry registry, AlertSignals signals) {
        return (node, reason) -> {
            SluiceMeter.CONNECTIONS_ERRORS
                    .counter(registry, node, reason.name().toLowerCase(Locale.ROOT))
                    .increment();
            if (reason == ConnectionObserver.Reason.TIMEOUT) {
                signals.acquireTimedOut(node);
            }
        };
    }

    @Bean
    @ConditionalOnMissingBean
    CacheObserver cacheMeters(MeterRegistry registry) {
        return new CacheMeters(registry);
    }

    @Bean
    MeterBinder cacheGauges(ObjectProvider<TenantCache> caches) {
        return registry -> caches.ifUnique(cache -> new CacheGauges(cache).bindTo(registry));
    }

    @Bean
    MigrationObserver migrationMeters(MeterRegistry registry, AlertSignals signals, SluiceProperties properties) {
        return new MigrationMeters(
                registry,
                signals,
                properties.migrations().lockWarning(),
                properties.migrations().lockCritical());
    }

    @Bean
    MeterBinder samplerMeters(ObjectProvider<DatabaseSampler> samplers) {
        return registry -> samplers.forEach(sampler -> new SamplerMeters(sampler).bindTo(registry));
    }

    @Bean
    MeterBinder connectionMeters(R2dbcSluice sluice) {
        return new ConnectionMeters(sluice);
    }

    @Bean
    MeterBinder replicaMeters(R2dbcSluice sluice) {
        return new ReplicaMeters(sluice);
    }

    @Bean
    MeterBinder workerMeters(Sluice sluice, ObjectProvider<Worker> workers) {
        return new WorkerMeters(sluice, workers.orderedStream().toList());
    }
}
