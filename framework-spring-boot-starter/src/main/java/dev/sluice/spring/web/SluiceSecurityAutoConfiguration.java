package dev.sluice.spring.web;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;

/**
 * The security of a service whose tokens name tenants, unless the application has a chain of its own: health
 * and meters are open, the rest of the actuator asks for the scope {@code sluice-admin}, open paths are open,
 * and all else asks for a valid token.
 */
@AutoConfiguration(
        after = SluiceWebAutoConfiguration.class,
        afterName =
                "org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.ReactiveOAuth2ResourceServerAutoConfiguration",
        beforeName = {
            "org.springframework.boot.security.oauth2.server.resource.autoconfigure.web.reactive.ReactiveOAuth2ResourceServerWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration",
            "org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration"
        })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass({EnableWebFluxSecurity.class, JwtAuthenticationToken.class})
public final class SluiceSecurityAutoConfiguration {

    private static final String ADMIN = "SCOPE_sluice-admin";

    @Bean
    @ConditionalOnMissingBean
    SecurityProblems securityProblems(ProblemWriter writer) {
        return new SecurityProblems(writer);
    }

    /** What the firewall refuses, as a NUL character in the path, is answered as everything else is. */
    @Bean
    @ConditionalOnMissingBean
    ServerExchangeRejectedHandler rejectedRequestProblems(ProblemWriter writer) {
        return (exchange, refused) -> writer.write(
                exchange, Problem.of(ProblemCode.INVALID, "the request holds characters that no address has"));
    }

    @Bean
    @ConditionalOnBean(ReactiveJwtDecoder.class)
    @ConditionalOnMissingBean
    SecurityWebFilterChain sluiceSecurityWebFilterChain(
            ServerHttpSecurity http, OpenPaths open, SecurityProblems problems, Environment environment) {
        String actuator = environment.getProperty("management.endpoints.web.base-path", "/actuator");
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .authorizeExchange(exchanges -> {
                    if (ActuatorRequests.arePossible()) {
                        exchanges
                                .matchers(ActuatorRequests.open())
                                .permitAll()
                                .matchers(ActuatorRequests.all())
                                .hasAuthority(ADMIN);
                    }
                    // The default open paths hold the whole actuator, as it needs no tenant.
                    exchanges
                            .pathMatchers(actuator + "/**")
                            .hasAuthority(ADMIN)
                            .matchers(isOpen(open))
                            .permitAll()
                            .anyExchange()
                            .authenticated();
                })
                .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults())
                        .authenticationEntryPoint(problems)
                        .accessDeniedHandler(problems))
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .build();
    }

    private static ServerWebExchangeMatcher isOpen(OpenPaths open) {
        return exchange -> open.isOpen(exchange) ? MatchResult.match() : MatchResult.notMatch();
    }
}
