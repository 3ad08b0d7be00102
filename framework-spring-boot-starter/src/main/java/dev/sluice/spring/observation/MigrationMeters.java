package dev.sluice.spring.observation;

import dev.sluice.spring.alert.AlertSignals;
import dev.sluice.spring.migration.MigrationObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;

/** How long starts waited for the migration lock, with the two thresholds of alerts as buckets. */
final class MigrationMeters implements MigrationObserver {

    private final MeterRegistry registry;
    private final AlertSignals signals;
    private final Duration[] lines;

    MigrationMeters(MeterRegistry registry, AlertSignals signals, Duration warning, Duration critical) {
        this.registry = registry;
        this.signals = signals;
        this.lines = new Duration[] {warning, critical};
    }

    @Override
    public void lockWaited(Duration waited, Outcome outcome) {
        SluiceMeter.MIGRATION_LOCK_WAIT
                .timer(registry, lines, outcome.name().toLowerCase(Locale.ROOT))
                .record(waited);
        signals.waitedForMigrations(waited.toNanos());
    }
}
