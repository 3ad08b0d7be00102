package dev.sluice.spring.migration;

import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.MethodMetadata;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/** The files below Flyway's locations: all of them, whatever Flyway makes of each. */
final class MigrationFiles {

    private static final Pattern CLASSPATH = Pattern.compile("(?:classpath:)?/?([\\w./-]*[\\w.-])/?");
    private static final Pattern CALLBACK_OF_INFO = Pattern.compile("(?:before|after)(?:Info|Connect).*");
    /** Where Flyway looks for callbacks, whatever it is told. */
    private static final String CALLBACKS = "db/callback";

    private static final String JAVA_MIGRATION = "org.flywaydb.core.api.migration.BaseJavaMigration";

    /** With these a Java migration says itself what else is read off its file's name, or nothing. */
    private static final Set<String> IDENTITY =
            Set.of("getVersion", "getDescription", "getChecksum", "init", "extractVersionAndDescription");

    private final ClassLoader classes;
    private final FlywaySettings flyway;

    MigrationFiles(ClassLoader classes, FlywaySettings flyway) {
        this.classes = classes;
        this.flyway = flyway;
    }

    /**
     * Adds their names and what is in them.
     *
     * @throws UndecidedException if they do not tell all, or are not where only the class path leads
     */
    void addTo(Digest digest) throws IOException, UndecidedException {
        refuse(!resources(CALLBACKS, "*.class").isEmpty(), "there may be callbacks below " + CALLBACKS);
        for (String location : flyway.locations()) {
            addLocation(location, digest);
        }
    }

    private void addLocation(String location, Digest digest) throws IOException, UndecidedException {
        Matcher matcher = CLASSPATH.matcher(location);
        refuse(!matcher.matches(), "location %s is not one folder of the class path".formatted(location));
        String folder = matcher.group(1);
        List<NamedFile> files = files(folder);
        refuse(files.isEmpty(), "nothing is found below location " + location);
        digest.add(folder);
        for (NamedFile file : files) {
            byte[] content = file.resource.getContentAsByteArray();
            check(file, content);
            digest.add(file.name);
            digest.add(content);
        }
    }

    /**
     * @param name the path below the location
     */
    private record NamedFile(String name, Resource resource) {}

    private List<NamedFile> files(String folder) throws IOException {
        List<NamedFile> files = new ArrayList<>();
        for (Resource resource : resources(folder, "*")) {
            String url = resource.getURL().toString();
            if (!url.endsWith("/")) {
                int begin = url.lastIndexOf("/" + folder + "/") + folder.length() + 2;
                files.add(new NamedFile(url.substring(begin), resource));
            }
        }
        // Stable: of two with one name the first on the class path stays the first.
        files.sort(Comparator.comparing(NamedFile::name));
        return files;
    }

    private List<Resource> resources(String folder, String name) throws IOException {
        return List.of(new PathMatchingResourcePatternResolver(classes)
                .getResources("classpath*:%s/**/%s".formatted(folder, name)));
    }

    private void check(NamedFile file, byte[] content) throws IOException, UndecidedException {
        String name = file.name.substring(file.name.lastIndexOf('/') + 1);
        refuse(CALLBACK_OF_INFO.matcher(name).matches(), "%s runs at each look".formatted(name));
        refuse(
                name.startsWith(flyway.repeatablePrefix()) && mayHavePlaceholders(name, content),
                "%s may change with its placeholders".formatted(name));
        refuse(
                name.endsWith(".class") && !isPlain(file.resource),
                "%s may decide more than its name does".formatted(name));
    }

    // Repeatable migrations are compared with their placeholders replaced; a file beside a script may say how that is
    // read.
    private boolean mayHavePlaceholders(String name, byte[] content) {
        return name.endsWith(".conf")
                || flyway.replacesPlaceholders()
                        && (flyway.guessesEncoding()
                                || new String(content, Charset.forName(flyway.encoding()))
                                        .contains(flyway.placeholderPrefix()));
    }

    // A migration that is told by its class's name, or a class that is none.
    private boolean isPlain(Resource resource) throws IOException {
        AnnotationMetadata type = MetadataReaderFactory.create(classes)
                .getMetadataReader(resource)
                .getAnnotationMetadata();
        boolean migration = JAVA_MIGRATION.equals(type.getSuperClassName());
        return type.getInterfaceNames().length == 0
                && (migration || Object.class.getName().equals(type.getSuperClassName()))
                && (!migration
                        || type.getDeclaredMethods().stream()
                                .map(MethodMetadata::getMethodName)
                                .noneMatch(IDENTITY::contains));
    }

    private static void refuse(boolean refused, String reason) throws UndecidedException {
        if (refused) {
            throw new UndecidedException(reason);
        }
    }
}
