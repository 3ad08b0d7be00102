package dev.sluice.transaction;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction runs. Immutable.
 *
 * @param readOnly whether it may only read; default false
 * @param isolation its isolation level; default {@link Isolation#READ_COMMITTED}
 * @param timeout the most time from begin to commit; null (the default) means {@code timeouts.transaction}
 * @param nested what a transaction inside another one does; default {@link Nested#JOIN}
 */
public record TransactionOptions(
        boolean readOnly, Isolation isolation, @Nullable Duration timeout, Nested nested) {

    /** Reads and writes, read committed, the configured timeout, nested ones join. */
    public static final TransactionOptions DEFAULT =
            new TransactionOptions(false, Isolation.READ_COMMITTED, null, Nested.JOIN);

    /** The isolation levels of PostgreSQL. */
    public enum Isolation {
        /** Each statement sees what was committed before it began. */
        READ_COMMITTED,
        /** The transaction sees one snapshot. */
        REPEATABLE_READ,
        /** As if transactions ran one after another. */
        SERIALIZABLE
    }

    /** What a transaction inside another one does. */
    public enum Nested {
        /** Becomes part of the outer one: an error inside rolls back everything. */
        JOIN,
        /** Sets a savepoint: an error inside rolls back to it. */
        SAVEPOINT
    }

    /** @throws IllegalArgumentException if the timeout is zero or negative */
    public TransactionOptions {
        if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
            throw new IllegalArgumentException("timeout: %s (expected: > 0)".formatted(timeout));
        }
    }

    /** @return the same, but read-only */
    public TransactionOptions asReadOnly() {
        return new TransactionOptions(true, isolation, timeout, nested);
    }

    /**
     * Another isolation level.
     *
     * @param level the level
     * @return the changed options
     */
    public TransactionOptions withIsolation(Isolation level) {
        return new TransactionOptions(readOnly, level, timeout, nested);
    }

    /**
     * Another timeout.
     *
     * @param value the most time from begin to commit, positive
     * @return the changed options
     */
    public TransactionOptions withTimeout(Duration value) {
        return new TransactionOptions(readOnly, isolation, value, nested);
    }

    /** @return the same, but a savepoint when inside another transaction */
    public TransactionOptions withSavepoint() {
        return new TransactionOptions(readOnly, isolation, timeout, Nested.SAVEPOINT);
    }
}
