package dev.sluice.spring.actuator;

/** Reads values of properties, and says what is wrong with them. */
final class Values {

    private Values() {}

    static int integer(String key, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw wrong(key, value, "a whole number");
        }
    }

    static boolean bool(String key, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(key, value, "true or false");
        };
    }

    static IllegalArgumentException wrong(String key, String value, String expected) {
        return new IllegalArgumentException("%s: '%s' (expected: %s)".formatted(key, value, expected));
    }

    static IllegalArgumentException unknown(String key) {
        return new IllegalArgumentException("%s: unknown (expected: admission.*, tenants.defaults.*,".formatted(key)
                + " tenants.overrides.<tenant>.* or workloads.<workload>.*, with a limit that can be changed)");
    }
}
