package dev.sluice.r2dbc.cached;

import static dev.sluice.r2dbc.cached.CachedFixture.as;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.access.Access;
import dev.sluice.cache.CacheSettings;
import dev.sluice.consistency.SessionPosition;
import dev.sluice.r2dbc.cached.Day.Days;
import dev.sluice.r2dbc.cached.Plan.Plans;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.cluster.embedded.EmbeddedRedis;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** With Redis, and another process of the same application. */
class SharedCachedReadsTest extends CachedReadsContract {

    /** Ends with the process: caches that close tell it so. */
    private static final class Redis {
        static final EmbeddedRedis NODE = EmbeddedRedis.start();
    }

    private final TestDatabase own;

    SharedCachedReadsTest(TestDatabase database) {
        super(database);
        this.own = database;
    }

    @Override
    CacheSettings settings() {
        return CachedFixture.settings(Redis.NODE.node().url());
    }

    @Test
    void anotherProcessTakesWhatOneHasReadAndHearsOfItsWrites() {
        CacheSettings both = settings();
        try (CachedFixture one = CachedFixture.start(own, both);
                CachedFixture two = CachedFixture.start(own, both)) {
            Days here = one.repository(Days.class);
            Days there = two.repository(Days.class);
            Plan plan = Objects.requireNonNull(
                    as("acme", one.repository(Plans.class).insert(Plan.of("fleet"))));
            Day day = Objects.requireNonNull(as("acme", here.insert(Day.of(plan.id(), "1.0000"))));
            as("acme", here.findById(day.id()));

            assertThat(as("acme", there.findById(day.id()))).isEqualTo(day);
            assertThat(two.count("Days.findById")).isZero();

            SessionPosition session = SessionPosition.none();
            Day dearer = Objects.requireNonNull(
                    as("acme", here.update(day.costing("2.0000")).contextWrite(Access.session(session))));
            assertThat(as("acme", there.findById(day.id()).contextWrite(Access.session(session))))
                    .isEqualTo(dearer);
            Await.until(
                    CachedFixture.WAIT,
                    () -> dearer.equals(as("acme", there.findById(day.id()))),
                    "the other process hears of the write");
        }
    }
}
