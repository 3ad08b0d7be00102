package dev.sluice.r2dbc.connection;

import dev.sluice.transaction.TransactionOptions;
import dev.sluice.transaction.TransactionOptions.Isolation;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Translates what R2DBC says about a transaction. */
final class Definitions {

    private Definitions() {}

    // Spring hands a transaction's timeout over as the lock wait timeout (P8); as the timeout of all it bounds both.
    static TransactionOptions options(TransactionDefinition definition, IsolationLevel fallback) {
        @Nullable IsolationLevel asked = definition.getAttribute(TransactionDefinition.ISOLATION_LEVEL);
        @Nullable Boolean readOnly = definition.getAttribute(TransactionDefinition.READ_ONLY);
        @Nullable Duration timeout = definition.getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT);
        return new TransactionOptions(
                Boolean.TRUE.equals(readOnly),
                isolation(asked == null ? fallback : asked),
                timeout == null || timeout.isZero() || timeout.isNegative() ? null : timeout,
                TransactionOptions.Nested.JOIN);
    }

    static IsolationLevel level(Isolation isolation) {
        return switch (isolation) {
            case READ_COMMITTED -> IsolationLevel.READ_COMMITTED;
            case REPEATABLE_READ -> IsolationLevel.REPEATABLE_READ;
            case SERIALIZABLE -> IsolationLevel.SERIALIZABLE;
        };
    }

    /** PostgreSQL reads uncommitted as committed. */
    private static Isolation isolation(IsolationLevel level) {
        if (level.equals(IsolationLevel.SERIALIZABLE)) {
            return Isolation.SERIALIZABLE;
        }
        return level.equals(IsolationLevel.REPEATABLE_READ) ? Isolation.REPEATABLE_READ : Isolation.READ_COMMITTED;
    }
}
