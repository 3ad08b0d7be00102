package dev.sluice.spring.web;

import dev.sluice.SluiceSettings;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.token.SessionTokens;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.spring.settings.InvalidPropertyException;
import dev.sluice.spring.settings.SluiceProperties;
import dev.sluice.tenant.TenantDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import reactor.netty.http.server.HttpServer;

/** Requests become calls of their tenant, and errors become problem documents. */
@AutoConfiguration(after = SluiceAutoConfiguration.class, before = ErrorWebFluxAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(WebFluxConfigurer.class)
public final class SluiceWebAutoConfiguration {

    private static final Logger log = LoggerFactory.getLogger(SluiceWebAutoConfiguration.class);

    @Bean
    @ConditionalOnMissingBean
    OpenPaths openPaths(SluiceProperties properties, BeanFactory beans) {
        OpenPaths configured = new OpenPathPatterns(properties.web().openPaths());
        return ActuatorPaths.arePossible() ? new ActuatorPaths(beans, configured) : configured;
    }

    @Bean
    SessionFilter sluiceSessionFilter(SessionTokens tokens, R2dbcSluice sluice, SluiceProperties properties) {
        return new SessionFilter(tokens, sluice, properties.web().nodeHeader());
    }

    @Bean
    TenantFilter sluiceTenantFilter(
            ObjectProvider<TenantResolver> resolver,
            TenantDirectory directory,
            OpenPaths open,
            SluiceSettings settings) {
        TenantResolver configured = resolver.getIfAvailable(() -> {
            throw InvalidPropertyException.missing(
                    "sluice.web.tenant-resolver",
                    "header, a TenantResolver bean, or for jwt"
                            + " org.springframework.boot:spring-boot-starter-oauth2-resource-server on the class path");
        });
        return new TenantFilter(configured, directory, open, settings.timeouts().call());
    }

    @Bean
    ProblemWriter problemWriter(ServerCodecConfigurer codecs) {
        return new ProblemWriter(codecs);
    }

    @Bean
    @ConditionalOnMissingBean
    ErrorWebExceptionHandler problemExceptionHandler(ProblemWriter writer) {
        return new ProblemExceptionHandler(writer);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({NettyServerCustomizer.class, HttpServer.class})
    static final class ReactorNetty {

        @Bean
        KeepAliveReads keepAliveReads() {
            return new KeepAliveReads();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(TenantResolver.class)
    @ConditionalOnProperty(name = "sluice.web.tenant-resolver", havingValue = "header")
    static final class Header {

        @Bean
        TenantResolver headerTenantResolver() {
            log.warn(
                    "The tenant of each request is what its header {} says, unverified (sluice.web.tenant-resolver:"
                            + " header): serve only behind a gateway that sets it and drops what callers send. Without"
                            + " tokens nothing guards the actuator either: expose only health, or keep"
                            + " management.server.port within your network",
                    HeaderTenantResolver.HEADER);
            return new HeaderTenantResolver();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(TenantResolver.class)
    @ConditionalOnClass(JwtAuthenticationToken.class)
    @ConditionalOnProperty(name = "sluice.web.tenant-resolver", havingValue = "jwt", matchIfMissing = true)
    static final class Jwt {

        @Bean
        TenantResolver jwtTenantResolver(SluiceProperties properties) {
            return new JwtTenantResolver(
                    properties.web().tenantClaim(), properties.web().principalClaim());
        }
    }
}
