package dev.sluice.reference.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.sluice.reference.ServiceTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

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
        problem(as("_admin").delete().uri("/actuator/sluice"), 405, "method-not-allowed");
    }

    @Test
    void anAdministratorChangesLimitsWhileTheServiceRuns() {
        change("{'changes': 'tenants.overrides.initech.max-connections=3, admission.dry-run=true'}")
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.clusters.main.limits.dryRun")
                .isEqualTo(true);
        change("{'changes': 'sluice.admission.dry-run=false'}").expectStatus().isOk();
        ok(as("initech").get().uri("/api/scenarios"), String.class);
        anybody()
                .get()
                .uri("/actuator/sluice")
                .exchange()
                .expectBody()
                .jsonPath("$.clusters.main.limits.dryRun")
                .isEqualTo(false)
                .jsonPath("$.clusters.main.nodes[0].name")
                .isEqualTo("primary")
                .jsonPath("$.clusters.main.workloads[?(@.workload == 'interactive' && @.node == 'primary')].priority")
                .isEqualTo("INTERACTIVE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'changes': ''}",
                "{'changes': 'tenants.overrides.acme.max-connection=3'}",
                "{'changes': 'tenants.overrides.acme.weight=0'}",
                "{'changes': 'tenants.overrides.acme.weight=many'}",
                "{'changes': 'tenants.overrides.acme.reserved=1000, tenants.overrides.acme.max-connections=1000'}",
                "{'changes': 'tenants.defaults.reserved=1'}",
                "{'changes': 'admission.dry-run=perhaps'}",
                "{'changes': 'admission.max-connections=100000'}",
                "{'changes': 'workloads.background.priority=highest'}",
                "{'changes': 'workloads.Background.max-connections=1'}",
                "{'changes': 'pool.max=3'}",
                "{'changes': null}",
                "{'change': {}}"
            })
    void aWrongChangeIsRefusedAndChangesNothing(String body) {
        String before = limits();
        change(body).expectStatus().isBadRequest();
        assertThat(limits()).isEqualTo(before);
    }

    @Test
    void aRefusedChangeNamesThePropertyAndTheRule() {
        change("{'changes': 'tenants.overrides.acme.weight=0'}")
                .expectBody(String.class)
                .value(body -> assertThat(body)
                        .contains("tenants.overrides.acme.weight: 0")
                        .contains(">= 1"));
    }

    @Test
    void theMetersOfAdmissionAreThere() {
        ok(as("acme").get().uri("/api/scenarios"), String.class);
        assertThat(ok(anybody().get().uri("/actuator/prometheus"), String.class))
                .contains("sluice_admission_wait_seconds_count{")
                .contains("sluice_admission_waiting{")
                .contains("sluice_connections_in_use{")
                .contains("sluice_connections_limit{");
    }

    private WebTestClient.ResponseSpec change(String body) {
        return as("_admin")
                .post()
                .uri("/actuator/sluice")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body.replace('\'', '"'))
                .exchange();
    }

    private String limits() {
        return JsonPath.parse(ok(anybody().get().uri("/actuator/sluice"), String.class))
                .read("$.clusters.main.limits")
                .toString();
    }
}
