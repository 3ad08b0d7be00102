package dev.sluice.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that name tests, properties, files and places in other documents name ones that exist. */
class DocumentedProofsTest {

    private static final Path ROOT = Path.of("..");

    private static final Pattern TEST = Pattern.compile("`(?:[a-z]+\\.)*([A-Z]\\w*(?:Test|Contract))(?:\\.(\\w+))?`");
    private static final Pattern PROPERTY = Pattern.compile("`(sluice\\.[a-z.-]+)`");
    private static final Pattern FILE = Pattern.compile("`((?:deploy|docs|reference-app)/[\\w./-]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([\\w./-]*)(?:#([\\w-]+))?\\)");

    @ParameterizedTest
    @ValueSource(strings = {"production-checklist.md", "guarantees.md"})
    void testsThatAreNamedExist(String document) throws IOException {
        assertThat(found(TEST, document)).hasSizeGreaterThan(10).allSatisfy(named -> {
            Path source = source(named.group(1));
            if (named.group(2) != null) {
                assertThat(Files.readString(source)).contains(" " + named.group(2));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"production-checklist.md", "operations.md", "getting-started.md"})
    void propertiesThatAreNamedExist(String document) throws IOException {
        String known = read("configuration.md") + read("metrics.md");
        assertThat(found(PROPERTY, document))
                .extracting(MatchResult::group)
                .filteredOn(property -> !property.endsWith(".`"))
                .isNotEmpty()
                .allSatisfy(property -> assertThat(known).contains(property));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "production-checklist.md",
                "guarantees.md",
                "operations.md",
                "own-database.md",
                "getting-started.md",
                "guide.md"
            })
    void filesAndPlacesThatAreNamedExist(String document) throws IOException {
        assertThat(found(FILE, document))
                .extracting(named -> named.group(1))
                .allSatisfy(file -> assertThat(ROOT.resolve(file)).exists());
        assertThat(found(LINK, document)).isNotEmpty().allSatisfy(link -> {
            String target = link.group(1).isEmpty() ? document : link.group(1);
            assertThat(ROOT.resolve("docs").resolve(target)).exists();
            if (link.group(2) != null) {
                assertThat(places(target)).as(target).contains(link.group(2));
            }
        });
    }

    @Test
    void eachLineOfTheChecklistIsKeptBySomethingAndShownBySomething() throws IOException {
        assertThat(read("production-checklist.md").lines().filter(line -> line.startsWith("| ")))
                .hasSizeGreaterThan(40)
                .allSatisfy(line -> assertThat(line.split("\\|")).hasSize(4).allSatisfy(cell -> assertThat(
                                cell.isEmpty() || !cell.isBlank())
                        .isTrue()));
    }

    private static Set<MatchResult> found(Pattern pattern, String document) throws IOException {
        return pattern.matcher(read(document)).results().collect(Collectors.toSet());
    }

    private static String read(String document) throws IOException {
        return Files.readString(ROOT.resolve("docs").resolve(document));
    }

    private static Path source(String test) throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path sources : modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(sources)) {
                    Path found = files.filter(
                                    file -> file.getFileName().toString().equals(test + ".java"))
                            .findFirst()
                            .orElse(null);
                    if (found != null) {
                        return found;
                    }
                }
            }
        }
        throw new AssertionError("no test is named " + test);
    }

    /** The anchors of a document's headings, as GitHub makes them. */
    private static Set<String> places(String document) throws IOException {
        return read(document)
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
