package dev.sluice.r2dbc.repository;

import dev.sluice.access.Workload;
import dev.sluice.consistency.ReadConsistency;
import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.transaction.Call;
import dev.sluice.repository.InvalidMappingException;
import dev.sluice.repository.Read;
import dev.sluice.repository.RunsIn;
import dev.sluice.transaction.Touched;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a method says about all of its calls.
 *
 * @param name names the method in logs, meters and errors: {@code Forecasts.historyOf}
 * @param workload from {@link RunsIn} on the method or its interface; null if there is none
 * @param consistency from {@link Read} on the method or its interface; null if there is none
 */
record MethodTraits(
        String name, @Nullable Workload workload, @Nullable ReadConsistency consistency) {

    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,8})(ms|s|m|h)");

    static MethodTraits of(Class<?> repository, Method method, Set<Workload> configured) {
        String name = repository.getSimpleName() + "." + method.getName();
        RunsIn runsIn = annotation(repository, method, RunsIn.class);
        Read read = annotation(repository, method, Read.class);
        return new MethodTraits(
                name,
                runsIn == null ? null : workload(name, runsIn.value(), configured),
                read == null ? null : consistency(name, read));
    }

    MethodTraits inWorkload(Workload other) {
        return new MethodTraits(name, other, consistency);
    }

    Call call(StatementPlan plan, Object... arguments) {
        return new Call(plan, arguments, workload, consistency, null);
    }

    /** A call that changes one row; null if others of its table may change with it. */
    Call callOn(Touched.@Nullable Row row, StatementPlan plan, Object... arguments) {
        return new Call(plan, arguments, workload, consistency, row);
    }

    private static <A extends Annotation> @Nullable A annotation(Class<?> repository, Method method, Class<A> type) {
        A own = method.getAnnotation(type);
        return own != null ? own : repository.getAnnotation(type);
    }

    private static Workload workload(String method, String name, Set<Workload> configured) {
        return configured.stream()
                .filter(workload -> workload.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidMappingException(
                        method,
                        "@RunsIn(\"%s\") names no workload of sluice.workloads (expected one of: %s)"
                                .formatted(name, names(configured))));
    }

    private static List<String> names(Set<Workload> workloads) {
        return workloads.stream().map(Workload::name).sorted().toList();
    }

    private static ReadConsistency consistency(String method, Read read) {
        if (read.value() != Read.Freshness.BOUNDED) {
            if (!read.staleness().isEmpty()) {
                throw new InvalidMappingException(
                        method, "@Read(%s) with a staleness (expected: BOUNDED, or none)".formatted(read.value()));
            }
            return read.value() == Read.Freshness.PRIMARY ? ReadConsistency.primary() : ReadConsistency.session();
        }
        return ReadConsistency.bounded(duration(method, "@Read staleness", read.staleness()));
    }

    /** @throws InvalidMappingException if an annotation says no duration */
    static Duration duration(String method, String what, String text) {
        Matcher duration = DURATION.matcher(text);
        if (!duration.matches()) {
            throw new InvalidMappingException(
                    method,
                    "%s '%s' (expected: a positive number and ms, s, m or h, as in 500ms)".formatted(what, text));
        }
        long amount = Long.parseLong(duration.group(1));
        return switch (duration.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }
}
