package dev.sluice.reference.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reference.ServiceTest;
import org.junit.jupiter.api.Test;

class OpenApiTest extends ServiceTest {

    @Test
    void theDocumentHasTheAddressesOfTheContractTheTokenAndTheProblems() {
        anybody()
                .get()
                .uri("/v3/api-docs")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.components.securitySchemes.token.scheme")
                .isEqualTo("bearer")
                .jsonPath("$.security[0].token")
                .exists()
                .jsonPath("$.paths['/api/scenarios'].get.parameters[?(@.name == 'limit')]")
                .exists()
                .jsonPath("$.paths['/api/scenarios/{id}'].put.responses['409'].content['application/problem+json']")
                .exists()
                .jsonPath("$.paths['/api/scenarios'].get.parameters[?(@.name == 'Sluice-Token' && @.in == 'header')]")
                .exists()
                .jsonPath(
                        "$.paths['/api/scenarios'].get.parameters[?(@.name == 'Sluice-Deadline' && @.in == 'header')]")
                .exists()
                .jsonPath(
                        "$.paths['/api/scenarios'].get.parameters[?(@.name == 'Sluice-Priority' && @.in == 'header')]")
                .exists()
                .jsonPath("$.paths['/api/scenarios'].get.responses['500'].content['application/problem+json']")
                .exists()
                .jsonPath("$.paths['/api/scenarios'].post.responses['200'].headers['Sluice-Token']")
                .exists()
                .jsonPath("$.paths['/api/forecasts/{id}'].get.responses['404'].headers['Sluice-Node']")
                .exists()
                .jsonPath("$.paths['/api/scenarios/{id}/forecasts'].post")
                .exists()
                .jsonPath("$.paths['/api/forecasts/{id}'].put")
                .exists()
                .jsonPath("$.paths['/api/constraints/validate'].post")
                .exists()
                .jsonPath("$.paths['/api/simulations'].post.responses['202']")
                .exists()
                .jsonPath("$.paths['/api/simulations/{id}'].get")
                .exists()
                .jsonPath("$.paths['/demo/tokens'].get.security")
                .isEmpty()
                .jsonPath("$.components.schemas.Problem.properties.code")
                .exists();
    }

    @Test
    void thePageOfTheApiAsksNoOtherHost() {
        String page = anybody()
                .get()
                .uri("/swagger-ui.html")
                .exchange()
                .expectStatus()
                .isFound()
                .returnResult(Void.class)
                .getResponseHeaders()
                .getLocation()
                .getPath();
        assertThat(text(page)).contains("swagger-ui-bundle.js").doesNotContain("://");
        String folder = page.substring(0, page.lastIndexOf('/'));
        assertThat(text(folder + "/swagger-initializer.js")).contains("/v3/api-docs");
        assertThat(text("/v3/api-docs/swagger-config"))
                .contains("\"validatorUrl\":\"\"")
                .doesNotContain("https://");
        assertThat(text(folder + "/swagger-ui.css")).isNotEmpty();
    }

    private String text(String uri) {
        return anybody()
                .mutate()
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(4 << 20))
                .build()
                .get()
                .uri(uri)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
    }
}
