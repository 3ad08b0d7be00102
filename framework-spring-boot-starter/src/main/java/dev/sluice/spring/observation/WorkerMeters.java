package dev.sluice.spring.observation;

import dev.sluice.Sluice;
import dev.sluice.work.Worker;
import dev.sluice.work.WorkerStatus;
import dev.sluice.work.WorkerStatus.State;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Shows what the workers of this process do, read when somebody looks. */
final class WorkerMeters implements MeterBinder {

    private final Sluice sluice;
    private final List<String> workers;

    WorkerMeters(Sluice sluice, List<Worker> workers) {
        this.sluice = sluice;
        this.workers = workers.stream().map(Worker::name).toList();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (String worker : workers) {
            gauge(registry, SluiceMeter.WORKER_RUNNING, worker, status -> status.state() == State.RUNNING ? 1 : 0);
            gauge(registry, SluiceMeter.WORKER_EPOCH, worker, WorkerStatus::epoch);
            gauge(registry, SluiceMeter.WORKER_FAILING, worker, WorkerStatus::failuresInARow);
            runs(registry, worker, "done", WorkerStatus::runs);
            runs(registry, worker, "failed", WorkerStatus::failures);
        }
    }

    private void gauge(MeterRegistry registry, SluiceMeter meter, String worker, ToDoubleFunction<WorkerStatus> value) {
        meter.gauge(registry, sluice, of -> now(of, worker, value), worker);
    }

    private void runs(MeterRegistry registry, String worker, String outcome, ToDoubleFunction<WorkerStatus> value) {
        FunctionCounter.builder(SluiceMeter.WORKER_RUNS.getName(), sluice, of -> now(of, worker, value))
                .description(SluiceMeter.WORKER_RUNS.description())
                .tags(SluiceMeter.WORKER_RUNS.tags(worker, outcome))
                .register(registry);
    }

    private static double now(Sluice sluice, String worker, ToDoubleFunction<WorkerStatus> value) {
        return sluice.workers().statuses().stream()
                .filter(status -> status.worker().equals(worker))
                .mapToDouble(value)
                .findFirst()
                .orElse(0);
    }
}
