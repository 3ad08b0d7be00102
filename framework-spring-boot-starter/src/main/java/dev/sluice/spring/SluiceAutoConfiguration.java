package dev.sluice.spring;

import dev.sluice.ConnectionObserver;
import dev.sluice.Sluice;
import dev.sluice.SluiceSettings;
import dev.sluice.admission.AdmissionObserver;
import dev.sluice.cache.CacheCodec;
import dev.sluice.cache.CacheObserver;
import dev.sluice.cache.CacheSettings;
import dev.sluice.cache.TenantCache;
import dev.sluice.cache.tiered.CborCodec;
import dev.sluice.consistency.RouteObserver;
import dev.sluice.r2dbc.R2dbcSluice;
import dev.sluice.r2dbc.token.SessionTokens;
import dev.sluice.repository.QueryObserver;
import dev.sluice.repository.TenantRepository;
import dev.sluice.spring.settings.CachePropertySettings;
import dev.sluice.spring.settings.InvalidPropertyException;
import dev.sluice.spring.settings.PropertySettings;
import dev.sluice.spring.settings.SluiceProperties;
import dev.sluice.spring.settings.SluiceProperties.TenantSource;
import dev.sluice.spring.settings.UnknownKeys;
import dev.sluice.tenant.TenantDirectory;
import dev.sluice.tenant.TenantId;
import dev.sluice.transaction.TransactionObserver;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Sluice itself: settings of the properties, connected at start, verified before the application is ready.
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration"
        })
@EnableConfigurationProperties(SluiceProperties.class)
public final class SluiceAutoConfiguration {

    // Before any bean is made, so that nothing connects or migrates with half of its configuration.
    @Bean
    static BeanFactoryPostProcessor sluiceUnknownKeys(ConfigurableEnvironment environment) {
        return beans -> new UnknownKeys(environment).refuse();
    }

    @Bean
    @ConditionalOnMissingBean
    SluiceSettings sluiceSettings(SluiceProperties properties) {
        return PropertySettings.of(properties);
    }

    @Bean
    @ConditionalOnMissingBean
    CacheSettings cacheSettings(SluiceProperties properties) {
        return CachePropertySettings.of(properties);
    }

    @Bean
    @ConditionalOnMissingBean
    TenantDirectory tenantDirectory(SluiceProperties properties) {
        List<TenantId> known = PropertySettings.knownTenants(properties);
        if (known.isEmpty() && properties.web().tenantResolver() == TenantSource.HEADER) {
            throw InvalidPropertyException.missing(
                    "sluice.tenants.known",
                    "with tenant-resolver: header, the tenants that exist, or a TenantDirectory bean; nothing else would"
                            + " tell them from what anybody writes into a header");
        }
        return known.isEmpty() ? TenantDirectory.any() : TenantDirectory.of(known);
    }

    /** Also for edges that are not HTTP. */
    @Bean
    @ConditionalOnMissingBean
    SessionTokens sessionTokens(SluiceSettings settings) {
        return new SessionTokens(settings.tokenSecrets());
    }

    @Bean
    SluiceVerifier sluiceVerifier(
            Sluice sluice, ObjectProvider<TenantRepository<?, ?>> repositories, SluiceSettings settings) {
        return new SluiceVerifier(sluice, repositories, settings.pool().acquireTimeout());
    }

    /** A plain view exists only where row-level security keeps foreign SQL within its tenant. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty(name = "sluice.isolation", havingValue = "rls", matchIfMissing = true)
    ConnectionFactory sluiceConnectionFactory(Sluice sluice) {
        return sluice.connectionFactory();
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(Sluice.class)
    static final class Connection {

        // Not before what must be done before Sluice connects: the role may be made by then.
        @Bean
        @Lazy
        @DependsOnDatabaseInitialization
        @ConditionalOnMissingBean(TenantCache.class)
        @ConditionalOnBooleanProperty(name = "sluice.cache.enabled", matchIfMissing = true)
        ConnectedCache connectedCache(
                CacheSettings cache,
                SluiceSettings settings,
                ObjectProvider<CacheCodec> codecs,
                ObjectProvider<CacheObserver> observers) {
            return ConnectedCache.connect(
                    cache,
                    codecs.getIfAvailable(CborCodec::new),
                    observers.getIfUnique(() -> CacheObserver.NONE),
                    DatabaseIdentity.of(settings),
                    settings.pool().acquireTimeout());
        }

        @Bean
        @Lazy
        @ConditionalOnBean(ConnectedCache.class)
        TenantCache tenantCache(ConnectedCache connected) {
            return connected.cache();
        }

        @Bean
        @DependsOnDatabaseInitialization
        ConnectedSluice connectedSluice(
                SluiceSettings settings,
                ObjectProvider<BeforeConnect> before,
                ObjectProvider<AdmissionObserver> admissionObservers,
                ObjectProvider<RouteObserver> routeObservers,
                ObjectProvider<TransactionObserver> transactionObservers,
                ObjectProvider<QueryObserver> queryObservers,
                ObjectProvider<ConnectionObserver> connectionObservers,
                ObjectProvider<TenantCache> caches) {
            before.orderedStream()
                    .forEach(step ->
                            ConnectedSluice.prepare(step, settings.pool().acquireTimeout()));
            return ConnectedSluice.connect(
                    settings.withAdmissionObserver(admissionObservers.getIfUnique(settings::admissionObserver))
                            .withRouteObserver(routeObservers.getIfUnique(settings::routeObserver))
                            .withTransactionObserver(transactionObservers.getIfUnique(settings::transactionObserver))
                            .withQueryObserver(CompositeQueryObserver.of(Stream.concat(
                                            Stream.of(settings.queryObserver())
                                                    .filter(observer -> observer != QueryObserver.NONE),
                                            queryObservers.orderedStream())
                                    .toList()))
                            .withConnectionObserver(connectionObservers.getIfUnique(settings::connectionObserver))
                            .withCache(caches.getIfAvailable(settings::cache)));
        }

        @Bean
        R2dbcSluice sluice(ConnectedSluice connected) {
            return connected.sluice();
        }
    }
}
