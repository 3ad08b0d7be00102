package dev.sluice.benchmarks.plots;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The lines {@code key: value} of a comment. */
final class PlotLines {

    private final List<Map.Entry<String, String>> lines;

    private PlotLines(List<Map.Entry<String, String>> lines) {
        this.lines = lines;
    }

    static PlotLines of(List<String> comment, Set<String> keys) {
        List<Map.Entry<String, String>> lines = new ArrayList<>();
        for (String text : comment) {
            String[] parts = text.split(":", 2);
            if (parts.length < 2 || !keys.contains(parts[0].strip())) {
                throw new IllegalArgumentException(
                        "%s (expected: a key of %s, a colon, a value)".formatted(text, keys));
            }
            lines.add(Map.entry(parts[0].strip(), parts[1].strip()));
        }
        return new PlotLines(lines);
    }

    /** @return the last value of a key; null without one */
    @Nullable
    String one(String key) {
        return lines.stream()
                .filter(line -> line.getKey().equals(key))
                .map(Map.Entry::getValue)
                .reduce((first, last) -> last)
                .orElse(null);
    }

    /** @return the value of a key, one of those; the first without one */
    String oneOf(String key, String... values) {
        @Nullable String value = one(key);
        if (value != null && !List.of(values).contains(value)) {
            throw new IllegalArgumentException("%s: %s (expected one of %s)".formatted(key, value, List.of(values)));
        }
        return value == null ? values[0] : value;
    }

    String required(String key) {
        @Nullable String value = one(key);
        if (value == null) {
            throw new IllegalArgumentException("no line '%s: …'".formatted(key));
        }
        return value;
    }

    Plot.@Nullable Place place(String key) {
        @Nullable String value = one(key);
        return value == null ? null : Plot.Place.of(value);
    }

    List<String> list(String key, String separator) {
        @Nullable String value = one(key);
        return value == null
                ? List.of()
                : Arrays.stream(value.split(separator)).map(String::strip).toList();
    }

    /** @return for each line of that key, that line and those behind it */
    List<PlotLines> groups(String key) {
        List<PlotLines> groups = new ArrayList<>();
        for (Map.Entry<String, String> line : lines) {
            if (line.getKey().equals(key)) {
                groups.add(new PlotLines(new ArrayList<>()));
            }
            if (!groups.isEmpty()) {
                groups.get(groups.size() - 1).lines.add(line);
            }
        }
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("no line '%s: …'".formatted(key));
        }
        return groups;
    }
}
