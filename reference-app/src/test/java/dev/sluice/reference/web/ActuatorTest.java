package dev.sluice.reference.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.reference.ServiceTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActuatorTest extends ServiceTest {

    @ParameterizedTest
    @ValueSource(strings = {"/actuator", "/actuator/health", "/actuator/prometheus", "/actuator/sluice"})
    void inEmbeddedModeReadingIsOpen(String uri) {
        anybody().get().uri(uri).exchange().expectStatus().isOk();
    }

    @Test
    void theServiceIsHealthy() {
        anybody()
                .get()
                .uri("/actuator/health")
                .exchange()
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("UP");
    }

    @Test
    void theMetersOfTheRuntimeAreThere() {
        assertThat(ok(anybody().get().uri("/actuator/prometheus"), String.class))
                .contains("jvm_memory_used_bytes");
    }

    @Test
    void changingAsksForTheAdministrator() {
        problem(anybody().post().uri("/actuator/sluice"), 401, "tenant-missing");
        problem(as("acme").post().uri("/actuator/sluice"), 403, "forbidden");
        problem(as("_admin").post().uri("/actuator/sluice"), 405, "method-not-allowed");
    }
}
