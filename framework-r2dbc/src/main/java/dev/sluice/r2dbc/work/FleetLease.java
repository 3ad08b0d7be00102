package dev.sluice.r2dbc.work;

import dev.sluice.access.Deadline;
import dev.sluice.access.Priority;
import dev.sluice.access.Workload;
import dev.sluice.admission.AdmissionRequest;
import dev.sluice.r2dbc.session.Group;
import dev.sluice.r2dbc.session.LeaseRequest;
import dev.sluice.r2dbc.session.Leases;
import dev.sluice.work.Fence;
import dev.sluice.work.LeaseLostException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The lease of one worker, as this process takes, keeps and ends it. Its calls are short and go before those of the worker, in the
 * workload {@code interactive}: a worker that uses up its own workload must not lose its lease by it.
 */
final class FleetLease {

    /** Of its own: renewals must not wait until somebody's computation frees a processor thread. */
    private static final Scheduler CLOCK = Schedulers.newSingle("sluice-lease", true);

    private static final String UNDEFINED_FUNCTION = "42883";

    private final Leases leases;
    private final String name;
    private final String holder;
    private final Duration life;

    FleetLease(Leases leases, String name, String holder, Duration life) {
        this.leases = leases;
        this.name = name;
        this.holder = holder;
        this.life = life;
    }

    /** Who has it: this process if it was taken. */
    record Answer(boolean taken, long epoch, String holder) {}

    /** Takes the lease if nobody has it; never empty. */
    Mono<Answer> take() {
        return call(
                        "select taken, current_epoch, current_holder from sluice_take_lease($1, $2, $3)",
                        row -> new Answer(flag(row), number(row), text(row)),
                        life,
                        name,
                        holder,
                        life.toMillis())
                .onErrorMap(FleetLease::isWithoutTable, FleetLease::withoutTable);
    }

    /**
     * Keeps the lease.
     *
     * @param fence what was taken
     * @param askedNanos when it was asked for
     * @return never completes; {@link LeaseLostException} once another runner may have it: it has, or the server could not be
     *     asked until the lease was over
     */
    Mono<Void> keep(Fence fence, long askedNanos) {
        return Mono.defer(() -> {
            Kept kept = new Kept(fence, askedNanos);
            return Mono.defer(() -> Mono.delay(kept.wait, CLOCK).then(Mono.defer(() -> renew(kept))))
                    .repeat()
                    .then();
        });
    }

    private Mono<Void> renew(Kept kept) {
        long asked = System.nanoTime();
        Duration left = Duration.ofNanos(kept.untilNanos - asked);
        if (left.isNegative() || left.isZero()) {
            return Mono.error(new LeaseLostException(kept.fence, null));
        }
        return call(
                        "select sluice_renew_lease($1, $2, $3)",
                        FleetLease::flag,
                        left,
                        name,
                        kept.fence.epoch(),
                        life.toMillis())
                .flatMap(renewed ->
                        renewed ? kept.from(asked) : Mono.<Void>error(new LeaseLostException(kept.fence, null)))
                // Trouble with the server or the queue: as long as the lease lasts, ask again.
                .onErrorResume(error -> !(error instanceof LeaseLostException), error -> kept.askSoon());
    }

    /** How long the lease is surely ours: its time on the server begins after we asked for it. */
    private final class Kept {

        private final Fence fence;
        private volatile long untilNanos;
        private volatile Duration wait = life.dividedBy(3);

        private Kept(Fence fence, long askedNanos) {
            this.fence = fence;
            this.untilNanos = askedNanos + life.toNanos();
        }

        private Mono<Void> from(long askedNanos) {
            untilNanos = askedNanos + life.toNanos();
            wait = life.dividedBy(3);
            return Mono.empty();
        }

        private Mono<Void> askSoon() {
            wait = life.dividedBy(20);
            return Mono.empty();
        }
    }

    /** Gives it back, so that the next runner need not wait; what fails is left to its time. */
    Mono<Void> end(Fence fence) {
        return call("select sluice_end_lease($1, $2)", FleetLease::flag, life, name, fence.epoch())
                .then();
    }

    private <T> Mono<T> call(
            String sql, Function<? super Readable, T> mapper, Duration most, @Nullable Object... arguments) {
        return Mono.defer(() -> {
            Deadline deadline = Deadline.after(most);
            AdmissionRequest request =
                    new AdmissionRequest(null, Workload.INTERACTIVE, Priority.INTERACTIVE, deadline, null);
            return leases.use(
                            LeaseRequest.onPrimary("lease of worker " + name, request),
                            session -> session.rows(Group.of("worker lease", sql, arguments), mapper, 1))
                    .map(rows -> rows.get(0));
        });
    }

    private static boolean flag(Readable row) {
        return Objects.requireNonNull(row.get(0, Boolean.class));
    }

    private static long number(Readable row) {
        return Objects.requireNonNull(row.get(1, Long.class));
    }

    private static String text(Readable row) {
        return Objects.requireNonNull(row.get(2, String.class));
    }

    private static boolean isWithoutTable(Throwable error) {
        return error instanceof R2dbcException e && UNDEFINED_FUNCTION.equals(e.getSqlState());
    }

    private static Throwable withoutTable(Throwable error) {
        return new IllegalStateException(
                "workers need the table of leases, and this role does not reach it: put the SQL of LeaseTable.of(roles)"
                        + ".script() into a migration",
                error);
    }
}
