package dev.sluice.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.repository.Page;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;

/**
 * The service as a newcomer starts it, in embedded mode, asked over HTTP. It starts once for all test classes of a JVM.
 * Tests read as {@code acme} and write as {@code hooli}, so that the demo data of the others stays as loaded.
 */
@SpringBootTest(
        classes = ReferenceApplication.class,
        useMainMethod = SpringBootTest.UseMainMethod.ALWAYS,
        // On a busy machine 50 ms are no sign of an outage.
        properties = "sluice.cache.command-timeout=5s",
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
public abstract class ServiceTest {

    private static final List<String> TABLES =
            List.of("demand_history", "scenarios", "forecasts", "constraints", "simulations");

    /** What an answer shows only when the inside of the service got out. */
    private static final String[] INSIDE = {
        "Exception", "java.", "dev.sluice", "springframework", "jackson", "r2dbc", "select ", "insert ", "\\tat "
    };

    @Autowired
    protected Environment environment;

    private Map<String, String> tokens;

    @BeforeEach
    void fetchTokens() {
        tokens = anybody()
                .get()
                .uri("/demo/tokens")
                .exchange()
                .expectBody(new ParameterizedTypeReference<Map<String, String>>() {})
                .returnResult()
                .getResponseBody();
    }

    /** An address whose special characters are encoded already. */
    protected final URI at(String encodedPath) {
        return URI.create("http://localhost:" + environment.getRequiredProperty("local.server.port") + encodedPath);
    }

    protected final WebTestClient anybody() {
        return WebTestClient.bindToServer()
                .baseUrl(at("").toString())
                .responseTimeout(Duration.ofSeconds(30))
                .build();
    }

    protected final WebTestClient as(String tenant) {
        return bearing(token(tenant));
    }

    protected final WebTestClient bearing(String token) {
        return anybody()
                .mutate()
                .defaultHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token)
                .build();
    }

    protected final String token(String tenant) {
        return tokens.get(tenant);
    }

    protected static <T> T ok(WebTestClient.RequestHeadersSpec<?> request, Class<T> type) {
        return request.exchange()
                .expectStatus()
                .isOk()
                .expectBody(type)
                .returnResult()
                .getResponseBody();
    }

    protected static <T> Page<T> page(WebTestClient client, ParameterizedTypeReference<Page<T>> type, String uri) {
        return client.get()
                .uri(uri)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(type)
                .returnResult()
                .getResponseBody();
    }

    /** All rows, page by page. */
    protected static <T> List<T> all(
            WebTestClient client, ParameterizedTypeReference<Page<T>> type, String path, int limit) {
        List<T> rows = new ArrayList<>();
        String uri = path + (path.contains("?") ? "&" : "?") + "limit=" + limit;
        Page<T> page = page(client, type, uri);
        rows.addAll(page.items());
        while (page.next() != null) {
            assertThat(page.items()).hasSize(limit);
            page = page(client, type, uri + "&after=" + page.next());
            rows.addAll(page.items());
        }
        return rows;
    }

    protected static WebTestClient.RequestHeadersSpec<?> json(WebTestClient.RequestBodySpec request, String body) {
        return request.contentType(MediaType.APPLICATION_JSON).bodyValue(body);
    }

    protected static String problem(WebTestClient.RequestHeadersSpec<?> request, int status, String code) {
        return problem(request.exchange(), status, code);
    }

    protected static String problem(ResponseSpec response, int status, String code) {
        byte[] body = response.expectBody()
                .consumeWith(answer -> assertThat(answer.getStatus().value())
                        .as(() -> "status of " + answer)
                        .isEqualTo(status))
                .jsonPath("$.status")
                .isEqualTo(status)
                .jsonPath("$.code")
                .isEqualTo(code)
                .returnResult()
                .getResponseBodyContent();
        response.expectHeader().contentType(MediaType.APPLICATION_PROBLEM_JSON);
        String text = new String(body, StandardCharsets.UTF_8);
        assertThat(text).doesNotContainIgnoringCase(INSIDE);
        return text;
    }

    /** The rows of all tables, counted by the owner. */
    protected final Map<String, Long> rowCounts() {
        Map<String, Long> counts = new TreeMap<>();
        try (Connection connection = owner();
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                try (ResultSet rows = statement.executeQuery("select count(*) from " + table)) {
                    rows.next();
                    counts.put(table, rows.getLong(1));
                }
            }
            return counts;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Changes rows of any tenant, as the owner. */
    protected final void update(String sql) {
        try (Connection connection = owner();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The only value of a query by the owner, as text. */
    protected final String value(String sql) {
        try (Connection connection = owner();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Connection owner() throws SQLException {
        return DriverManager.getConnection(
                environment.getRequiredProperty("sluice.url").replaceFirst("^r2dbc:", "jdbc:"),
                environment.getRequiredProperty("sluice.migrations.username"),
                environment.getRequiredProperty("sluice.migrations.password"));
    }
}
