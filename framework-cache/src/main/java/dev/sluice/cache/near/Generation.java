package dev.sluice.cache.near;

/** A generation as this process knows it. Values hold on to it, so asking whether they are current looks nothing up. */
public final class Generation {

    private final long stamp;
    private final boolean marked;
    private volatile long knownUntil;
    private volatile boolean outdated;

    Generation(long stamp, boolean marked, long knownUntil) {
        this.stamp = stamp;
        this.marked = marked;
        this.knownUntil = knownUntil;
    }

    /** @return unlike that of any other generation of its key */
    public long stamp() {
        return stamp;
    }

    /** @return whether a writer was about to end it when it was read */
    public boolean isMarked() {
        return marked;
    }

    /**
     * Whether it is the present one, as far as is known.
     *
     * @param nanoTime the time
     * @return false once it is outdated, or must be asked for again
     */
    public boolean isCurrent(long nanoTime) {
        return !outdated && knownUntil - nanoTime > 0;
    }

    void knownUntil(long nanoTime) {
        knownUntil = nanoTime;
    }

    boolean isOver() {
        return outdated;
    }

    void end() {
        outdated = true;
    }
}
