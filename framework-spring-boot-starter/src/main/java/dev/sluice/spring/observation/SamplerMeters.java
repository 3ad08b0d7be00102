package dev.sluice.spring.observation;

import dev.sluice.spring.sampler.DatabaseSample;
import dev.sluice.spring.sampler.DatabaseSample.Bloat;
import dev.sluice.spring.sampler.DatabaseSample.Slot;
import dev.sluice.spring.sampler.DatabaseSampler;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** Shows the last answer of the sampler; NaN while it has none. */
final class SamplerMeters implements MeterBinder {

    private final DatabaseSampler sampler;

    SamplerMeters(DatabaseSampler sampler) {
        this.sampler = sampler;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        state(registry, "active", sample -> sample.connections().active());
        state(registry, "idle", sample -> sample.connections().idle());
        state(registry, "idle_in_transaction", sample -> sample.connections().idleInTransaction());
        state(registry, "other", sample -> sample.connections().other());
        of(registry, SluiceMeter.DATABASE_CONNECTIONS_MAX, sample -> sample.connections()
                .max());
        of(registry, SluiceMeter.CONNECTIONS_UNMANAGED, DatabaseSample::unmanaged);
        of(
                registry,
                SluiceMeter.DATABASE_TRANSACTION_LONGEST,
                sample -> seconds(sample.activity().longestTransaction()));
        of(
                registry,
                SluiceMeter.DATABASE_IDLE_LONGEST,
                sample -> seconds(sample.activity().longestIdle()));
        of(registry, SluiceMeter.DATABASE_QUERIES_LONG, sample -> sample.activity()
                .longQueries());
        of(registry, SluiceMeter.DATABASE_LOCK_WAITING, sample -> sample.activity()
                .lockWaits());
        of(
                registry,
                SluiceMeter.DATABASE_LOCK_LONGEST,
                sample -> seconds(sample.activity().longestLockWait()));
        of(registry, SluiceMeter.DATABASE_SLOTS, sample -> slots(sample, true), "true");
        of(registry, SluiceMeter.DATABASE_SLOTS, sample -> slots(sample, false), "false");
        of(registry, SluiceMeter.DATABASE_SLOTS_RETAINED, SamplerMeters::retained);
        of(
                registry,
                SluiceMeter.DATABASE_HORIZON,
                sample -> seconds(sample.horizon().time()));
        of(registry, SluiceMeter.DATABASE_HORIZON_TRANSACTIONS, sample -> sample.horizon()
                .transactions());
        bloat(registry, SluiceMeter.DATABASE_BLOAT, Bloat::tables, "table");
        bloat(registry, SluiceMeter.DATABASE_BLOAT, Bloat::indexes, "index");
        bloat(registry, SluiceMeter.DATABASE_BLOAT_SHARE, Bloat::tableShare, "table");
        bloat(registry, SluiceMeter.DATABASE_BLOAT_SHARE, Bloat::indexShare, "index");
    }

    private void state(MeterRegistry registry, String state, ToDoubleFunction<DatabaseSample> value) {
        of(registry, SluiceMeter.DATABASE_CONNECTIONS, value, state);
    }

    private void of(MeterRegistry registry, SluiceMeter meter, ToDoubleFunction<DatabaseSample> value, String... tags) {
        meter.gauge(registry, sampler, of -> of.last().map(value::applyAsDouble).orElse(Double.NaN), tags);
    }

    private void bloat(MeterRegistry registry, SluiceMeter meter, ToDoubleFunction<Bloat> value, String kind) {
        meter.gauge(
                registry, sampler, of -> of.bloat().map(value::applyAsDouble).orElse(Double.NaN), kind);
    }

    private static double slots(DatabaseSample sample, boolean active) {
        return sample.slots().stream().filter(slot -> slot.active() == active).count();
    }

    private static double retained(DatabaseSample sample) {
        return sample.slots().stream().mapToLong(Slot::retainedBytes).max().orElse(0);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
