package dev.sluice.spring.migration;

import dev.sluice.spring.settings.MigrationSettings;
import java.util.List;
import java.util.function.Consumer;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.util.function.SingletonSupplier;

/**
 * A Flyway that is configured when somebody configures it, and loaded by whoever needs it first: either takes longer than all else
 * of a start whose schema is current.
 */
final class LazyFlyway {

    private final ClassLoader classes;
    private final List<String> locations;
    private final boolean customized;
    private final SingletonSupplier<ConfiguredFlyway> configured;
    private final SingletonSupplier<CoordinatedFlyway> loaded;
    private volatile boolean isLoaded;

    /**
     * Says what it is to be told.
     *
     * @param classes where its scripts are found
     * @param locations where there
     * @param r2dbcUrl the database, the owner of whose tables the settings name
     * @param customizers what else is said of it; they may bring a data source of their own
     * @param application what an operator sees of it
     */
    LazyFlyway(
            ClassLoader classes,
            List<String> locations,
            String r2dbcUrl,
            MigrationSettings settings,
            List<Consumer<FluentConfiguration>> customizers,
            String application) {
        this.classes = classes;
        this.locations = List.copyOf(locations);
        this.customized = !customizers.isEmpty();
        this.configured = SingletonSupplier.of(
                () -> new ConfiguredFlyway(classes, locations, r2dbcUrl, settings.owner(), customizers));
        this.loaded = SingletonSupplier.of(() -> {
            isLoaded = true;
            return configured.obtain().load(settings, application);
        });
        if (customized) {
            configured.obtain();
        }
    }

    ClassLoader classes() {
        return classes;
    }

    /**
     * What decides whether its schema is current.
     *
     * @throws UndecidedException if more decides than settings tell
     */
    FlywaySettings settings() throws UndecidedException {
        if (isLoaded) {
            throw new UndecidedException("it is loaded already");
        }
        return customized ? configured.obtain().settings() : FlywaySettings.defaults(locations);
    }

    HistoryTable history() {
        return customized ? configured.obtain().history() : HistoryTable.DEFAULT;
    }

    /** Loads it, once. */
    CoordinatedFlyway get() {
        return loaded.obtain();
    }

    boolean isLoaded() {
        return isLoaded;
    }
}
