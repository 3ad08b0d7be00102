package dev.sluice.spring.observation;

import dev.sluice.Sluice;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.consistency.RouteObserver;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.spring.migration.MigrationObserver;
import dev.sluice.spring.settings.SluiceProperties;
import dev.sluice.transaction.TransactionObserver;
import dev.sluice.work.Worker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
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
    AdmissionObserver admissionMeters(MeterRegistry registry) {
        return new AdmissionMeters(registry);
    }

    @Bean
    @ConditionalOnMissingBean
    RouteObserver routeMeters(MeterRegistry registry) {
        return new RouteMeters(registry);
    }

    @Bean
    @ConditionalOnMissingBean
    TransactionObserver transactionMeters(MeterRegistry registry) {
        return new TransactionMeters(registry);
    }

    @Bean
    MigrationObserver migrationMeters(MeterRegistry registry, SluiceProperties properties) {
        return new MigrationMeters(
                registry,
                properties.migrations().lockWarning(),
                properties.migrations().lockCritical());
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
