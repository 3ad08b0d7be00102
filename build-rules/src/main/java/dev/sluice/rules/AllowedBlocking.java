package dev.sluice.rules;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * The one list of calls that may block on a non-blocking thread, each with its reason. BlockHound finds it through the service
 * loader in every test JVM, in addition to what Reactor, Netty and Logback allow for themselves.
 */
public final class AllowedBlocking implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // Reads /dev/urandom, which never waits once the machine is up: random UUIDs and tokens are made on event
        // loops.
        builder.allowBlockingCallsInside("java.security.SecureRandom", "nextBytes");
        // Netty's allocator closes an arena that it outgrows under its lock, whenever several threads allocate at once.
        builder.allowBlockingCallsInside(
                "io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "tryExpandMagazines");
        // Caffeine makes room under a short lock, which it spins and then waits for when several threads put faster
        // than one
        // of them evicts; without it the budget would be exceeded.
        for (String method : new String[] {"afterWrite", "performCleanUp", "clear"}) {
            builder.allowBlockingCallsInside("com.github.benmanes.caffeine.cache.BoundedLocalCache", method);
        }
        // Lettuce counts who writes to a connection under a lock that it holds for a few instructions.
        for (String method : new String[] {
            "incrementWriters", "decrementWriters", "lockWritersExclusive", "unlockWritersExclusive", "doExclusive"
        }) {
            builder.allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", method);
        }
        // Reactor takes a cancelled task out of its scheduler's queue under the queue's lock. It allows itself that
        // for tasks that run once, and not for those of an interval.
        for (String task : new String[] {"PeriodicWorkerTask", "PeriodicSchedulerTask"}) {
            builder.allowBlockingCallsInside("reactor.core.scheduler." + task, "dispose");
        }
        // Reads the texts of a language from the class path, once: whatever validates a request does.
        builder.allowBlockingCallsInside(
                "org.hibernate.validator.messageinterpolation.AbstractMessageInterpolator", "interpolateMessage");
    }
}
