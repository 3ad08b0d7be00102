package dev.sluice.reference.demo;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;

/** In embedded mode whoever reaches the service may read the actuator; all else is as the starter has it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(EmbeddedMode.ACTIVE)
class OpenActuator {

    @Bean
    Customizer<ServerHttpSecurity> readingTheActuatorIsOpen() {
        return http -> http.authorizeExchange(exchanges ->
                exchanges.pathMatchers(HttpMethod.GET, "/actuator/**").permitAll());
    }
}
