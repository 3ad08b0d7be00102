package dev.sluice.benchmarks.stress;

import dev.sluice.admission.Admission;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.AdmissionSnapshot;
import dev.sluice.admission.Permit;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The negative control: it does what a first try does. It looks and then takes, so that two may take one
 * permit; it counts without atomicity, so that permits are lost; it grants to who may have cancelled; and who
 * begins to wait does not look again. These tests must find that.
 */
final class BrokenAdmission implements Admission {

    private final Queue<MonoSink<Permit>> waiters = new ConcurrentLinkedQueue<>();
    private final int permits;
    private volatile int free;

    BrokenAdmission(int permits) {
        this.permits = permits;
        this.free = permits;
    }

    @Override
    public @Nullable Permit tryAcquire(AdmissionRequest request) {
        int now = free;
        if (now == 0) {
            return null;
        }
        free = now - 1;
        return this::release;
    }

    @Override
    public Mono<Permit> acquire(AdmissionRequest request) {
        return Mono.create(sink -> {
            Permit permit = tryAcquire(request);
            if (permit != null) {
                sink.success(permit);
            } else {
                sink.onCancel(() -> waiters.remove(sink));
                waiters.add(sink);
            }
        });
    }

    private void release() {
        MonoSink<Permit> next = waiters.poll();
        if (next != null) {
            next.success(this::release);
        } else {
            int now = free;
            free = now + 1;
        }
    }

    @Override
    public int inUse() {
        return permits - free;
    }

    @Override
    public int waiting() {
        return waiters.size();
    }

    @Override
    public Mono<AdmissionSnapshot> snapshot(int mostTenants) {
        return Mono.fromSupplier(() -> new AdmissionSnapshot(permits, inUse(), waiting(), List.of(), List.of()));
    }
}
