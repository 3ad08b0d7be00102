package dev.sluice.benchmarks.stress;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.Admission;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import dev.sluice.tenant.TenantId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;

/** Asks for a permit and counts what it is told. Keeps the permit until it gives it back. */
final class Asker extends BaseSubscriber<Permit> {

    static final Duration PATIENT = Duration.ofMinutes(5);

    private final AtomicInteger grants = new AtomicInteger();
    private final AtomicInteger rejections = new AtomicInteger();
    private volatile @Nullable Permit permit;

    static AdmissionRequest request(String tenant, Duration patience) {
        return new AdmissionRequest(
                TenantId.of(tenant), Workload.INTERACTIVE, Priority.INTERACTIVE, Deadline.after(patience), null);
    }

    /** Asks now. */
    static Asker of(Admission admission, AdmissionRequest request) {
        Asker asker = new Asker();
        asker.ask(admission, request);
        return asker;
    }

    void ask(Admission admission, AdmissionRequest request) {
        admission.acquire(request).subscribe(this);
    }

    @Override
    protected void hookOnNext(Permit granted) {
        permit = granted;
        grants.incrementAndGet();
    }

    @Override
    protected void hookOnError(Throwable rejected) {
        rejections.incrementAndGet();
    }

    int grants() {
        return grants.get();
    }

    int rejections() {
        return rejections.get();
    }

    /** No effect without a permit. */
    void giveBack() {
        Permit granted = permit;
        permit = null;
        if (granted != null) {
            granted.release();
        }
    }
}
