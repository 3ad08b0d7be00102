package dev.sluice.r2dbc.work;

import dev.sluice.tenant.TenantId;
import dev.sluice.work.Worker;
import dev.sluice.work.WorkerStatus;
import dev.sluice.work.WorkerStatus.State;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happened to a worker in this process; says changes in the log. Thread-safe. */
final class Journal {

    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.work");

    private final Worker worker;
    private State state = State.WAITING;
    private @Nullable String holder;
    private long epoch;
    private int inProgress;
    private long runs;
    private long failures;
    private int failuresInARow;
    private @Nullable Instant lastRun;
    private @Nullable String lastError;
    private boolean isLeaseInTrouble;

    Journal(Worker worker) {
        this.worker = worker;
    }

    synchronized void leads(String by, long ofEpoch) {
        state = State.RUNNING;
        holder = by;
        epoch = ofEpoch;
        LOG.info("worker '{}' runs here (epoch {})", worker.name(), ofEpoch);
    }

    /** It needs no lease. */
    synchronized void runsAnyway() {
        state = State.RUNNING;
    }

    synchronized void follows(String by, long ofEpoch) {
        state = State.WAITING;
        holder = by;
        epoch = ofEpoch;
        isLeaseInTrouble = false;
    }

    synchronized void lost(Throwable error) {
        state = State.WAITING;
        LOG.warn("worker '{}' stops here: {}", worker.name(), error.getMessage());
    }

    synchronized void leaseTrouble(Throwable error) {
        if (!isLeaseInTrouble) {
            LOG.warn("worker '{}' waits, its lease cannot be asked for: {}", worker.name(), text(error));
        }
        isLeaseInTrouble = true;
        lastError = text(error);
    }

    synchronized void ended() {
        state = State.ENDED;
    }

    synchronized void begins() {
        inProgress++;
    }

    synchronized void succeeded(@Nullable TenantId tenant) {
        over();
        runs++;
        if (failuresInARow > 0) {
            LOG.info("worker '{}' goes on{}", worker.name(), forTenant(tenant));
        }
        failuresInARow = 0;
    }

    // Once, until it works again. The server's own text may hold values.
    synchronized void failed(@Nullable TenantId tenant, Throwable error) {
        over();
        failures++;
        lastError = text(error);
        if (failuresInARow++ == 0) {
            LOG.warn("worker '{}' failed{} and is tried again: {}", worker.name(), forTenant(tenant), lastError);
        }
    }

    synchronized void cancelled() {
        over();
    }

    synchronized WorkerStatus status(@Nullable Duration untilNext) {
        boolean rests = untilNext != null && state == State.RUNNING;
        return new WorkerStatus(
                worker.name(),
                worker.workload().name(),
                state,
                holder,
                epoch,
                inProgress,
                runs,
                failures,
                failuresInARow,
                lastRun,
                rests ? Instant.now().plus(untilNext) : null,
                lastError);
    }

    private void over() {
        inProgress--;
        lastRun = Instant.now();
    }

    private static String forTenant(@Nullable TenantId tenant) {
        return tenant == null ? "" : " for tenant '" + tenant + "'";
    }

    private static String text(Throwable error) {
        String type = error.getClass().getSimpleName();
        return error instanceof R2dbcException e && e.getSqlState() != null
                ? "%s (SQLSTATE %s)".formatted(type, e.getSqlState())
                : type;
    }
}
