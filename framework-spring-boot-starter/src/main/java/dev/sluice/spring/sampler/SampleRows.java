package dev.sluice.spring.sampler;

import dev.sluice.spring.sampler.DatabaseSample.Activity;
import dev.sluice.spring.sampler.DatabaseSample.Bloat;
import dev.sluice.spring.sampler.DatabaseSample.Connections;
import dev.sluice.spring.sampler.DatabaseSample.Horizon;
import dev.sluice.spring.sampler.DatabaseSample.Migration;
import dev.sluice.spring.sampler.DatabaseSample.Slot;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Reads the answers to {@link SamplerSql}. */
final class SampleRows {

    private SampleRows() {}

    static DatabaseSample sample(Instant at, String node, List<Slot> slots, Readable row) {
        return new DatabaseSample(
                at,
                node,
                new Connections(
                        count(row, "active"),
                        count(row, "idle"),
                        count(row, "idle_in_transaction"),
                        count(row, "other"),
                        count(row, "max")),
                count(row, "unmanaged"),
                new Activity(
                        time(row, "longest_transaction"),
                        time(row, "longest_idle"),
                        row.get("idler", String.class),
                        count(row, "long_queries"),
                        count(row, "lock_waits"),
                        time(row, "longest_lock_wait")),
                new Migration(
                        row.get("migrator", String.class), time(row, "migrating_for"), count(row, "migrators_waiting")),
                slots,
                new Horizon(value(row, "horizon_transactions", Long.class), time(row, "horizon_time")));
    }

    static Slot slot(Readable row) {
        return new Slot(
                value(row, "name", String.class),
                value(row, "active", Boolean.class),
                value(row, "retained", Long.class));
    }

    static Bloat bloat(Readable row) {
        return new Bloat(
                value(row, "table_dead", Long.class),
                value(row, "table_share", Double.class),
                value(row, "index_dead", Long.class),
                value(row, "index_share", Double.class));
    }

    // A transaction may begin after the statement that asks for its age: then that is less than nothing.
    private static Duration time(Readable row, String column) {
        return Duration.ofNanos(Math.max(0, (long) (value(row, column, Double.class) * 1e9)));
    }

    private static int count(Readable row, String column) {
        return value(row, column, Integer.class);
    }

    private static <T> T value(Readable row, String column, Class<T> type) {
        return Objects.requireNonNull(row.get(column, type), column);
    }
}
