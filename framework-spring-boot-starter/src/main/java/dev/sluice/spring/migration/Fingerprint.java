package dev.sluice.spring.migration;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * All on the application's side that decides whether Flyway finds a schema current: what is configured, the scripts, the versions
 * of Flyway, of its plugins and of Sluice. No secret is in it: it can be guessed at by whoever may read a comment.
 *
 * @param sha256 in lower case
 */
record Fingerprint(String sha256) {

    /** Changes with what Sluice takes for current, and with what is in a fingerprint. */
    private static final String FORMAT = "2";

    private static final String PLUGINS = "META-INF/services/org.flywaydb.core.extensibility.Plugin";

    /**
     * Takes it of a Flyway that need not be loaded.
     *
     * @throws UndecidedException if more decides than it could hold
     */
    static Fingerprint of(LazyFlyway flyway) throws UndecidedException {
        try {
            return new Fingerprint(digest(flyway));
        } catch (IOException | RuntimeException e) {
            throw new UndecidedException("what it is asked about cannot be read: " + e);
        }
    }

    private static String digest(LazyFlyway flyway) throws IOException, UndecidedException {
        FlywaySettings settings = flyway.settings();
        Digest digest = new Digest();
        digest.add(FORMAT);
        digest.add(Objects.requireNonNullElse(Fingerprint.class.getPackage().getImplementationVersion(), ""));
        settings.values().forEach(digest::add);
        addFlyway(flyway.classes(), digest);
        new MigrationFiles(flyway.classes(), settings).addTo(digest);
        return digest.hex();
    }

    private static void addFlyway(ClassLoader classes, Digest digest) throws IOException {
        digest.add(FlywayVersion.read());
        List<String> plugins = new ArrayList<>();
        for (URL url : Collections.list(classes.getResources(PLUGINS))) {
            try (InputStream names = url.openStream()) {
                plugins.add(new String(names.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        plugins.stream().sorted().forEach(digest::add);
    }
}
