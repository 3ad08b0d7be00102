package dev.sluice.benchmarks.load;

import dev.sluice.admission.AdmissionRejectedException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How calls ended and when, counted from the instant at which they were meant to begin. Thread-safe. */
public final class Outcomes {

    private static final int DIGITS = 3;

    private final Histogram succeeded = histogram();
    private final Histogram failed = histogram();
    private final Histogram failedFromDue = histogram();
    private final long deadlineNanos;
    private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();

    /** Of calls without a deadline that matters. */
    public Outcomes() {
        this(Duration.ofDays(1));
    }

    /** @param deadline of each call, counted from its begin */
    public Outcomes(Duration deadline) {
        this.deadlineNanos = deadline.toNanos();
    }

    private static Histogram histogram() {
        Histogram histogram = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(10), DIGITS);
        histogram.setAutoResize(true);
        return histogram;
    }

    /** Counts a call that had its answer after so long. */
    public void succeeded(long nanos) {
        succeeded.recordValue(Math.max(0, nanos));
    }

    /** Counts a call that had an error after so long. */
    public void failed(long nanos, Throwable error) {
        failed.recordValue(Math.max(0, nanos));
        failedFromDue.recordValue(Math.max(0, Math.min(nanos, Math.abs(nanos - deadlineNanos))));
        reasons.computeIfAbsent(reason(error), x -> new LongAdder()).increment();
    }

    private static String reason(Throwable error) {
        return error instanceof AdmissionRejectedException rejected
                ? rejected.reason().name()
                : error.getClass().getSimpleName();
    }

    /** Adds what others have counted: percentiles are read from the sum, never averaged. */
    public void add(Outcomes others) {
        succeeded.add(others.succeeded);
        failed.add(others.failed);
        failedFromDue.add(others.failedFromDue);
        others.reasons.forEach((reason, count) ->
                reasons.computeIfAbsent(reason, x -> new LongAdder()).add(count.sum()));
    }

    /** @return the calls that had their answer */
    public long successes() {
        return succeeded.getTotalCount();
    }

    /** @return the calls that had their answer by their deadline */
    public long successesInTime() {
        return succeeded.getCountBetweenValues(0, deadlineNanos);
    }

    /** @return the calls that had an error */
    public long failures() {
        return failed.getTotalCount();
    }

    /** @return how often each error was seen */
    public Map<String, LongAdder> reasons() {
        return new TreeMap<>(reasons);
    }

    /** @return a percentile of the answers, in milliseconds; NaN if there were none */
    public double millisAt(double percentile) {
        return millisAt(succeeded, percentile);
    }

    /** @return a percentile of the errors, in milliseconds; NaN if there were none */
    public double failureMillisAt(double percentile) {
        return millisAt(failed, percentile);
    }

    /** @return a percentile of how far the errors were from the call's begin or its deadline, whichever is nearer */
    public double failureMillisFromDueAt(double percentile) {
        return millisAt(failedFromDue, percentile);
    }

    private static double millisAt(Histogram histogram, double percentile) {
        return histogram.getTotalCount() == 0 ? Double.NaN : histogram.getValueAtPercentile(percentile) / 1e6;
    }
}
