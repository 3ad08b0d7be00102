package dev.sluice.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the project that are written from its code. With {@code -Ddocs.write=true} they are written anew. */
public final class WrittenDocument {

    private WrittenDocument() {}

    /** Fails if the file is not what the code says. */
    public static void requireEqual(String file, String expected) {
        Path path = Path.of("..").resolve(file);
        try {
            if (Boolean.getBoolean("docs.write")) {
                Files.createDirectories(path.toAbsolutePath().getParent());
                Files.writeString(path, expected);
            }
            assertThat(Files.exists(path) ? Files.readString(path, StandardCharsets.UTF_8) : "")
                    .as("%s; run this test with -Ddocs.write=true to write it anew", file)
                    .isEqualTo(expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
