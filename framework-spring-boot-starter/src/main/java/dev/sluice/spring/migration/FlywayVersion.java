package dev.sluice.spring.migration;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.flywaydb.core.Flyway;

/** Which Flyway is there, as it says itself. */
final class FlywayVersion {

    private static final String FILE = "org/flywaydb/core/internal/version.txt";

    private FlywayVersion() {}

    static String read() throws IOException {
        try (InputStream version = Flyway.class.getClassLoader().getResourceAsStream(FILE)) {
            return new String(Objects.requireNonNull(version, FILE).readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
