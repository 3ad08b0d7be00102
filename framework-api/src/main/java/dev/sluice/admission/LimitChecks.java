package dev.sluice.admission;

/** One wording for a limit that is out of range. */
final class LimitChecks {

    private LimitChecks() {}

    static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException("%s: %d (expected: >= %d)".formatted(name, value, least));
        }
    }
}
