package dev.sluice.reference.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.mock.env.MockEnvironment;

class LatePropertiesTest {

    private final AtomicInteger reads = new AtomicInteger();
    private final MockEnvironment environment = new MockEnvironment();

    @Test
    void aNameIsKnownBeforeItsValue() {
        name("sluice.url", () -> "late " + reads.incrementAndGet());

        assertThat(environment.containsProperty("sluice.url")).isTrue();
        assertThat(reads).hasValue(0);
        assertThat(environment.getProperty("sluice.url")).isEqualTo("late 1");
    }

    @Test
    void whatIsNotNamedComesFromTheOtherSources() {
        name("sluice.url", () -> "late");
        environment.setProperty("sluice.pool.max-size", "7");

        assertThat(environment.containsProperty("sluice.cache.url")).isFalse();
        assertThat(environment.getProperty("sluice.pool.max-size")).isEqualTo("7");
    }

    @Test
    void onlyWhatIsBoundIsRead() {
        name("sluice.url", () -> "late " + reads.incrementAndGet());

        assertThat(Binder.get(environment)
                        .bind("sluice.cache.url", String.class)
                        .isBound())
                .isFalse();
        assertThat(reads).hasValue(0);
        assertThat(Binder.get(environment).bind("sluice.url", String.class).get())
                .isEqualTo("late 1");
    }

    private void name(String name, Supplier<?> value) {
        environment.getPropertySources().addFirst(new LateProperties("late", Map.of(name, value)));
    }
}
