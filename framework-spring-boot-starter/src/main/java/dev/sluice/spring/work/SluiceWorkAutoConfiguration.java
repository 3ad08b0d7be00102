package dev.sluice.spring.work;

import dev.sluice.Sluice;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.work.Worker;
import dev.sluice.work.Workers;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;

/** Runs the application's workers, unless {@code sluice.workers.enabled} is false: then other processes do. */
@AutoConfiguration(after = SluiceAutoConfiguration.class)
@ConditionalOnBean(Sluice.class)
public final class SluiceWorkAutoConfiguration {

    @Bean
    Workers sluiceWorkers(Sluice sluice) {
        return sluice.workers();
    }

    @Bean
    @ConditionalOnBooleanProperty(name = "sluice.workers.enabled", matchIfMissing = true)
    RunningWorkers runningWorkers(Sluice sluice, ObjectProvider<Worker> workers) {
        return new RunningWorkers(sluice.workers(), workers);
    }
}
