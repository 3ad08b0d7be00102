package dev.sluice.spring.migration;

import java.util.List;

/**
 * What is configured of Flyway, as far as it decides whether a schema is current.
 *
 * @param locations where the scripts are
 * @param repeatablePrefix begins the names of scripts that are run again when they have changed
 * @param replacesPlaceholders whether scripts may have placeholders
 * @param guessesEncoding whether {@code encoding} is a guess
 * @param encoding how scripts are written
 * @param placeholderPrefix begins each placeholder
 * @param values all that is configured as texts, without the values of placeholders, which may be secret; or one text that
 *     says that nobody has configured any
 */
record FlywaySettings(
        List<String> locations,
        String repeatablePrefix,
        boolean replacesPlaceholders,
        boolean guessesEncoding,
        String encoding,
        String placeholderPrefix,
        List<String> values) {

    /** The Flyway whose {@link #defaults} these are. */
    static final String VERSION = "12.4.0";

    /**
     * What Flyway itself takes when it is told where the scripts are and no more. Said here once more so that its configuration
     * need not be loaded for the question whether the schema is current.
     */
    static FlywaySettings defaults(List<String> locations) {
        return new FlywaySettings(
                locations, "R", true, false, "UTF-8", "${", List.of("as Flyway has it", locations.toString()));
    }
}
