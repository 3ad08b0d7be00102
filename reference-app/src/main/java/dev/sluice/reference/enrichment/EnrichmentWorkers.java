package dev.sluice.reference.enrichment;

import dev.sluice.Sluice;
import dev.sluice.reference.background.WorkingTenants;
import dev.sluice.work.Progress;
import dev.sluice.work.Worker;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** Gives each scenario its signal, where {@code reference.signals.url} says who knows them. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("reference.signals.url")
class EnrichmentWorkers {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int BATCH = 200;
    private static final int CALLS_AT_ONCE = 16;
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
    private static final long RETRY_SECONDS = 30;

    @Bean
    SignalClient signalClient(WebClient.Builder clients, @Value("${reference.signals.url}") String url) {
        WebClient client = clients.baseUrl(url).build();
        return industry ->
                client.get().uri("/signals/{industry}", industry).retrieve().bodyToMono(String.class);
    }

    @Bean
    Worker enricher(Sluice sluice, ScenarioSignals signals, SignalClient client, WorkingTenants tenants) {
        return Worker.every("enricher", INTERVAL, run -> enrich(sluice, signals, client))
                .forTenants(tenants.all());
    }

    static Mono<Progress> enrich(Sluice sluice, ScenarioSignals signals, SignalClient client) {
        return sluice.phases()
                .read(() -> signals.due(BATCH))
                .call(scenario -> client.signalOf(scenario.industry()))
                .atOnce(CALLS_AT_ONCE, CALL_TIMEOUT)
                .write((scenario, signal) -> signals.store(scenario.id(), scenario.version(), signal))
                .onFailure((scenario, error) -> signals.postpone(scenario.id(), RETRY_SECONDS))
                .run()
                .map(report -> report.read() == BATCH ? Progress.MORE : Progress.DONE);
    }
}
