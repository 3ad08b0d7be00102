package dev.sluice.cache.shared;

/** The shared tier is not connected, or its breaker is open. It was not asked. Has no stack trace: it is made for every such read. */
public final class OutOfReachException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message why, without secrets */
    public OutOfReachException(String message) {
        super(message, null, false, false);
    }
}
