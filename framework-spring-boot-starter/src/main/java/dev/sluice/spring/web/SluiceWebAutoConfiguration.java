package dev.sluice.spring.web;

import dev.sluice.SluiceSettings;
import dev.sluice.spring.SluiceAutoConfiguration;
import dev.sluice.spring.settings.InvalidPropertyException;
import dev.sluice.spring.settings.SluiceProperties;
import dev.sluice.tenant.TenantDirectory;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/** Requests become calls of their tenant, and errors become problem documents. */
@AutoConfiguration(after = SluiceAutoConfiguration.class, before = ErrorWebFluxAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass(WebFluxConfigurer.class)
public final class SluiceWebAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    OpenPaths openPaths(SluiceProperties properties, Environment environment) {
        String actuator = environment.getProperty("management.endpoints.web.base-path", "/actuator");
        List<String> patterns = new ArrayList<>(properties.web().openPaths());
        patterns.add(actuator + "/**");
        return new OpenPathPatterns(patterns);
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
    @ConditionalOnMissingBean(TenantResolver.class)
    @ConditionalOnProperty(name = "sluice.web.tenant-resolver", havingValue = "header")
    static final class Header {

        @Bean
        TenantResolver headerTenantResolver() {
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
