package dev.sluice.r2dbc.repository;

import dev.sluice.r2dbc.sql.StatementPlan;
import dev.sluice.r2dbc.sql.StatementPlan.Slot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Binds values by name, in types that are told by the values themselves. */
public final class NamedValues {

    private NamedValues() {}

    /**
     * A value as the driver takes it.
     *
     * @param name the parameter, for messages
     * @param value a value of a type that entities may have, or a collection of such
     * @throws IllegalArgumentException if it is of no such type
     */
    public static Object wire(String name, Object value) {
        if (value instanceof Collection<?> values) {
            return wireOfMany(name, values);
        }
        return typeOf(name, value).encode(value);
    }

    /**
     * NULL as the driver takes it.
     *
     * @param name the parameter, for messages
     * @param type a type that entities may have
     * @throws IllegalArgumentException if it is no such type
     */
    public static Object absent(String name, Class<?> type) {
        return required(name, type, ValueTypes.of(type)).toWire(null);
    }

    /**
     * The arguments of a plan whose arguments are numbered as they first appear.
     *
     * @throws IllegalArgumentException if the plan and the values do not name the same parameters
     */
    public static Object[] arguments(StatementPlan plan, Map<String, ?> wires) {
        List<Object> arguments = new ArrayList<>();
        Set<String> unused = new LinkedHashSet<>(wires.keySet());
        for (Slot slot : plan.binding().slots()) {
            if (slot instanceof Slot.Argument argument) {
                Object wire = wires.get(argument.name());
                if (wire == null) {
                    throw new IllegalArgumentException(
                            "%s: no value for :%s (bound: %s)".formatted(plan.name(), argument.name(), wires.keySet()));
                }
                while (arguments.size() <= argument.index()) {
                    arguments.add(wire);
                }
                arguments.set(argument.index(), wire);
                unused.remove(argument.name());
            }
        }
        if (!unused.isEmpty()) {
            throw new IllegalArgumentException("%s: no such parameters: %s".formatted(plan.name(), unused));
        }
        return arguments.toArray();
    }

    private static Object wireOfMany(String name, Collection<?> values) {
        Object example = values.stream()
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        ":%s is a collection without a value, so its type is unknown (expected: an array)"
                                .formatted(name)));
        return ValueTypes.collectionOf(typeOf(name, example)).encode(values);
    }

    private static ValueType typeOf(String name, Object value) {
        Class<?> type = value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
        return required(name, type, ValueTypes.of(type));
    }

    private static ValueType required(String name, Class<?> type, @Nullable ValueType found) {
        if (found == null) {
            throw new IllegalArgumentException(
                    ":%s is a %s, which cannot be bound".formatted(name, type.getTypeName()));
        }
        return found;
    }
}
