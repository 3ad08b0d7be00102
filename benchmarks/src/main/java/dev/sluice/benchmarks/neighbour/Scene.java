package dev.sluice.benchmarks.neighbour;

import dev.sluice.benchmarks.database.ProductDatabase;
import dev.sluice.benchmarks.database.Work;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Who disturbs the victims.
 *
 * @param aggressors the tenants that do
 * @param work what each of them keeps in flight {@link Slice#IN_FLIGHT} times; null if nobody disturbs
 */
record Scene(List<String> aggressors, @Nullable Work work) {

    /** Nobody disturbs. */
    static final Scene QUIET = new Scene(List.of(), null);

    /** Tenants that are no victims. */
    static Scene strangers(int count, Work work) {
        return new Scene(
                IntStream.range(50, 50 + count)
                        .mapToObj(ProductDatabase::tenant)
                        .toList(),
                work);
    }

    /** The first victim itself. */
    static Scene firstVictim(Work work) {
        return new Scene(List.of(ProductDatabase.tenant(0)), work);
    }

    String name() {
        return work == null ? "nobody" : aggressors.size() + " × " + work.name();
    }
}
