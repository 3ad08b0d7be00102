package dev.sluice.spring.observation;

import dev.sluice.spring.alert.AlertSignals;
import dev.sluice.transaction.TransactionObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** Times and counts what transactions do with the connections that they hold. */
final class TransactionMeters implements TransactionObserver {

    private final AlertSignals signals;
    private final Timer idle;
    private final Counter warned;
    private final Counter refused;

    TransactionMeters(MeterRegistry registry, AlertSignals signals) {
        this.signals = signals;
        this.idle = SluiceMeter.TRANSACTION_IDLE.timer(registry);
        this.warned = SluiceMeter.TRANSACTION_EXTERNAL_IO.counter(registry, "warned");
        this.refused = SluiceMeter.TRANSACTION_EXTERNAL_IO.counter(registry, "refused");
    }

    @Override
    public void idled(long nanos) {
        idle.record(nanos, TimeUnit.NANOSECONDS);
        signals.idled(nanos);
    }

    @Override
    public void externalIo(String io, boolean isRefused) {
        (isRefused ? refused : warned).increment();
    }
}
