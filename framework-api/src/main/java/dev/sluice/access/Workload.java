package dev.sluice.access;

import java.util.regex.Pattern;

/**
 * A named kind of work. Its priority and connection limit are configuration, not part of the name.
 *
 * @param name 1 to 64 lower-case letters, digits and dashes, first a letter
 */
public record Workload(String name) {

    // Before the constants, whose constructor reads it.
    private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    /** Somebody waits for the answer; the default. */
    public static final Workload INTERACTIVE = new Workload("interactive");
    /** Work that nobody waits for. */
    public static final Workload BACKGROUND = new Workload("background");
    /** Loops that bring the actual state to the desired one. */
    public static final Workload RECONCILIATION = new Workload("reconciliation");
    /** Long reads for people. */
    public static final Workload REPORTING = new Workload("reporting");
    /** Reads that hold a lease while they emit. */
    public static final Workload STREAM = new Workload("stream");

    /** @throws IllegalArgumentException if the name is malformed */
    public Workload {
        if (!VALID.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "workload '%s' (expected: 1 to 64 of a-z, 0-9 and -, first a letter)".formatted(name));
        }
    }

    /**
     * Makes a workload.
     *
     * @param name its name
     * @return the workload
     * @throws IllegalArgumentException if the name is malformed
     */
    public static Workload of(String name) {
        return new Workload(name);
    }

    @Override
    public String toString() {
        return name;
    }
}
