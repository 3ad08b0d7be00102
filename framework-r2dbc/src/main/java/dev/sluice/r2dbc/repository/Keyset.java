package dev.sluice.r2dbc.repository;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A total order and the condition that continues it behind a row. Where all keys are NOT NULL and go one way,
 * that is a row comparison, which an index answers; else it is expanded, key by key.
 *
 * @param keys the order, most significant first; the id is among them
 */
record Keyset(List<OrderKey> keys) {

    Keyset {
        keys = List.copyOf(keys);
    }

    String orderBy() {
        return keys.stream().map(OrderKey::orderBy).collect(Collectors.joining(", "));
    }

    /** Names the order within a cursor's scope. */
    String spec() {
        return keys.stream().map(OrderKey::spec).collect(Collectors.joining(","));
    }

    List<ValueType> types() {
        return keys.stream().map(key -> key.property().type()).toList();
    }

    List<@Nullable Object> valuesOf(Object entity) {
        List<@Nullable Object> values = new ArrayList<>(keys.size());
        keys.forEach(key -> values.add(key.property().of(entity)));
        return values;
    }

    /**
     * The condition that holds for the rows behind one row.
     *
     * @param parameters for each key its parameter, cast where needed; null where the row has NULL
     */
    String behind(List<@Nullable String> parameters) {
        boolean plain = keys.stream().noneMatch(OrderKey::nullable)
                && keys.stream().map(OrderKey::descending).distinct().count() == 1;
        return plain ? rowComparison(parameters) : expanded(parameters, 0);
    }

    private String rowComparison(List<@Nullable String> parameters) {
        String columns = keys.stream().map(key -> key.property().quoted()).collect(Collectors.joining(", "));
        String values = IntStream.range(0, keys.size())
                .mapToObj(i -> String.valueOf(parameters.get(i)))
                .collect(Collectors.joining(", "));
        return "(" + columns + ") " + (keys.get(0).descending() ? "<" : ">") + " (" + values + ")";
    }

    private String expanded(List<@Nullable String> parameters, int first) {
        OrderKey key = keys.get(first);
        String column = key.property().quoted();
        String value = parameters.get(first);
        boolean last = first == keys.size() - 1;
        if (value == null) {
            // Nothing comes behind NULL but other rows with NULL.
            return last ? "false" : "(" + column + " is null and " + expanded(parameters, first + 1) + ")";
        }
        String strictly = column + (key.descending() ? " < " : " > ") + value;
        String further = key.nullable() ? "(" + strictly + " or " + column + " is null)" : strictly;
        return last
                ? further
                : "(" + further + " or (" + column + " = " + value + " and " + expanded(parameters, first + 1) + "))";
    }
}
