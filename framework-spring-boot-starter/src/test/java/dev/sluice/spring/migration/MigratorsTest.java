package dev.sluice.spring.migration;

import java.time.Duration;

/** Twelve instances in three JVMs, with shorter times. */
class MigratorsTest extends MigratorsContract {

    MigratorsTest() {
        super(3, 12, new LockTimes(Duration.ofSeconds(4), Duration.ofSeconds(1)));
    }
}
