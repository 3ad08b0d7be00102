package dev.sluice.spring.observation;

import dev.sluice.repository.QueryObserver.Query;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import java.util.Objects;

/** What is known of an observed call. */
final class CallContext extends Observation.Context {

    private final Query query;
    private final long called = System.nanoTime();
    private volatile long waitedNanos = -1;
    private volatile String node = KeyValue.NONE_VALUE;
    private volatile String target = KeyValue.NONE_VALUE;
    private volatile String outcome = KeyValue.NONE_VALUE;

    CallContext(Query query) {
        this.query = query;
    }

    Query query() {
        return query;
    }

    boolean isRouted() {
        return !Objects.equals(node, KeyValue.NONE_VALUE);
    }

    void routed(String name, boolean replica) {
        node = name;
        target = replica ? "replica" : "primary";
    }

    void sent() {
        waitedNanos = System.nanoTime() - called;
    }

    void over(String how) {
        outcome = how;
    }

    /** How long it waited for its connection; negative if it never got one. */
    long waitedNanos() {
        return waitedNanos;
    }

    String node() {
        return node;
    }

    String target() {
        return target;
    }

    String outcome() {
        return outcome;
    }
}
