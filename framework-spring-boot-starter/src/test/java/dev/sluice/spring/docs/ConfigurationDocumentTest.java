package dev.sluice.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.sluice.spring.WrittenDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The properties, as the configuration metadata has them that editors read. */
class ConfigurationDocumentTest {

    private static final Path METADATA = Path.of("target/classes/META-INF/spring-configuration-metadata.json");

    private static final String INTRODUCTION = """
            # Configuration

            Written from the configuration metadata, which editors show too. A key that is unknown, or a value that is out of range, stops the
            start, with the key, the value, and what is expected.

            What is named by you is a map: `sluice.tenants.overrides.<tenant>.` takes what `sluice.tenants.defaults.` does,
            `sluice.workloads.<workload>.` takes `priority` (`interactive`, `standard`, `background`) and `max-connections`, and
            `sluice.replicas.nodes.<node>.` takes `url`, `username` and `password`.

            Limits hold in each process and for each node. Five workloads are there without being named: `interactive` (priority
            `interactive`), `reporting` and `stream` (`standard`) have no limit of their own, `background` and `reconciliation`
            (`background`) have 2 connections each; `stream` never takes more than half of a node. One of your own has priority `standard` and
            no limit unless it says otherwise. A call in a workload that is named nowhere is an error.
            """;

    @Test
    void theDocumentIsWhatTheMetadataSays() throws IOException {
        Map<String, List<Map<String, Object>>> groups = properties().stream()
                .collect(Collectors.groupingBy(ConfigurationDocumentTest::group, TreeMap::new, Collectors.toList()));
        WrittenDocument.requireEqual(
                "docs/configuration.md",
                INTRODUCTION
                        + groups.entrySet().stream()
                                .map(group -> "\n## %s\n\n| key | default | what it is |\n|---|---|---|\n%s"
                                        .formatted(group.getKey(), rows(group.getValue())))
                                .collect(Collectors.joining()));
    }

    @Test
    void eachPropertyIsDescribed() throws IOException {
        assertThat(properties()).hasSizeGreaterThan(50).allSatisfy(property -> assertThat(
                        String.valueOf(property.get("description")))
                .as(name(property))
                .isNotBlank()
                .isNotEqualTo("null"));
    }

    private static List<Map<String, Object>> properties() throws IOException {
        List<Map<String, Object>> all =
                JsonPath.read(Files.readString(METADATA, StandardCharsets.UTF_8), "$.properties");
        return all.stream()
                .filter(property -> name(property).startsWith("sluice."))
                .sorted(Comparator.comparing(ConfigurationDocumentTest::name))
                .toList();
    }

    private static String group(Map<String, Object> property) {
        String[] parts = name(property).split("\\.");
        return parts.length == 2 ? "sluice" : "sluice." + parts[1];
    }

    private static String rows(List<Map<String, Object>> properties) {
        return properties.stream()
                .map(property ->
                        "| `%s` | %s | %s |\n".formatted(name(property), defaultOf(property), description(property)))
                .collect(Collectors.joining());
    }

    private static String defaultOf(Map<String, Object> property) {
        Object value = property.get("defaultValue");
        return value == null || String.valueOf(value).equals("[]") ? "" : "`" + value + "`";
    }

    private static String description(Map<String, Object> property) {
        String text = String.valueOf(property.get("description"));
        String sentence = Character.toUpperCase(text.charAt(0)) + text.substring(1);
        return (sentence.endsWith(".") ? sentence : sentence + ".").replace("|", "\\|");
    }

    private static String name(Map<String, Object> property) {
        return Objects.requireNonNull(property.get("name")).toString();
    }
}
