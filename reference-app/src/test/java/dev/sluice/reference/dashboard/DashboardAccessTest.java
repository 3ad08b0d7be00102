package dev.sluice.reference.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import dev.sluice.reference.ServiceTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.FluxExchangeResult;
import reactor.test.StepVerifier;

class DashboardAccessTest extends ServiceTest {

    @Test
    void thePageIsServedWithAPolicyThatLetsItAskNoOtherHost() {
        anybody()
                .get()
                .uri("/")
                .accept(MediaType.TEXT_HTML, MediaType.ALL)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.TEXT_HTML)
                .expectHeader()
                .value("Content-Security-Policy", policy -> assertThat(policy)
                        .startsWith("default-src 'self';")
                        .contains("trusted-types 'none'")
                        .doesNotContain("unsafe"))
                .expectBody(String.class)
                .value(page -> assertThat(page)
                        .contains("<title>Sluice operations</title>")
                        .doesNotContain("://"));
    }

    @Test
    void inEmbeddedModeEverybodyMayWatch() {
        FluxExchangeResult<String> answer = anybody()
                .get()
                .uri(DashboardResource.FEED)
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(String.class);
        StepVerifier.create(answer.getResponseBody())
                .assertNext(snapshot -> {
                    DocumentContext json = JsonPath.parse(snapshot);
                    assertThat(json.<String>read("$.sluice.clusters.main.nodes[0].name"))
                            .isEqualTo("primary");
                    assertThat(json.<Iterable<String>>read("$.tenants")).contains("acme", "hooli");
                    assertThat(json.<Integer>read("$.statements.primary")).isPositive();
                })
                .expectNextCount(1)
                .thenCancel()
                .verify(Duration.ofSeconds(30));
    }

    @Test
    void aTokenThatIsNotValidIsRefusedEvenSo() {
        problem(bearing("a.b.c").get().uri(DashboardResource.FEED), 401, "tenant-missing");
    }
}
