package dev.sluice.spring.web;

import dev.sluice.access.Access;
import dev.sluice.access.DeadlineExceededException;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRejectedException;
import dev.sluice.admission.AdmissionRejectedException.Reason;
import dev.sluice.repository.InvalidCursorException;
import dev.sluice.repository.PageRequest;
import dev.sluice.repository.VersionConflictException;
import dev.sluice.spring.FakeSluice;
import dev.sluice.tenant.MissingTenantException;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.UnknownCommitOutcomeException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** A service that tells what its calls carry, and fails in every way. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class WebApplication {

    @Bean
    ReactiveJwtDecoder decoder() {
        return Tokens.decoder();
    }

    @Bean
    FakeSluice sluice() {
        return new FakeSluice();
    }

    @RestController
    static class Resource {

        @GetMapping("/api/call")
        Mono<Map<String, Object>> call() {
            return Access.current().map(Resource::describe);
        }

        @GetMapping("/api/later")
        Mono<String> later() {
            return Mono.delay(Duration.ofMillis(50)).thenReturn("now");
        }

        @GetMapping("/open/call")
        Mono<Map<String, Object>> open() {
            return call();
        }

        @GetMapping("/open/data")
        Mono<String> openData() {
            return Access.current()
                    .map(access -> access.requireTenant("findById").value());
        }

        @PostMapping("/api/things")
        Mono<Thing> create(@RequestBody @Valid Thing thing) {
            return Mono.just(thing);
        }

        @GetMapping("/api/things/{id}")
        Mono<String> thing(@PathVariable UUID id) {
            return Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND, "no thing " + id));
        }

        @GetMapping("/api/things")
        Mono<String> things(@RequestParam @Max(200) int limit) {
            return Mono.just(String.valueOf(limit));
        }

        @GetMapping("/api/fail/{how}")
        Mono<String> fail(@PathVariable String how) {
            return Mono.error(() -> failure(how));
        }

        private static Throwable failure(String how) {
            if (how.startsWith("sqlstate-")) {
                return new R2dbcNonTransientResourceException(
                        "no such value: hunter2", how.substring("sqlstate-".length()));
            }
            return switch (how) {
                case "tenant" -> new MissingTenantException("things.findAll");
                case "version" -> new VersionConflictException("Thing", 3);
                case "cursor" -> new InvalidCursorException("it belongs to another tenant");
                case "rate" -> rejected(Reason.RATE_LIMITED, 0);
                case "busy" -> rejected(Reason.TENANT_BUSY, 1_000);
                case "overloaded" -> rejected(Reason.OVERLOADED, 1_999);
                case "hopeless" -> rejected(Reason.DEADLINE, 250);
                case "deadline" -> new DeadlineExceededException("things.findAll", "executing", Duration.ofSeconds(1));
                case "commit" -> new UnknownCommitOutcomeException(new IllegalStateException("gone"));
                case "constraint" ->
                    new R2dbcDataIntegrityViolationException("duplicate key (name)=(hunter2)", "23505");
                case "connection" -> new R2dbcNonTransientResourceException("db-host-7 is gone", "57P01");
                case "wrapped" -> new IllegalStateException("translated", new VersionConflictException("Thing", 3));
                case "page" -> pageOf(PageRequest.MAX_LIMIT + 1);
                default -> new IllegalStateException("secret detail hunter2");
            };
        }

        private static Throwable pageOf(int limit) {
            try {
                PageRequest.of(limit);
                return new AssertionError("no page has so many");
            } catch (RuntimeException e) {
                return e;
            }
        }

        private static Throwable rejected(Reason reason, int retryAfterMillis) {
            return new AdmissionRejectedException(
                    TenantId.of("acme"),
                    Workload.INTERACTIVE,
                    reason,
                    64,
                    65,
                    Duration.ofMillis(retryAfterMillis).plusNanos(retryAfterMillis == 0 ? 0 : 1));
        }

        private static Map<String, Object> describe(Access access) {
            Map<String, Object> call = new LinkedHashMap<>();
            call.put("tenant", access.tenant() == null ? null : access.tenant().value());
            call.put("principal", access.principal());
            call.put("priority", access.priority());
            call.put(
                    "millisLeft",
                    access.deadline() == null
                            ? null
                            : access.deadline().remaining().toMillis());
            return call;
        }
    }

    record Thing(@NotBlank String name, int amount) {}
}
