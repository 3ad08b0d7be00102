package dev.sluice.r2dbc.pool;

import dev.sluice.access.Deadline;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.admission.Permit;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.PositionSink;
import dev.sluice.r2dbc.session.Session;
import dev.sluice.r2dbc.session.SharedRead;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One statement for several reads, under the permit of the first. Each has its work done with a {@link SharedSession}, as if it
 * were alone: what that is asked for is collected, and sent as one group. The call that holds the connection is nobody's own: it
 * has no deadline, and ends with its answer or when the last read has lost interest.
 */
final class SharedStatement implements CoreSubscriber<List<SharedStatement.Found>> {

    private static final Duration AS_LONG_AS_THE_READS = Duration.ofDays(365);

    private final DefaultLeases leases;
    private final UseCall<?> first;
    private final SharedReads.Kind kind;
    private final UseCall<List<Found>> call;
    // Besides the reads one for as long as they are collected.
    private final AtomicInteger wanted = new AtomicInteger(1);
    private final List<SharedPart<?>> collected = new ArrayList<>();
    private volatile boolean collecting;
    private volatile List<UseCall<?>> reads;

    /** A row, or why it could not be read; whose it is depends on its id. */
    record Found(
            Object id, @Nullable Object value, @Nullable Throwable error) {}

    SharedStatement(DefaultLeases leases, UseCall<?> first, SharedReads.Kind kind) {
        this.leases = leases;
        this.first = first;
        this.kind = kind;
        this.reads = List.of(first);
        AdmissionRequest own = first.request;
        this.call = leases.useCall(
                new LeaseRequest(
                        first.lease.operation(),
                        new AdmissionRequest(
                                own.tenant(),
                                own.workload(),
                                own.priority(),
                                Deadline.after(AS_LONG_AS_THE_READS),
                                own.principal()),
                        first.lease.writes(),
                        first.lease.consistency(),
                        null,
                        first.lease.pipelined(),
                        null),
                this,
                this::send);
    }

    /** Begins with the permit of the first read. */
    void begin(Permit granted) {
        leases.sharedReads.started(this);
        leases.sweep.ensureRunning();
        call.begin(granted);
    }

    void checkDeadlines() {
        reads.forEach(LeaseCall::checkDeadline);
    }

    private Mono<List<Found>> send(Session session) {
        List<UseCall<?>> all = leases.sharedReads.take(kind);
        all.add(0, first);
        reads = List.copyOf(all);
        collecting = true;
        all.forEach(read -> tell(() -> read.share(new SharedSession(session, this, read.request.deadline()))));
        collecting = false;
        List<SharedPart<?>> parts =
                collected.stream().filter(SharedPart::isWanted).toList();
        boolean anyWanted = wanted.decrementAndGet() > 0;
        return anyWanted && !parts.isEmpty() ? rows(session, parts) : Mono.empty();
    }

    // The server stops the statement when the last of them would have been stopped.
    private Mono<List<Found>> rows(Session session, List<SharedPart<?>> parts) {
        SharedPart<?> last = parts.stream().reduce(parts.get(0), (one, other) -> one.endsBefore(other) ? other : one);
        List<SharedPart<?>> alike =
                parts.stream().filter(part -> part.isLike(last)).toList();
        Set<Object> ids = new LinkedHashSet<>();
        alike.forEach(part -> ids.add(part.id));
        Group group = kind.read().of(last.group, ids, position(alike));
        return session.rows(group, row -> found(row, last), ids.size());
    }

    private static @Nullable PositionSink position(List<SharedPart<?>> parts) {
        List<PositionSink> sinks = new ArrayList<>();
        for (SharedPart<?> part : parts) {
            PositionSink sink = part.group.position();
            if (sink != null) {
                sinks.add(sink);
            }
        }
        return sinks.isEmpty()
                ? null
                : (timeline, lsn, shown) -> sinks.forEach(sink -> sink.position(timeline, lsn, shown));
    }

    // A row that cannot be read is the trouble of those who asked for it.
    private Found found(Readable row, SharedPart<?> any) {
        Object id = kind.read().idOf().apply(row);
        try {
            return new Found(id, any.mapper.apply(row), null);
        } catch (RuntimeException e) {
            return new Found(id, null, e);
        }
    }

    SharedRead read() {
        return kind.read();
    }

    /** Takes a read up, while they are collected. */
    boolean add(SharedPart<?> part) {
        if (collecting) {
            wanted.incrementAndGet();
            collected.add(part);
        }
        return collecting;
    }

    /** A read has lost interest. */
    void left() {
        if (wanted.decrementAndGet() == 0) {
            leases.sharedReads.ended(this);
            call.cancel();
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        throw new IllegalStateException("a shared statement begins with a permit");
    }

    @Override
    public void onNext(List<Found> rows) {
        Map<Object, Found> byId = new HashMap<>();
        rows.forEach(row -> byId.put(row.id(), row));
        collected.forEach(part -> tell(() -> part.answer(byId.get(part.id))));
    }

    @Override
    public void onComplete() {
        leases.sharedReads.ended(this);
    }

    // One error for all: none of them changes it, and each maps it as its own.
    @Override
    public void onError(Throwable error) {
        leases.sharedReads.ended(this);
        tell(() -> first.fail(error));
        collected.forEach(part -> tell(() -> part.fail(error)));
    }

    // What one reader's code throws is not the next one's.
    private void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException | Error e) {
            Operators.onErrorDropped(e, currentContext());
        }
    }

    @Override
    public Context currentContext() {
        return first.currentContext();
    }
}
