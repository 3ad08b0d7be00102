package dev.sluice.spring;

import dev.sluice.work.Worker;
import dev.sluice.work.WorkerStatus;
import dev.sluice.work.WorkerStatus.State;
import dev.sluice.work.Workers;
import java.util.List;
import reactor.core.publisher.Mono;

/** Workers that never work. */
record FakeWorkers(List<String> calls) implements Workers {

    @Override
    public void start(Worker worker) {
        calls.add("start " + worker.name());
    }

    @Override
    public void wake(String worker) {
        calls.add("wake " + worker);
    }

    @Override
    public List<WorkerStatus> statuses() {
        return List.of(
                new WorkerStatus("fake", "background", State.RUNNING, "me", 7, 0, 3, 1, 0, null, null, "IOException"));
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(() -> calls.add("close workers"));
    }
}
