package dev.sluice.spring.migration;

import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;

/**
 * All observers that there are, found when there is something to tell: what they need may need the schema.
 *
 * @param all the observers
 */
record MigrationObservers(ObjectProvider<MigrationObserver> all) implements MigrationObserver {

    @Override
    public void lockWaited(Duration waited, Outcome outcome) {
        all.orderedStream().forEach(observer -> observer.lockWaited(waited, outcome));
    }

    @Override
    public void current(String version) {
        all.orderedStream().forEach(observer -> observer.current(version));
    }
}
