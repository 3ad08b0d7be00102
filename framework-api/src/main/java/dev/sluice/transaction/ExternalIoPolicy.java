package dev.sluice.transaction;

/** What becomes of external I/O inside a transaction. */
public enum ExternalIoPolicy {
    /** It runs; it is counted, and the log says where, at most once every ten seconds. For production. */
    WARN,
    /** It is not started; its subscriber gets an {@link ExternalIoInTransactionException}. For tests. */
    ERROR
}
