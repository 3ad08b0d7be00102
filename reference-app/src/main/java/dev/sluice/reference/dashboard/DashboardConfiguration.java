package dev.sluice.reference.dashboard;

import dev.sluice.reference.demo.EmbeddedMode;
import dev.sluice.spring.actuator.SluiceEndpoint;
import dev.sluice.spring.settings.PropertySettings;
import dev.sluice.spring.settings.SluiceProperties;
import dev.sluice.tenant.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DashboardProperties.class)
class DashboardConfiguration {

    /** Most tenants that are shown though they do nothing. */
    private static final int MOST_TENANTS = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Bean
    DashboardFeed dashboardFeed(
            SluiceEndpoint sluice,
            MeterRegistry meters,
            SluiceProperties settings,
            DashboardProperties properties,
            JsonMapper json,
            Clock clock) {
        StatementCounts statements = new StatementCounts(meters);
        List<String> tenants = PropertySettings.knownTenants(settings).stream()
                .limit(MOST_TENANTS)
                .map(TenantId::value)
                .toList();
        Mono<String> look = sluice.state()
                .timeout(PATIENCE)
                .map(state -> new Snapshot(clock.instant(), state, tenants, statements.byNode()))
                .map(json::writeValueAsString);
        return new DashboardFeed(look, properties, Schedulers.parallel());
    }

    /** What is shown is for the administrator; in embedded mode for everybody, as the actuator is. */
    @Bean
    Customizer<ServerHttpSecurity> theFeedIsForTheAdministrator(
            @Value("${" + EmbeddedMode.ACTIVE + ":false}") boolean embedded) {
        return http -> http.authorizeExchange(exchanges -> {
            var feed = exchanges.pathMatchers(DashboardResource.FEED);
            if (embedded) {
                feed.permitAll();
            } else {
                feed.hasAuthority("SCOPE_sluice-admin");
            }
        });
    }
}
