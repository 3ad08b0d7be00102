package dev.sluice.reference.web;

import dev.sluice.spring.settings.InvalidPropertyException;
import dev.sluice.spring.web.OpenPaths;
import dev.sluice.spring.web.SecurityProblems;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.server.ServerWebInputException;
import reactor.core.publisher.Mono;

/** The starter's security, except that in embedded mode whoever reaches the service may read the actuator. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    private static final String ADMIN = "SCOPE_sluice-admin";

    @Bean
    SecurityWebFilterChain securityWebFilterChain(
            ServerHttpSecurity http,
            ObjectProvider<ReactiveJwtDecoder> decoder,
            OpenPaths open,
            SecurityProblems problems,
            @Value("${reference.embedded:false}") boolean embedded) {
        ReactiveJwtDecoder configured = decoder.getIfAvailable();
        if (configured == null) {
            throw InvalidPropertyException.missing(
                    "spring.security.oauth2.resourceserver.jwt",
                    "issuer-uri, jwk-set-uri or public-key-location, so that tokens can be verified;"
                            + " only without sluice.url the service makes its own");
        }
        return http.csrf(ServerHttpSecurity.CsrfSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .authorizeExchange(exchanges -> {
                    exchanges
                            .pathMatchers("/actuator/health/**", "/actuator/prometheus")
                            .permitAll();
                    if (embedded) {
                        exchanges.pathMatchers(HttpMethod.GET, "/actuator/**").permitAll();
                    }
                    exchanges.pathMatchers("/actuator/**").hasAuthority(ADMIN);
                    exchanges.matchers(matching(open)).permitAll();
                    exchanges.anyExchange().authenticated();
                })
                .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.jwtDecoder(configured))
                        .authenticationEntryPoint(problems)
                        .accessDeniedHandler(problems))
                .exceptionHandling(
                        handling -> handling.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .build();
    }

    /** What the firewall refuses, as a NUL character in the path, is answered with a problem document as all else. */
    @Bean
    ServerExchangeRejectedHandler rejectedRequests() {
        return (exchange, refused) -> Mono.error(
                new ServerWebInputException("the request holds characters that no address has", null, refused));
    }

    private static ServerWebExchangeMatcher matching(OpenPaths open) {
        return exchange -> open.isOpen(exchange) ? MatchResult.match() : MatchResult.notMatch();
    }
}
