package dev.sluice.spring.actuator;

import dev.sluice.spring.actuator.SluiceState.Schema;
import dev.sluice.spring.migration.MigrationObserver;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Keeps what the start of this process made of the schema. Thread-safe. */
final class SchemaAtStart implements MigrationObserver {

    private volatile String version = "";
    private volatile @Nullable Schema schema;

    @Override
    public void current(String version) {
        this.version = version;
    }

    @Override
    public void lockWaited(Duration waited, Outcome outcome) {
        schema = new Schema(version, outcome, waited.toNanos() / 1e6);
    }

    /** @return that; null where Sluice does not migrate */
    @Nullable
    Schema get() {
        return schema;
    }
}
