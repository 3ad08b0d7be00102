package dev.sluice.spring.migration;

import org.junit.jupiter.api.Tag;

/** 41 instances in five JVMs, with the times that are in force outside of tests. */
@Tag("long")
class FortyOneMigratorsTest extends MigratorsContract {

    FortyOneMigratorsTest() {
        super(5, 41, LockTimes.DEFAULT);
    }
}
