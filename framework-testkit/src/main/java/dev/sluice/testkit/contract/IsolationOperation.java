package dev.sluice.testkit.contract;

import dev.sluice.Sluice;
import reactor.core.publisher.Flux;

/** Something that a tenant does during a run, beside what every repository can do. */
@FunctionalInterface
public interface IsolationOperation {

    /**
     * Makes the operation for one call.
     *
     * @param sluice the instance under test
     * @param sentinel the text of the calling tenant, to be put into what is written
     * @return what the operation answers; its text must hold no other tenant's sentinel. Subscribed to with the tenant in
     *     the Context, and perhaps cancelled at any time; it may fail
     */
    Flux<?> call(Sluice sluice, String sentinel);
}
