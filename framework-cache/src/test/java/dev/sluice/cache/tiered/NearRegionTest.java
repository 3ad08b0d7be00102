package dev.sluice.cache.tiered;

import dev.sluice.cache.CacheSettings;

class NearRegionTest extends RegionContract {

    @Override
    CacheSettings settings() {
        return Redises.settings("unused").withUrl(null);
    }
}
