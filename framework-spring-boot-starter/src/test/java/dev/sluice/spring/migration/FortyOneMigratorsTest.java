package dev.sluice.spring.migration;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** 41 instances in five JVMs, with the times that are in force outside of tests. */
@Tag("long")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FortyOneMigratorsTest extends MigratorsContract {

    FortyOneMigratorsTest() {
        super(5, 41, LockTimes.DEFAULT);
    }
}
