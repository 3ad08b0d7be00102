package dev.sluice.spring.observation;

import dev.sluice.transaction.TransactionObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** Times and counts what transactions do with the connections that they hold. */
final class TransactionMeters implements TransactionObserver {

    private final Timer idle;
    private final Counter warned;
    private final Counter refused;

    TransactionMeters(MeterRegistry registry) {
        this.idle = Timer.builder(SluiceMeter.TRANSACTION_IDLE.meterName())
                .description(SluiceMeter.TRANSACTION_IDLE.description())
                .register(registry);
        this.warned = externalIo(registry, "warned");
        this.refused = externalIo(registry, "refused");
    }

    @Override
    public void idled(long nanos) {
        idle.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void externalIo(String io, boolean isRefused) {
        (isRefused ? refused : warned).increment();
    }

    private static Counter externalIo(MeterRegistry registry, String outcome) {
        return Counter.builder(SluiceMeter.TRANSACTION_EXTERNAL_IO.meterName())
                .description(SluiceMeter.TRANSACTION_EXTERNAL_IO.description())
                .tag("outcome", outcome)
                .register(registry);
    }
}
