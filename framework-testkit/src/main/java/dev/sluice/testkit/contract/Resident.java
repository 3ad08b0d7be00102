package dev.sluice.testkit.contract;

import dev.sluice.tenant.TenantId;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A tenant of a run.
 *
 * @param id its name
 * @param sentinel what is in its rows
 * @param stored ids of its rows; some may be deleted by now
 * @param rolledBack ids that were never committed
 */
record Resident<I>(TenantId id, Sentinel sentinel, List<I> stored, List<I> rolledBack) {

    static <I> Resident<I> of(int number, Random random) {
        return new Resident<>(
                TenantId.of("tenant-" + number),
                Sentinel.random(random),
                new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>());
    }

    I anyStored(Random random) {
        return stored.get(random.nextInt(stored.size()));
    }
}
