package dev.sluice.spring.client;

import dev.sluice.spring.SluiceAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Guards every {@code WebClient} that is made with Spring Boot's builder. One of {@code WebClient.create()} is not:
 * wrap its calls in {@link dev.sluice.transaction.ExternalIo#guarded}.
 */
@AutoConfiguration(after = SluiceAutoConfiguration.class)
@ConditionalOnClass({WebClient.class, WebClientCustomizer.class})
public final class SluiceWebClientAutoConfiguration {

    @Bean
    WebClientCustomizer externalIoGuard() {
        return builder -> builder.filter(new ExternalIoFilter());
    }
}
