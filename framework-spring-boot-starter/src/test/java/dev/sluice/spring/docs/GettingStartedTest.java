package dev.sluice.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.notes.NotesApplication;
import dev.sluice.spring.WrittenDocument;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.server.SecurityWebFilterChain;

/** The first steps that the document describes, with the very files that it shows. */
@SluiceTest
class GettingStartedTest {

    private static final Pattern SHOWN = Pattern.compile("(<!-- from (\\S+) -->\n```\\w+\n)(.*?)(```)", Pattern.DOTALL);

    private final HttpClient http = HttpClient.newHttpClient();

    @ParameterizedTest
    @CsvSource({"docs/getting-started.md, 7", "docs/guide.md, 5", "docs/operations.md, 1"})
    void theDocumentShowsFilesThatAreCompiledAndTested(String document, int files) throws IOException {
        String text = Files.readString(Path.of("..", document));
        Matcher shown = SHOWN.matcher(text);

        assertThat(shown.results().count()).isEqualTo(files);
        WrittenDocument.requireEqual(
                document, shown.replaceAll(block -> Matcher.quoteReplacement(block.group(1) + file(block) + "```")));
    }

    private static String file(MatchResult block) {
        try {
            return Files.readString(Path.of("src/test").resolve(block.group(2)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theFirstEndpointAnswersEachTenantWithItsOwn(TestDatabase database) throws Exception {
        try (ConfigurableApplicationContext context = start(database)) {
            String notes = "http://localhost:%s/notes"
                    .formatted(context.getEnvironment().getProperty("local.server.port"));

            assertThat(send(notes, "acme", "buy milk").statusCode()).isEqualTo(201);
            assertThat(send(notes + "?q=milk", "acme", null).body()).contains("buy milk");
            assertThat(send(notes + "?q=milk", "globex", null).body()).isEqualTo("[]");
            assertThat(send(notes, null, null)).satisfies(answer -> {
                assertThat(answer.statusCode()).isEqualTo(401);
                assertThat(answer.body()).contains("tenant-missing");
            });
        }
    }

    private static ConfigurableApplicationContext start(TestDatabase database) {
        return new SpringApplicationBuilder(NotesApplication.class, OpenToAll.class)
                .properties(
                        "spring.config.location=classpath:/notes/application.yaml",
                        "spring.flyway.locations=classpath:notes/db/migration",
                        "server.port=0",
                        "DB_HOST=" + database.host(),
                        "DB_PORT=" + database.port(),
                        "DB_NAME=" + database.name(),
                        "APP_PASSWORD=" + database.credentials(Role.APP).password(),
                        "OWNER_PASSWORD=" + database.credentials(Role.OWNER).password())
                .run();
    }

    private HttpResponse<String> send(String url, @Nullable String tenant, @Nullable String text) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (tenant != null) {
            request.header("X-Tenant-Id", tenant);
        }
        if (text != null) {
            request.header("Content-Type", "text/plain").POST(BodyPublishers.ofString(text));
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Spring Security is on the class path of the tests, not on that of the application. */
    @Configuration(proxyBeanMethods = false)
    static class OpenToAll {

        @Bean
        SecurityWebFilterChain openToAll(ServerHttpSecurity http) {
            return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                    .authorizeExchange(exchanges -> exchanges.anyExchange().permitAll())
                    .build();
        }
    }
}
