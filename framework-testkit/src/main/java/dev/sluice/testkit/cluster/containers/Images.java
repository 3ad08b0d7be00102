package dev.sluice.testkit.cluster.containers;

import dev.sluice.testkit.cluster.ClusterProviders;

/**
 * The images that containers are made of, from {@code sluice.testkit.postgres-image} and
 * {@code sluice.testkit.redis-image}.
 */
record Images(String postgres, String redis) {

    static Images configured() {
        return new Images(
                ClusterProviders.setting("sluice.testkit.postgres-image", "postgres:18"),
                ClusterProviders.setting("sluice.testkit.redis-image", "redis:8"));
    }
}
