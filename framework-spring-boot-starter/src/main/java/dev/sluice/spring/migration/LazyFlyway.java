package dev.sluice.spring.migration;

import dev.sluice.spring.settings.MigrationSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.util.function.SingletonSupplier;

/**
 * A Flyway that is loaded by whoever needs it first. With customizers it is configured at once, so that what they throw stops the
 * start where they are asked; else it is configured when it is loaded. A start whose schema is current needs neither.
 */
final class LazyFlyway {

    private final ClassLoader classes;
    private final List<String> locations;
    private final boolean configuredAtOnce;
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
        this.configuredAtOnce = !customizers.isEmpty() || !hasKnownDefaults();
        List<Consumer<FluentConfiguration>> all = List.copyOf(customizers);
        this.configured = SingletonSupplier.of(
                () -> new ConfiguredFlyway(classes, this.locations, r2dbcUrl, settings.owner(), all));
        this.loaded = SingletonSupplier.of(() -> {
            // Before it is: nobody is to read what is being loaded, or was in part.
            isLoaded = true;
            return configured.obtain().load(settings, application);
        });
        if (configuredAtOnce) {
            configured.obtain();
        }
    }

    private static boolean hasKnownDefaults() {
        try {
            return FlywaySettings.VERSION.equals(FlywayVersion.read());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        return configuredAtOnce ? configured.obtain().settings() : FlywaySettings.defaults(locations);
    }

    HistoryTable history() {
        return configuredAtOnce ? configured.obtain().history() : HistoryTable.DEFAULT;
    }

    /** Loads it, once. */
    CoordinatedFlyway get() {
        return loaded.obtain();
    }

    boolean isLoaded() {
        return isLoaded;
    }
}
