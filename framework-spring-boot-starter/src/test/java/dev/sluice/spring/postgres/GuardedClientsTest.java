package dev.sluice.spring.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import dev.sluice.transaction.ExternalIo;
import dev.sluice.transaction.ExternalIoInTransactionException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** HTTP clients inside transactions, in an application with a real database and a real server to ask. */
@SluiceTest
class GuardedClientsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicInteger requests = new AtomicInteger();
    private DisposableServer signals;

    @BeforeEach
    void listen() {
        signals = HttpServer.create()
                .host("localhost")
                .handle((request, response) ->
                        response.sendString(Mono.fromSupplier(() -> "signal " + requests.incrementAndGet())))
                .bindNow();
    }

    @AfterEach
    void close() {
        signals.disposeNow();
    }

    @Test
    void aWebClientIsRefusedInsideATransactionAndLeftAloneOutside(TestDatabase database) {
        try (ConfigurableApplicationContext context =
                Application.run(database, "sluice.transactions.external-io=error")) {
            Sluice sluice = context.getBean(Sluice.class);
            ThingService service = context.getBean(ThingService.class);
            Mono<String> ask = ask(context);

            assertThatThrownBy(() -> get(sluice.inTransaction(() -> ask)))
                    .isInstanceOf(ExternalIoInTransactionException.class)
                    .hasMessageContaining("'GET localhost' inside a transaction of tenant 'acme'");
            assertThatThrownBy(() -> get(service.required(() -> ask)))
                    .isInstanceOf(ExternalIoInTransactionException.class)
                    .hasMessageContaining("opened at dev.sluice.spring.postgres.ThingService.required");
            assertThatThrownBy(() -> get(sluice.inTransaction(() -> ExternalIo.guarded(Mono.just("x"), "redis"))))
                    .isInstanceOf(ExternalIoInTransactionException.class);
            assertThat(requests).hasValue(0);

            assertThat(get(ask)).isEqualTo("signal 1");
            assertThat(get(sluice.inTransaction(() -> Mono.just("committed")).then(ask)))
                    .isEqualTo("signal 2");
            assertThat(counted(context, "refused")).isEqualTo(3);
        }
    }

    @Test
    void byDefaultItRunsAndIsCounted(TestDatabase database) {
        try (ConfigurableApplicationContext context = Application.run(database)) {
            Sluice sluice = context.getBean(Sluice.class);

            Mono<String> ask = ask(context);

            assertThat(get(sluice.inTransaction(() -> ask))).isEqualTo("signal 1");

            assertThat(counted(context, "warned")).isEqualTo(1);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.get("sluice.transaction.idle").timer().count()).isPositive();
        }
    }

    private Mono<String> ask(ConfigurableApplicationContext context) {
        return context.getBean(WebClient.Builder.class)
                .baseUrl("http://localhost:" + signals.port())
                .build()
                .get()
                .uri("/signals/secret-id")
                .retrieve()
                .bodyToMono(String.class);
    }

    private static double counted(ConfigurableApplicationContext context, String outcome) {
        return context.getBean(MeterRegistry.class)
                .get("sluice.transaction.external.io")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static <T> T get(Mono<T> work) {
        return work.contextWrite(Access.tenant("acme")).block(PATIENCE);
    }
}
