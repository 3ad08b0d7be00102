package dev.sluice.spring.web;

import dev.sluice.spring.settings.InvalidPropertyException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
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
 * and all else asks for a valid token. Rules of the application's own come first in a
 * {@code Customizer<ServerHttpSecurity>} bean.
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

    /** Without a decoder there would be no chain of Sluice's, and Spring Boot's own asks for a password. */
    @Bean
    @ConditionalOnMissingBean({ReactiveJwtDecoder.class, SecurityWebFilterChain.class})
    SmartInitializingSingleton tokensCanBeVerified(ObjectProvider<TenantResolver> resolver) {
        return () -> {
            if (resolver.getIfAvailable() instanceof JwtTenantResolver) {
                throw InvalidPropertyException.missing(
                        "spring.security.oauth2.resourceserver.jwt",
                        "issuer-uri, jwk-set-uri or public-key-location, or a ReactiveJwtDecoder bean, so that tokens"
                                + " can be verified; or sluice.web.tenant-resolver: header");
            }
        };
    }

    @Bean
    @ConditionalOnBean(ReactiveJwtDecoder.class)
    @ConditionalOnMissingBean
    SecurityWebFilterChain sluiceSecurityWebFilterChain(
            ServerHttpSecurity http, OpenPaths open, SecurityProblems problems) {
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
                    // Behind the actuator, which the default open paths hold too, as it needs no tenant.
                    exchanges.matchers(isOpen(open)).permitAll().anyExchange().authenticated();
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
