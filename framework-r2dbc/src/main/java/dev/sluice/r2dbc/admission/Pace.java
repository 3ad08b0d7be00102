package dev.sluice.r2dbc.admission;

import java.time.Duration;

/**
 * How quickly a virtual time goes on while somebody waits: what was seen of it in the last second or two. Whoever is due later than now is
 * served when the virtual time is there, and those who come meanwhile and are due now go first, so that how many wait does
 * not tell when that will be. Not thread-safe.
 */
final class Pace {

    private static final long PERIOD = Duration.ofSeconds(1).toNanos();

    private long busySince;
    private long begin;
    private long middle;
    private double atBegin;
    private double atMiddle;

    /** Somebody waits again. */
    void begin(double virtualTime, long now) {
        busySince = now;
        begin = now;
        middle = now;
        atBegin = virtualTime;
        atMiddle = virtualTime;
    }

    /** For how long somebody has been waiting, without a pause; of use while somebody waits. */
    long busyNanos(long now) {
        return now - busySince;
    }

    /** In what time it goes on by so much. It goes on by steps, of which the next may be due. */
    double nanosFor(double ahead, double step, double virtualTime, long now) {
        if (now - middle > PERIOD) {
            begin = middle;
            atBegin = atMiddle;
            middle = now;
            atMiddle = virtualTime;
        }
        return ahead * (now - begin) / (virtualTime - atBegin + step);
    }
}
