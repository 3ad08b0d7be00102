package dev.sluice.replica;

import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Session;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** One stream on one node, for one subscriber. */
final class StreamVisit<T> {

    private final RoutedNode node;
    private final LeaseRequest request;
    private final Function<Session, Flux<T>> work;
    private final @Nullable Trace trace;
    private final Fence fence;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean connected;
    private volatile boolean emitted;

    StreamVisit(
            RoutedNode node,
            LeaseRequest request,
            Function<Session, Flux<T>> work,
            @Nullable Trace trace,
            Fence fence) {
        this.node = node;
        this.request = request;
        this.work = work;
        this.trace = trace;
        this.fence = fence;
    }

    boolean wasConnected() {
        return connected;
    }

    boolean hasEmitted() {
        return emitted;
    }

    Flux<T> rows() {
        return Flux.defer(() -> {
            node.candidate().begun();
            return node.leases().stream(request, this::on)
                    .doOnNext(row -> emitted = true)
                    .doOnError(this::failed)
                    .doOnComplete(this::completed)
                    .doOnCancel(this::cancelled)
                    .concatWith(Flux.defer(this::unlessBehind));
        });
    }

    private Flux<T> on(Session session) {
        connected = true;
        if (request.writes()) {
            fence.check(request.operation(), node);
        }
        return work.apply(trace == null ? session : new TracedSession(session, trace));
    }

    private Flux<T> unlessBehind() {
        return trace != null && trace.isBehind()
                ? Flux.error(new BehindException(request.operation(), node.name()))
                : Flux.empty();
    }

    private boolean end() {
        return ended.compareAndSet(false, true);
    }

    private void completed() {
        if (!end()) {
            return;
        }
        node.candidate().answered();
        if (trace != null && !trace.isBehind()) {
            trace.answered();
        }
    }

    private void cancelled() {
        if (!end()) {
            return;
        }
        node.candidate().ended();
        if (trace != null) {
            trace.cancelled(emitted);
        }
    }

    private void failed(Throwable error) {
        if (!end()) {
            return;
        }
        if (Failures.isOfNode(error, connected)) {
            node.candidate().failed(error);
        } else {
            node.candidate().ended();
        }
        if (trace != null) {
            trace.failed(error);
            trace.cancelled(emitted);
        }
    }
}
