package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheSettings;

class SharedRegionTest extends RegionContract {

    @Override
    CacheSettings settings() {
        return Redises.settings(Redises.shared().url());
    }
}
