package dev.sluice.r2dbc.pool;

import dev.sluice.PoolSettings;
import dev.sluice.admission.Admission;
import dev.sluice.admission.Permit;
import dev.sluice.r2dbc.admission.Sweep;
import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.r2dbc.session.LeasesClosedException;
import dev.sluice.r2dbc.session.PoolUse;
import dev.sluice.r2dbc.session.Session;
import io.r2dbc.pool.PoolMetrics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Leases of pooled sessions under admission; what happens in a call is in {@link LeaseCall}. */
final class DefaultLeases implements Leases {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    final Admission admission;
    final SessionPool pool;
    final Recovery recovery;
    final Pipelines pipelines;
    final SharedReads sharedReads;
    /** Calls that have a permit and wait for their connection. */
    final AtomicInteger connecting = new AtomicInteger();

    final Sweep sweep = new Sweep(Schedulers.parallel(), this::checkDeadlines);
    private final Duration longestWork;
    private final Mono<Void> closing;
    private volatile boolean closed;

    DefaultLeases(
            Admission admission, SessionPool pool, PoolSettings settings, Duration longestWork, Mono<Void> afterClose) {
        this.admission = admission;
        this.pool = pool;
        this.recovery = new Recovery(pool, longestWork);
        this.pipelines = new Pipelines(pool, this::recoverUnattended, settings.pipelineDepth(), settings.max());
        this.sharedReads = new SharedReads(settings.readsPerStatement());
        this.longestWork = longestWork;
        this.closing = Mono.fromRunnable(() -> closed = true)
                .then(Mono.defer(this::unused))
                .then(Mono.defer(pool::close))
                .then(afterClose)
                .cache();
    }

    @Override
    public <T> Mono<T> use(LeaseRequest request, Function<Session, Mono<T>> work) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                actual.onSubscribe(useCall(request, actual, work));
            }
        };
    }

    <T> UseCall<T> useCall(LeaseRequest request, CoreSubscriber<? super T> actual, Function<Session, Mono<T>> work) {
        return request.pipelined() && pipelines.areShared()
                ? new PipelinedCall<>(this, actual, request, work)
                : new UseCall<>(this, actual, request, work);
    }

    @Override
    public <T> Flux<T> stream(LeaseRequest request, Function<Session, Flux<T>> work) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                actual.onSubscribe(
                        new StreamCall<>(DefaultLeases.this, actual, request.operation(), request.admission(), work));
            }
        };
    }

    @Override
    public Mono<Lease> acquire(LeaseRequest request) {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super Lease> actual) {
                actual.onSubscribe(
                        new AcquireCall(DefaultLeases.this, actual, request.operation(), request.admission()));
            }
        };
    }

    @Override
    public int inUse() {
        int held = 0;
        for (PooledSession session : pool.all()) {
            if (session.holder() != null) {
                held++;
            }
        }
        return held;
    }

    @Override
    public Optional<PoolUse> pool() {
        PoolMetrics now = pool.metrics();
        return Optional.of(new PoolUse(
                now.acquiredSize(),
                now.allocatedSize(),
                now.idleSize(),
                now.pendingAcquireSize(),
                now.getMaxAllocatedSize(),
                now.getMaxPendingAcquireSize()));
    }

    @Override
    public void drain() {
        pool.drain();
    }

    @Override
    public void disconnect() {
        pool.disconnect();
    }

    @Override
    public Mono<Void> closeGracefully() {
        return closing;
    }

    void ensureOpen() {
        if (closed) {
            throw new LeasesClosedException();
        }
    }

    // The one bare subscribe of the lease: nobody waits for a recovery after a cancel. It is bounded and never an
    // error.
    void recoverUnattended(PooledSession session, Permit granted) {
        recovery.recover(session, granted).subscribe();
    }

    private boolean checkDeadlines() {
        boolean anyHeld = sharedReads.checkDeadlines();
        for (PooledSession session : pool.all()) {
            PooledSession.Holder holder = session.holder();
            if (holder != null) {
                anyHeld = true;
                holder.checkDeadline();
            }
        }
        return anyHeld;
    }

    // In this order: a call has its session before it is no longer connecting.
    private int running() {
        return connecting.get() + inUse();
    }

    private Mono<Void> unused() {
        return Mono.fromSupplier(this::running)
                .filter(running -> running == 0)
                .repeatWhenEmpty(again -> again.delayElements(LOOK_AGAIN))
                .then()
                .timeout(longestWork, Mono.empty());
    }
}
