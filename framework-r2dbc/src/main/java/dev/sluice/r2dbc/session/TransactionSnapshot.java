package dev.sluice.r2dbc.session;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Which transactions a server showed at one moment, as {@code pg_current_snapshot()} tells: all below {@link #xmin()}, and
 * those below {@link #xmax()} that were not running. What it shows once it shows for ever. A standby names none that run; so
 * below its {@code xmax} it may have shown any. Immutable.
 */
public final class TransactionSnapshot {

    /** Tells nothing. */
    public static final TransactionSnapshot UNKNOWN = new TransactionSnapshot(0, 0, new long[0]);

    private final long xmin;
    private final long xmax;
    private final long[] running;

    private TransactionSnapshot(long xmin, long xmax, long[] running) {
        this.xmin = xmin;
        this.xmax = xmax;
        this.running = running;
    }

    /**
     * Parses PostgreSQL's text form.
     *
     * @param text {@code xmin:xmax:running}, the last a list with commas
     * @return the snapshot
     * @throws IllegalArgumentException if the text is none
     */
    public static TransactionSnapshot parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("snapshot '%s' (expected: xmin:xmax:running)".formatted(text));
        }
        long[] running = parts[2].isEmpty()
                ? new long[0]
                : List.of(parts[2].split(",")).stream()
                        .mapToLong(Long::parseLong)
                        .toArray();
        return new TransactionSnapshot(Long.parseLong(parts[0]), Long.parseLong(parts[1]), running);
    }

    /** Reads PostgreSQL's binary form: how many run, xmin, xmax, and those that run. */
    static TransactionSnapshot read(ByteBuf column) {
        int at = column.readerIndex();
        long[] running = new long[column.getInt(at)];
        int first = at + Integer.BYTES + 2 * Long.BYTES;
        for (int i = 0; i < running.length; i++) {
            running[i] = column.getLong(first + i * Long.BYTES);
        }
        return new TransactionSnapshot(
                column.getLong(at + Integer.BYTES), column.getLong(at + Integer.BYTES + Long.BYTES), running);
    }

    /** @return the transaction below which none was running */
    public long xmin() {
        return xmin;
    }

    /** @return the transaction after the last one that had ended */
    public long xmax() {
        return xmax;
    }

    /**
     * Tells how many transactions it does not show.
     *
     * @param horizon up to, but without this one
     * @return how many of those with an id of their own, subtransactions left out as far as they were running
     */
    public long countHidden(long horizon) {
        return LongStream.of(running).filter(id -> id < horizon).count() + Math.max(0, horizon - xmax);
    }

    /**
     * Names the transactions that it does not show.
     *
     * @param horizon up to, but without this one
     * @return those of {@link #countHidden}
     */
    public List<Long> hidden(long horizon) {
        return LongStream.concat(
                        LongStream.of(running).filter(id -> id < horizon),
                        LongStream.range(Math.min(xmax, horizon), horizon))
                .boxed()
                .toList();
    }

    /**
     * Tells whether none of some transactions was running, or still to come.
     *
     * @param transactions the transactions
     * @return whether all of them had ended
     */
    public boolean shows(List<Long> transactions) {
        return transactions.stream()
                .allMatch(id -> id < xmax && LongStream.of(running).noneMatch(other -> other == id));
    }

    /** PostgreSQL's text form, and how many run in place of which. */
    @Override
    public String toString() {
        return "%d:%d:(%d)".formatted(xmin, xmax, running.length);
    }
}
