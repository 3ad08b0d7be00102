package dev.sluice.r2dbc.transaction;

import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.transaction.TransactionHandle;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What tests wait for inside a chain, on a thread that may block. */
final class Moments {

    private Moments() {}

    /** @return how many statements of this database sleep in the server */
    static long sleeping(TestDatabase database) {
        return database.value(
                Role.SUPERUSER,
                Long.class,
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");
    }

    /** Completes when a statement is under way that sleeps. */
    static Mono<Void> whenTheServerSleeps(TestDatabase database) {
        return Mono.<Void>fromRunnable(
                        () -> Await.until(ItemsNode.MOST, () -> sleeping(database) == 1, "the server sleeps"))
                .subscribeOn(Schedulers.boundedElastic());
    }

    /** Completes when the client, too, has noticed that the connection of its transaction is closed. */
    static Mono<Void> whenTheConnectionIsGone() {
        return TransactionHandle.current()
                .publishOn(Schedulers.boundedElastic())
                .doOnNext(handle -> Await.until(
                        ItemsNode.MOST,
                        () -> ((Transaction) handle).session().status().isGone(),
                        "the connection is known to be gone"))
                .then();
    }
}
