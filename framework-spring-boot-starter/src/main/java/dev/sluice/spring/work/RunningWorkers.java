package dev.sluice.spring.work;

import dev.sluice.work.Worker;
import dev.sluice.work.Workers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/** Starts the workers after everything else and stops them before. */
final class RunningWorkers implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(RunningWorkers.class);

    private final Workers workers;
    private final ObjectProvider<Worker> beans;
    private volatile boolean running;

    RunningWorkers(Workers workers, ObjectProvider<Worker> beans) {
        this.workers = workers;
        this.beans = beans;
    }

    @Override
    public void start() {
        running = true;
        beans.orderedStream().forEach(workers::start);
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    // Each worker bounds the time of its stop.
    @Override
    public void stop(Runnable callback) {
        running = false;
        workers.closeGracefully()
                .doFinally(signal -> callback.run())
                .subscribe(nothing -> {}, e -> log.warn("the workers did not stop in order: {}", e.toString()));
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
