package dev.sluice.spring.actuator;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reads assignments to properties. An actuator's endpoint takes no deeper structure than text. */
final class Assignments {

    private Assignments() {}

    /**
     * Reads {@code name=value} pairs.
     *
     * @param text the pairs, with commas or line breaks between them
     * @return the values by name
     * @throws IllegalArgumentException if there is none, or if one is malformed or assigned twice
     */
    static Map<String, String> parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : text.split("[,\\n]", -1)) {
            if (!pair.isBlank()) {
                read(pair.strip(), values);
            }
        }
        if (values.isEmpty()) {
            throw new IllegalArgumentException(
                    "changes: none (expected: name=value, as tenants.overrides.acme.max-connections=12)");
        }
        return values;
    }

    private static void read(String pair, Map<String, String> values) {
        int equals = pair.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("changes: '%s' (expected: name=value)".formatted(pair));
        }
        String name = pair.substring(0, equals).strip();
        if (values.putIfAbsent(name, pair.substring(equals + 1).strip()) != null) {
            throw new IllegalArgumentException("%s: assigned twice".formatted(name));
        }
    }
}
