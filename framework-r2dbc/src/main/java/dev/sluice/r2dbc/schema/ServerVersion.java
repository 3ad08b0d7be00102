package dev.sluice.r2dbc.schema;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The version of the server.
 *
 * @param number as {@code server_version_num} gives it, 170006 for 17.6
 */
record ServerVersion(int number) {

    private static final int OLDEST = 150000;

    /** The first minor version of each major one in which statistics of a table obey its policies: CVE-2025-8713. */
    private static final Map<Integer, Integer> PATCHED = Map.of(15, 14, 16, 10, 17, 6);

    Optional<Hole> hole() {
        return number >= OLDEST
                ? Optional.empty()
                : Optional.of(new Hole(
                        "the server is PostgreSQL %s (expected: 15 or newer, which has views with security_invoker)"
                                .formatted(this),
                        List.of()));
    }

    Optional<String> warning() {
        int patched = PATCHED.getOrDefault(number / 10_000, 0);
        return number % 10_000 >= patched
                ? Optional.empty()
                : Optional.of(
                        "PostgreSQL %s lets statistics tell of rows behind policies (CVE-2025-8713); upgrade to %d.%d"
                                .formatted(this, number / 10_000, patched));
    }

    @Override
    public String toString() {
        return number / 10_000 + "." + number % 10_000;
    }
}
