package dev.sluice.spring.migration;

import dev.sluice.spring.BeforeConnect;
import dev.sluice.spring.migration.InvalidIndexes.InvalidIndex;
import dev.sluice.spring.migration.MigrationObserver.Outcome;
import dev.sluice.spring.settings.MigrationSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The schema of the application, brought up to date on the thread that starts it. */
final class Migrations implements BeforeConnect {

    private static final Logger log = LoggerFactory.getLogger(Migrations.class);

    private final LazyFlyway flyway;
    private final CurrentCheck check;
    private final MigrationSettings settings;
    private final MigrationObserver observer;

    Migrations(LazyFlyway flyway, CurrentCheck check, MigrationSettings settings, MigrationObserver observer) {
        this.flyway = flyway;
        this.check = check;
        this.settings = settings;
        this.observer = observer;
    }

    /** All, unless Flyway has answered the same question before. */
    @Override
    public Mono<Runnable> rest() {
        return notedVersion().<Runnable>map(version -> () -> goOn(version)).defaultIfEmpty(this::run);
    }

    /** The version that Flyway has found current for this application and this history; empty if it has to be asked. */
    Mono<String> notedVersion() {
        // Both to their end, so that nobody still reads what is about to be loaded.
        return Mono.zipDelayError(
                        Mono.fromCallable(() -> Fingerprint.of(flyway)).subscribeOn(Schedulers.boundedElastic()),
                        Mono.defer(() -> check.ask(flyway.history())))
                .flatMap(both -> Mono.justOrEmpty(both.getT2().version(both.getT1())))
                .onErrorResume(error -> {
                    log.info("Flyway is asked whether the schema is current: {}", error.getMessage());
                    return Mono.empty();
                });
    }

    private void goOn(String version) {
        log.info("schema is current, version {}, as Flyway has found before", version);
        observer.current(version);
        observer.lockWaited(Duration.ZERO, Outcome.CURRENT);
    }

    @Override
    public void run() {
        migrate();
    }

    Outcome migrate() {
        Optional<Fingerprint> application = fingerprint();
        CoordinatedFlyway loaded = flyway.get();
        Schema schema = new FlywaySchema(loaded.flyway());
        Outcome outcome = new MigrationCoordinator(
                        schema, loaded.sessions(), settings, LockTimes.DEFAULT, observer, ThreadLocalRandom.current())
                .run();
        application.ifPresent(new NoteKeeper(flyway.history(), loaded.sessions(), schema)::note);
        return outcome;
    }

    // Why there is none was said when it was asked for at first.
    private Optional<Fingerprint> fingerprint() {
        try {
            return Optional.of(Fingerprint.of(flyway));
        } catch (UndecidedException e) {
            return Optional.empty();
        }
    }

    Status status() throws SQLException {
        CoordinatedFlyway loaded = flyway.get();
        try (MigrationLock lock = loaded.sessions().openLock()) {
            return new Status(
                    new FlywaySchema(loaded.flyway()).state(), lock.holder(), InvalidIndexes.find(lock.connection()));
        }
    }

    record Status(SchemaState schema, Optional<LockHolder> holder, List<InvalidIndex> invalidIndexes) {}
}
