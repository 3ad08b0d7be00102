package dev.sluice.reference.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.util.PropertyPlaceholderHelper;
import org.yaml.snakeyaml.Yaml;

/** {@code deploy/compose.yaml} without an engine: what it names is there, and fits together. */
@SuppressWarnings("unchecked")
class ComposeFileTest {

    private static final Path FOLDER = Path.of("../deploy");

    /** Made before the first start, as the head of the file says. */
    private static final List<String> MADE =
            List.of("../reference-app/target/reference-app.jar", "compose/keys/public.pem");

    private final Map<String, Object> file = yaml("compose.yaml");
    private final Map<String, Map<String, Object>> services = (Map<String, Map<String, Object>>) file.get("services");

    private static Map<String, Object> yaml(String name) {
        try (InputStream text = Files.newInputStream(FOLDER.resolve(name))) {
            return new Yaml().load(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Collection<Object> in(Map<String, Object> service, String key) {
        return (Collection<Object>) service.getOrDefault(key, List.of());
    }

    @Test
    void itBringsUpAllThatThereIs() {
        assertThat(services)
                .containsOnlyKeys("primary", "standby1", "standby2", "redis", "app", "prometheus", "grafana");
        assertThat(services.values()).allSatisfy(service -> assertThat((String) service.get("image"))
                .as("a fixed version")
                .matches(".+:[v0-9].*"));
    }

    @Test
    void everyFileThatIsMountedIsThere() {
        services.forEach((name, service) -> in(service, "volumes").forEach(mount -> {
            String source = mount.toString().split(":", 2)[0];
            if (source.startsWith(".")) {
                isThere(source.replaceFirst("^\\./", ""));
            } else {
                assertThat((Map<String, Object>) file.get("volumes")).as(name).containsKey(source);
            }
        }));
        services.values().stream()
                .filter(service -> service.containsKey("env_file"))
                .forEach(service -> isThere(service.get("env_file").toString()));
        ((Map<String, Map<String, Object>>) file.get("secrets"))
                .values()
                .forEach(secret -> isThere(secret.get("file").toString()));
    }

    private static void isThere(String source) {
        assertThat(MADE.contains(source) || Files.exists(FOLDER.resolve(source)))
                .as(source)
                .isTrue();
    }

    @Test
    void everyServiceThatIsWaitedForSaysWhenItIsHealthy() {
        services.forEach((name, service) -> {
            Object others = service.getOrDefault("depends_on", Map.of());
            if (others instanceof Map<?, ?> waited) {
                waited.keySet().forEach(other -> assertThat(services.get(other))
                        .as("%s, which %s waits for", other, name)
                        .containsKey("healthcheck"));
            } else {
                assertThat(services.keySet()).containsAll((Collection<String>) others);
            }
        });
    }

    @Test
    void nothingListensOnAnotherAddressThanThisMachines() {
        assertThat(services.values().stream().flatMap(service -> in(service, "ports").stream()))
                .isNotEmpty()
                .allSatisfy(port -> assertThat(port.toString()).startsWith("127.0.0.1:"));
    }

    @Test
    void prometheusGrafanaAndTheAppFindWhomTheyAskFor() {
        assertThat(yaml("prometheus/prometheus.yml").toString())
                .contains("targets=[app:8080]")
                .contains("rule_files=[sluice-alerts.yml]");
        assertThat(yaml("grafana/provisioning/datasources/prometheus.yml").toString())
                .contains("url=http://prometheus:9090");
        assertThat(yaml("compose/application.yml").toString())
                .contains(
                        "//primary:5432/planning",
                        "//standby1:5432/planning",
                        "//standby2:5432/planning",
                        "redis://redis:6379");
    }

    @Test
    void everyPasswordThatIsAskedForIsSet() throws IOException {
        Properties passwords = new Properties();
        try (InputStream text = Files.newInputStream(FOLDER.resolve("compose/demo.env"))) {
            passwords.load(text);
        }
        PropertyPlaceholderHelper placeholders = new PropertyPlaceholderHelper("${", "}");
        assertThat(placeholders.replacePlaceholders(
                        Files.readString(FOLDER.resolve("compose/application.yml")), passwords))
                .doesNotContain("${");
        for (String script : List.of("primary.sh", "standby.sh")) {
            assertThat(new TreeSet<>(Pattern.compile("[A-Z]+_PASSWORD")
                            .matcher(Files.readString(FOLDER.resolve("compose").resolve(script)))
                            .results()
                            .map(found -> found.group())
                            .toList()))
                    .as(script)
                    .isNotEmpty()
                    .isSubsetOf(passwords.stringPropertyNames());
        }
    }
}
