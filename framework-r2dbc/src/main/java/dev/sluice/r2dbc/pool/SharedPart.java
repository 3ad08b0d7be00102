package dev.sluice.r2dbc.pool;

import dev.sluice.access.Deadline;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.Setting;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** What one read asks of a {@link SharedStatement}: its row. Answer and cancel race, and one of them wins. */
final class SharedPart<T> extends AtomicInteger implements Subscription {

    private static final long serialVersionUID = 1L;
    private static final int NEW = 0;
    private static final int WANTED = 1;
    private static final int DONE = 2;

    final transient Group group;
    final transient Object id;
    final transient Function<? super Readable, ? extends T> mapper;
    final transient Deadline deadline;
    private final transient SharedStatement statement;
    private final transient CoreSubscriber<? super List<T>> actual;

    SharedPart(
            SharedStatement statement,
            CoreSubscriber<? super List<T>> actual,
            Group group,
            Function<? super Readable, ? extends T> mapper,
            Deadline deadline) {
        this.statement = statement;
        this.actual = actual;
        this.group = group;
        this.id = statement.read().idIn(group);
        this.mapper = mapper;
        this.deadline = deadline;
    }

    // Counted before it can leave.
    @Override
    public void request(long n) {
        if (!Operators.validate(n) || get() != NEW) {
            return;
        }
        if (!statement.add(this)) {
            refuse();
        } else if (!compareAndSet(NEW, WANTED)) {
            statement.left();
        }
    }

    private void refuse() {
        if (compareAndSet(NEW, DONE)) {
            actual.onError(new IllegalStateException(
                    "%s: asked for its row after its statement was sent (expected: at once)".formatted(group.name())));
        }
    }

    @Override
    public void cancel() {
        if (getAndSet(DONE) == WANTED) {
            statement.left();
        }
    }

    boolean isWanted() {
        return get() == WANTED;
    }

    /** Whether a statement for the other is one for this too; one that is not, as for another tenant, ends here. */
    boolean isLike(SharedPart<?> other) {
        boolean alike = mapper == other.mapper
                && group.sql().equals(other.group.sql())
                && Objects.equals(tenant(), other.tenant())
                && isLikeButForTheId(other.group.parameters());
        if (!alike) {
            refuse(new IllegalStateException(
                    "%s: a read was put into one statement with %s, which differs in more than the id"
                            .formatted(group.name(), other.group.name())));
        }
        return alike;
    }

    boolean endsBefore(SharedPart<?> other) {
        return deadline.nanoTime() - other.deadline.nanoTime() < 0;
    }

    private @Nullable Setting tenant() {
        for (Setting setting : group.settings()) {
            if (setting.name().equals(Setting.TENANT)) {
                return setting;
            }
        }
        return null;
    }

    private boolean isLikeButForTheId(@Nullable Object[] others) {
        @Nullable Object[] own = group.parameters();
        boolean alike = own.length == others.length;
        for (int i = 0; alike && i < own.length; i++) {
            alike = i == statement.read().parameter() || Objects.equals(own[i], others[i]);
        }
        return alike;
    }

    // The mapper made the row: all parts have the same one.
    @SuppressWarnings("unchecked")
    void answer(SharedStatement.@Nullable Found found) {
        if (found != null && found.error() != null) {
            fail(found.error());
        } else if (compareAndSet(WANTED, DONE)) {
            actual.onNext(found == null || found.value() == null ? List.of() : List.of((T) found.value()));
            actual.onComplete();
        }
    }

    private void refuse(Throwable error) {
        if (compareAndSet(WANTED, DONE)) {
            statement.left();
            actual.onError(error);
        }
    }

    void fail(Throwable error) {
        if (compareAndSet(WANTED, DONE)) {
            actual.onError(error);
        }
    }
}
