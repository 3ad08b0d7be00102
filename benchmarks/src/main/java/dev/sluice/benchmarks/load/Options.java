package dev.sluice.benchmarks.load;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a benchmark is told on its command line, as {@code --name value}; what is not told has a default. */
public final class Options {

    private final Map<String, String> values;

    private Options(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads a command line.
     *
     * @param defaults every name that there is, with its value unless told otherwise
     * @param arguments names and values in turn
     * @return the options
     * @throws IllegalArgumentException for a name that there is not, or one without a value
     */
    public static Options parse(Map<String, String> defaults, String... arguments) {
        Map<String, String> values = new LinkedHashMap<>(defaults);
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
            if (!defaults.containsKey(name) || i + 1 == arguments.length) {
                throw new IllegalArgumentException(
                        "%s (expected: --name value, of %s)".formatted(arguments[i], defaults));
            }
            values.put(name, arguments[i + 1]);
        }
        return new Options(values);
    }

    /** @return the text of an option */
    public String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no option '%s' (expected one of %s)".formatted(name, values));
        }
        return value;
    }

    /** @return the number that an option tells */
    public int number(String name) {
        return Integer.parseInt(text(name));
    }

    /** @return the duration of an option that is told in milliseconds */
    public Duration millis(String name) {
        return Duration.ofMillis(number(name));
    }

    /** @return the option {@code seed} */
    public long seed() {
        return Long.parseLong(text("seed"));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> text.append(text.isEmpty() ? "" : " ")
                .append("--")
                .append(name)
                .append(' ')
                .append(value));
        return text.toString();
    }
}
