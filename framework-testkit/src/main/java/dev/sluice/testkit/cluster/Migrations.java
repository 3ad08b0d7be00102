package dev.sluice.testkit.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The SQL that makes a database what a test expects, run in order by the owner. It is plain SQL in one go: a
 * service that migrates with Flyway can name the same files.
 */
public record Migrations(List<String> scripts) {

    public Migrations {
        scripts = List.copyOf(scripts);
    }

    /**
     * Resolves what a test names.
     *
     * @param sources each either SQL text, or a class path resource that ends in {@code .sql}, or all such
     *     resources of a folder as {@code db/migration/*.sql}, in the order of the numbers and names in them
     *     (V2 before V10)
     * @throws IllegalArgumentException for a resource that does not exist
     */
    public static Migrations of(String... sources) {
        List<String> scripts = new ArrayList<>();
        for (String source : sources) {
            if (!source.endsWith(".sql") || source.strip().contains(" ")) {
                scripts.add(source);
            } else if (source.endsWith("*.sql")) {
                folder(source.substring(0, source.length() - "*.sql".length()))
                        .forEach(name -> scripts.add(read(name)));
            } else {
                scripts.add(read(source));
            }
        }
        return new Migrations(scripts);
    }

    /** Sixteen hexadecimal digits that change with the SQL. */
    String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String script : scripts) {
                digest.update(script.getBytes(StandardCharsets.UTF_8));
                digest.update((byte) 0);
            }
            RoleSql.inDatabase().forEach(sql -> digest.update(sql.getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String read(String resource) {
        try (InputStream in = loader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("migration '" + resource + "' is not on the class path (expected: a"
                        + " resource ending in .sql, a folder as path/*.sql, or SQL text)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("migration '" + resource + "' cannot be read", e);
        }
    }

    private static List<String> folder(String folder) {
        List<String> names = new ArrayList<>();
        try {
            for (URL url : Collections.list(loader().getResources(folder))) {
                URLConnection connection = url.openConnection();
                if (connection instanceof JarURLConnection jar) {
                    jar.getJarFile().stream()
                            .map(entry -> entry.getName())
                            .filter(name -> name.startsWith(folder) && name.indexOf('/', folder.length()) < 0)
                            .forEach(names::add);
                } else {
                    try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
                        files.map(file -> folder + file.getFileName()).forEach(names::add);
                    }
                }
            }
        } catch (IOException | URISyntaxException e) {
            throw new IllegalArgumentException("migrations '" + folder + "*.sql' cannot be listed", e);
        }
        names.removeIf(name -> !name.endsWith(".sql"));
        if (names.isEmpty()) {
            throw new IllegalArgumentException("migrations '" + folder + "*.sql' name no resource on the class path");
        }
        names.sort(Comparator.comparing(Migrations::numbersPadded));
        return names;
    }

    private static String numbersPadded(String name) {
        return Pattern.compile("\\d+")
                .matcher(name)
                .replaceAll(number -> "0".repeat(Math.max(0, 20 - number.group().length())) + number.group());
    }

    private static ClassLoader loader() {
        return Thread.currentThread().getContextClassLoader();
    }
}
