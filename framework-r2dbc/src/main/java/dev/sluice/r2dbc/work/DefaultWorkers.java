package dev.sluice.r2dbc.work;

import dev.sluice.r2dbc.session.Leases;
import dev.sluice.work.Worker;
import dev.sluice.work.WorkerStatus;
import dev.sluice.work.Workers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The runners of this process, by name. */
public final class DefaultWorkers implements Workers {

    private final Leases leases;
    private final String holder = holder();
    private final Map<String, WorkerRunner> runners = new ConcurrentSkipListMap<>();
    private volatile boolean closing;

    /** @param leases sessions of the primary, for the workers' leases */
    public DefaultWorkers(Leases leases) {
        this.leases = leases;
    }

    @Override
    public void start(Worker worker) {
        if (closing) {
            throw new IllegalStateException("worker '%s' came after the workers were stopped".formatted(worker.name()));
        }
        FleetLease lease =
                worker.lease() == null ? null : new FleetLease(leases, worker.name(), holder, worker.lease());
        WorkerRunner runner = new WorkerRunner(worker, lease);
        if (runners.putIfAbsent(worker.name(), runner) != null) {
            throw new IllegalStateException("worker '%s' was started before".formatted(worker.name()));
        }
        runner.start();
    }

    @Override
    public void wake(String worker) {
        WorkerRunner runner = runners.get(worker);
        if (runner == null) {
            throw new IllegalArgumentException("worker '%s' (expected: one of %s)".formatted(worker, runners.keySet()));
        }
        runner.wake();
    }

    @Override
    public List<WorkerStatus> statuses() {
        return runners.values().stream().map(WorkerRunner::status).toList();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.defer(() -> {
            closing = true;
            return Flux.fromIterable(runners.values())
                    .flatMap(WorkerRunner::stop, 64)
                    .then();
        });
    }

    // Names the process to who looks for it; random, because process ids come back.
    private static String holder() {
        String host = Objects.requireNonNullElse(System.getenv("HOSTNAME"), "process");
        return "%s/%d/%04x"
                .formatted(
                        host,
                        ProcessHandle.current().pid(),
                        ThreadLocalRandom.current().nextInt(1 << 16));
    }
}
