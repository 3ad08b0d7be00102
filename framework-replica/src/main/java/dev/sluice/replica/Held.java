package dev.sluice.replica;

import dev.sluice.r2dbc.session.Lease;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Session.Status;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A node's lease, in flight there until it is released. */
final class Held {

    /** A connection that was lost keeps its permit until the server has noticed; nobody needs to wait for that. */
    private static final Duration LONGEST_RELEASE = Duration.ofMillis(500);

    private final RoutedNode node;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Lease lease;

    private Held(RoutedNode node) {
        this.node = node;
        node.candidate().begun();
    }

    static Mono<Held> acquire(RoutedNode node, LeaseRequest request) {
        return Mono.defer(() -> {
            Held held = new Held(node);
            return node.leases()
                    .acquire(request)
                    .doOnError(held::failed)
                    .doOnCancel(held::cancelled)
                    .map(held::with);
        });
    }

    private Held with(Lease acquired) {
        lease = acquired;
        return this;
    }

    private void failed(Throwable error) {
        if (ended.compareAndSet(false, true)) {
            if (Failures.isOfNode(error, lease != null)) {
                node.candidate().failed(error);
            } else {
                node.candidate().ended();
            }
        }
    }

    private void cancelled() {
        if (lease == null && ended.compareAndSet(false, true)) {
            node.candidate().ended();
        }
    }

    private void end(Status status) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        if (status.isGone()) {
            node.candidate().ended();
        } else {
            node.candidate().answered();
        }
    }

    RoutedNode node() {
        return node;
    }

    Lease lease() {
        Lease held = lease;
        if (held == null) {
            throw new IllegalStateException("the lease of node '%s' is still to come".formatted(node.name()));
        }
        return held;
    }

    Mono<Void> release() {
        return Mono.defer(() -> {
            end(lease().session().status());
            return lease().release();
        });
    }

    /** Gives it back because nothing could be begun on it, without waiting for long. */
    Mono<Void> letGo(Throwable error) {
        return Mono.defer(() -> {
            failed(error);
            return lease().release().timeout(LONGEST_RELEASE, Mono.empty());
        });
    }
}
