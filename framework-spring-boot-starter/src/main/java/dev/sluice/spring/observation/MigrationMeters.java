package dev.sluice.spring.observation;

import dev.sluice.spring.migration.MigrationObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;

/** How long starts waited for the migration lock, with the two thresholds of alerts as buckets. */
final class MigrationMeters implements MigrationObserver {

    private final MeterRegistry registry;
    private final Duration warning;
    private final Duration critical;

    MigrationMeters(MeterRegistry registry, Duration warning, Duration critical) {
        this.registry = registry;
        this.warning = warning;
        this.critical = critical;
    }

    @Override
    public void lockWaited(Duration waited, Outcome outcome) {
        Timer.builder(SluiceMeter.MIGRATION_LOCK_WAIT.meterName())
                .description(SluiceMeter.MIGRATION_LOCK_WAIT.description())
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(warning, critical)
                .register(registry)
                .record(waited);
    }
}
