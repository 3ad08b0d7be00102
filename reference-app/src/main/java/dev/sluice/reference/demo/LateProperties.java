package dev.sluice.reference.demo;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.util.StringUtils;

/** Properties whose names are known before their values: who reads one waits for what it comes from. */
final class LateProperties extends EnumerablePropertySource<Map<String, Supplier<?>>> {

    LateProperties(String name, Map<String, Supplier<?>> values) {
        super(name, Map.copyOf(values));
    }

    @Override
    public String[] getPropertyNames() {
        return StringUtils.toStringArray(source.keySet());
    }

    @Override
    public boolean containsProperty(String name) {
        return source.containsKey(name);
    }

    @Override
    public @Nullable Object getProperty(String name) {
        Supplier<?> value = source.get(name);
        return value == null ? null : value.get();
    }
}
