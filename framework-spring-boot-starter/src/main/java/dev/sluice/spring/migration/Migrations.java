package dev.sluice.spring.migration;

import dev.sluice.spring.BeforeConnect;
import dev.sluice.spring.settings.MigrationSettings;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Migrates on the thread that starts the application, and says when that takes long: others may wait for its
 * lock.
 */
final class Migrations implements BeforeConnect {

    private static final Logger log = LoggerFactory.getLogger(Migrations.class);

    private final Flyway flyway;
    private final MigrationSettings settings;

    Migrations(Flyway flyway, MigrationSettings settings) {
        this.flyway = flyway;
        this.settings = settings;
    }

    @Override
    public void run() {
        Disposable watch = watch();
        try {
            MigrateResult result = flyway.migrate();
            log.info("{} migrations applied, schema version {}", result.migrationsExecuted, result.targetSchemaVersion);
        } finally {
            watch.dispose();
        }
    }

    private Disposable watch() {
        return Mono.delay(settings.lockWarning())
                .doOnNext(tick -> log.warn("migrations run for {} already", settings.lockWarning()))
                .then(Mono.delay(settings.lockCritical().minus(settings.lockWarning())))
                .subscribe(
                        tick -> log.error("migrations run for {} already", settings.lockCritical()),
                        e -> log.warn("migrations are not watched", e));
    }
}
