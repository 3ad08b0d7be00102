package dev.sluice.testkit.cluster;

import java.util.Optional;

/** Where clusters come from. Implementations are found by {@code ServiceLoader}. */
public interface ClusterProvider {

    /** The name that the property {@code sluice.testkit.provider} selects it by. */
    String name();

    /** The order in which {@code auto} asks: the lowest that is available is taken. */
    int order();

    /** Why this provider cannot start a cluster here; empty when it can. */
    Optional<String> unavailable();

    /**
     * Why a start would be slow, because something must be downloaded first: then {@code auto} passes it by.
     */
    Optional<String> unprepared();

    /** Starts a cluster that belongs to the caller, who closes it. */
    SluiceCluster start(ClusterSpec spec);

    /** Joins a cluster that other tests share, and starts it when there is none. Closing only leaves it. */
    SluiceCluster share();
}
