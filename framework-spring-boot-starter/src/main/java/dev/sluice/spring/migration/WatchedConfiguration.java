package dev.sluice.spring.migration;

import java.util.Map;
import java.util.Properties;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.extensibility.ConfigurationExtension;
import org.flywaydb.core.internal.plugin.PluginRegister;

/**
 * A configuration that knows whether somebody may have set what belongs to Flyway's plugins: that is in none of its models, and
 * looking for it would make the plugins. Not thread-safe.
 */
final class WatchedConfiguration extends FluentConfiguration {

    private boolean pluginsReached;

    WatchedConfiguration(ClassLoader classes) {
        super(classes);
    }

    /** Whether the plugins were asked for, or settings were given by their names, which may be those of plugins. */
    boolean pluginsReached() {
        return pluginsReached;
    }

    @Override
    public PluginRegister getPluginRegister() {
        pluginsReached = true;
        return super.getPluginRegister();
    }

    @Override
    public <T extends ConfigurationExtension> T getConfigurationExtension(Class<T> type) {
        pluginsReached = true;
        return super.getConfigurationExtension(type);
    }

    @Override
    public FluentConfiguration configuration(Configuration other) {
        pluginsReached = true;
        return super.configuration(other);
    }

    @Override
    public FluentConfiguration configuration(Properties settings) {
        pluginsReached = true;
        return super.configuration(settings);
    }

    @Override
    public FluentConfiguration configuration(Map<String, String> settings) {
        pluginsReached = true;
        return super.configuration(settings);
    }

    @Override
    public FluentConfiguration loadDefaultConfigurationFiles() {
        pluginsReached = true;
        return super.loadDefaultConfigurationFiles();
    }

    @Override
    public FluentConfiguration loadDefaultConfigurationFiles(String encoding) {
        pluginsReached = true;
        return super.loadDefaultConfigurationFiles(encoding);
    }

    @Override
    public FluentConfiguration envVars() {
        pluginsReached = true;
        return super.envVars();
    }
}
