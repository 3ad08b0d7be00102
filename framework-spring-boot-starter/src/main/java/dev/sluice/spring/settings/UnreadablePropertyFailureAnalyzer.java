package dev.sluice.spring.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.util.unit.DataSize;

/** Says of a property that cannot be converted what is expected, ahead of Spring Boot's own analyzer. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnreadablePropertyFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        ConfigurationProperty property = cause.getProperty();
        if (property == null || !property.getName().toString().startsWith("sluice.")) {
            return null;
        }
        String problem = "%s: '%s' (expected: %s)"
                .formatted(
                        property.getName(),
                        property.getValue(),
                        expected(cause.getTarget().getType().resolve(Object.class)));
        return new FailureAnalysis(
                "A property of Sluice cannot be read:\n\n%s\n\nset by: %s".formatted(problem, property.getOrigin()),
                "Set it to what is expected.",
                cause);
    }

    private static String expected(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(value -> value.toString().toLowerCase(Locale.ROOT))
                    .sorted()
                    .collect(Collectors.joining(", "));
        }
        if (type == Duration.class) {
            return "a duration, as 250ms or 30s";
        }
        if (type == DataSize.class) {
            return "a size, as 512KB or 8MB";
        }
        return type == boolean.class || type == Boolean.class ? "true or false" : "a whole number";
    }
}
