package dev.sluice.benchmarks.stress;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Keeps what was scheduled last, for the thread that scheduled it to run by hand: so that the look for
 * passed deadlines races as an actor of a test, and no timer runs beside it.
 */
final class HandScheduler implements Scheduler {

    private static final ThreadLocal<Runnable> LAST = ThreadLocal.withInitial(() -> HandScheduler::doNothing);

    private HandScheduler() {}

    /** From now on every parallel scheduler of this process is one of these. */
    static void install() {
        Schedulers.setFactory(new Schedulers.Factory() {
            @Override
            public Scheduler newParallel(int parallelism, ThreadFactory threads) {
                return new HandScheduler();
            }
        });
    }

    /** What this thread scheduled last; does nothing if that was nothing. */
    static Runnable takeTask() {
        Runnable task = LAST.get();
        LAST.remove();
        return task;
    }

    private static void doNothing() {}

    @Override
    public Disposable schedule(Runnable task) {
        return schedule(task, 0, TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        LAST.set(task);
        return Disposables.disposed();
    }

    @Override
    public Worker createWorker() {
        throw new UnsupportedOperationException("admission schedules single tasks");
    }
}
