package dev.sluice.work;

import java.util.List;
import reactor.core.publisher.Mono;

/**
 * The workers of this process. Each is run by one process of the fleet at a time, the one that holds its lease; the others take
 * over when that one dies, within its lease's time and the time between two looks. Thread-safe.
 */
public interface Workers {

    /**
     * Starts a worker.
     *
     * @param worker the worker
     * @throws IllegalStateException if one of that name was started before, or the process is stopping
     */
    void start(Worker worker);

    /**
     * Says that there may be something to do: a worker that rests runs at once. Of no effect on other processes, nor on what
     * waits after an error.
     *
     * @param worker its name
     * @throws IllegalArgumentException if there is no such worker
     */
    void wake(String worker);

    /** @return what is known of each, by name */
    List<WorkerStatus> statuses();

    /**
     * Lets running work finish, at most for the longest of the workers' {@link Worker#stopTimeout()}, and gives the leases back,
     * so that other processes go on at once.
     *
     * @return completes when nothing runs any more
     */
    Mono<Void> closeGracefully();
}
