package dev.sluice.spring.migration;

import dev.sluice.SluiceSettings;
import dev.sluice.spring.settings.PropertySettings;
import dev.sluice.spring.settings.SluiceProperties;
import dev.sluice.spring.settings.UnknownKeys;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;

/** What migrating needs of an application: its properties, and the migrations. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SluiceProperties.class)
@Import(SluiceMigrationAutoConfiguration.class)
class MigrateConfiguration {

    @Bean
    static BeanFactoryPostProcessor sluiceUnknownKeys(ConfigurableEnvironment environment) {
        return beans -> new UnknownKeys(environment).refuse();
    }

    @Bean
    SluiceSettings sluiceSettings(SluiceProperties properties) {
        return PropertySettings.of(properties);
    }
}
