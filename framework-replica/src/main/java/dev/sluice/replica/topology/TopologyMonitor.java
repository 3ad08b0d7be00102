package dev.sluice.replica.topology;

import dev.sluice.SluiceSettings;
import dev.sluice.consistency.Position;
import dev.sluice.r2dbc.session.TransactionSnapshot;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Asks every node what it is and where it stands, on connections of its own, and publishes what is known. Nodes are named by
 * their index: the one of {@link dev.sluice.SluiceSettings#url()} is 0, the others follow in the order of the configuration.
 * Thread-safe; nothing blocks.
 */
public interface TopologyMonitor {

    /**
     * Makes the monitor of a configuration; connects nothing. It asks as {@link SluiceSettings#monitor()}, or as the app's
     * role if there is none. A node that does not answer within three {@link dev.sluice.RoutingSettings#probeInterval()},
     * or 1 s if that is more, counts as silent.
     *
     * @param settings the nodes, and how often they are asked
     * @return the monitor, to be closed
     * @throws IllegalArgumentException if a URL cannot be understood
     */
    static TopologyMonitor open(SluiceSettings settings) {
        Duration interval = settings.replicas().routing().probeInterval();
        Duration longest = DefaultTopologyMonitor.longestAnswer(interval);
        return new DefaultTopologyMonitor(
                MonitoredNode.of(settings),
                interval,
                (node, lost) -> new NodeConnection(node, longest, DefaultTopologyMonitor.LONGEST_LOGIN, lost),
                Schedulers.parallel(),
                System::nanoTime);
    }

    /** @return what is known now; costs a volatile read */
    Topology current();

    /** @return what PostgreSQL calls the cluster that counts; empty before that is decided; costs a volatile read */
    OptionalLong systemIdentifier();

    /**
     * Begins to probe, for the lifetime of the monitor. The second call does nothing more than the first.
     *
     * @return completes when every node has answered or failed once, in a bounded time; never an error. A cancel stops
     *     nothing
     */
    Mono<Void> start();

    /**
     * Waits for something to become known.
     *
     * @param wanted what; asked for each snapshot, on the thread that publishes it: quick, and without effects
     * @param most the longest wait; zero looks once
     * @return the first snapshot that is wanted, the current one included; empty when the time is over or the monitor is
     *     closed. How many wait is bounded by the caller
     */
    Mono<Topology> await(Predicate<Topology> wanted, Duration most);

    /**
     * Adds somebody who is told of each snapshot, in order, beginning with the next.
     *
     * @param listener called on the thread that publishes: quick, and does not throw
     */
    void listen(Consumer<Topology> listener);

    /**
     * Where a node stands at least: the greatest position that was seen of it, by probes or by {@link #seen}. A newer value
     * than that of {@link Topology}; costs a volatile read.
     *
     * @param node the node
     * @return its position; null if it is not known, since its timeline is not, or it does not answer, or there was trouble
     *     with its connections: a server that was restarted may stand before where it stood
     */
    @Nullable
    Position position(int node);

    /**
     * Says where a node stood when a call sampled its position. Cheap: one volatile read when it is nothing new. Has no effect
     * while the position of the node is not known.
     *
     * @param node the node
     * @param position what it had replayed (a standby) or flushed (a primary)
     */
    void seen(int node, Position position);

    /**
     * Says that a node refused what it should do, or could not be reached: all nodes are asked at once, and more often than
     * usual for 30 s. Many calls in a short time count as one.
     *
     * @param node the node
     * @param error what happened; connection errors (SQLState 08 and 57P, or none) make its position unknown until it answers
     */
    void trouble(int node, Throwable error);

    /**
     * Waits until a node has replayed (a primary: flushed) up to a position, by asking it again and again, each 2 ms at most,
     * together with all who wait for it.
     *
     * @param node the node
     * @param wanted the position
     * @param most the longest wait; zero looks only at what is known
     * @return true once it has; false when the time is over, when the node is past the position's timeline, or when 1,024 wait
     *     for it already; never empty, never an error
     */
    Mono<Boolean> awaitPosition(int node, Position wanted, Duration most);

    /**
     * Tells whether the primary is known to show what standbys have shown. Cheap: one volatile read.
     *
     * @param timeline the timeline of the standbys
     * @param horizon the transaction id below which they may have shown commits
     * @return whether the primary of that timeline shows them all; false if that is not known
     */
    boolean isShown(int timeline, long horizon);

    /**
     * Says what the primary showed when a call sampled it. Cheap.
     *
     * @param timeline the timeline that it writes
     * @param shown what it showed
     */
    void shown(int timeline, TransactionSnapshot shown);

    /**
     * Waits until the primary shows what standbys have shown: commits that it has written and sent, but whose own processes
     * have not come to say so. A transaction that is running everywhere is not waited for: standbys are asked.
     *
     * @param seen what was seen on a standby
     * @param horizon the transaction id below which commits may have been seen
     * @param most the longest wait; after one in vain nobody waits for the same transactions for a second
     * @return true once it does; false when the time is over, when it cannot be found out, or when 1,024 wait already; never
     *     empty, never an error
     */
    Mono<Boolean> awaitShown(Position seen, long horizon, Duration most);

    /** @return ends all probing and waiting, and closes the connections, in a bounded time; never an error */
    Mono<Void> close();
}
