package dev.sluice.reference.demo;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Loads the demo data before the server listens, so that there are rows from the first request on. The starting thread
 * waits here, and nowhere else.
 */
final class DemoDataLoader implements SmartInitializingSingleton {

    private final DemoData data;
    private final List<String> tenants;
    private final Duration patience;

    DemoDataLoader(DemoData data, List<String> tenants, Duration patience) {
        this.data = data;
        this.tenants = List.copyOf(tenants);
        this.patience = patience;
    }

    @Override
    public void afterSingletonsInstantiated() {
        data.load(tenants)
                .timeout(patience)
                .onErrorMap(
                        TimeoutException.class,
                        e -> new IllegalStateException(
                                "the demo data was not loaded within %s (reference.demo.load-data: false does without)"
                                        .formatted(patience),
                                e))
                .block();
    }
}
