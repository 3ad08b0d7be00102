package dev.sluice.r2dbc.cached;

import dev.sluice.cache.CacheSettings;
import dev.sluice.testkit.cluster.TestDatabase;

class NearCachedReadsTest extends CachedReadsContract {

    NearCachedReadsTest(TestDatabase database) {
        super(database);
    }

    @Override
    CacheSettings settings() {
        return CachedFixture.settings(null);
    }
}
