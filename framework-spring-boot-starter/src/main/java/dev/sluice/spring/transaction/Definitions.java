package dev.sluice.spring.transaction;

import dev.sluice.transaction.TransactionOptions;
import dev.sluice.transaction.TransactionOptions.Isolation;
import java.time.Duration;
import org.springframework.transaction.InvalidTimeoutException;
import org.springframework.transaction.TransactionDefinition;

/** Makes Sluice's options of Spring's definitions. */
final class Definitions {

    private Definitions() {}

    static TransactionOptions options(TransactionDefinition definition) {
        TransactionOptions options = TransactionOptions.DEFAULT.withIsolation(isolation(definition));
        TransactionOptions bounded = definition.getTimeout() == TransactionDefinition.TIMEOUT_DEFAULT
                ? options
                : options.withTimeout(timeout(definition));
        return definition.isReadOnly() ? bounded.asReadOnly() : bounded;
    }

    private static Duration timeout(TransactionDefinition definition) {
        int seconds = definition.getTimeout();
        if (seconds < 1) {
            throw new InvalidTimeoutException("timeout: %d s (expected: >= 1)".formatted(seconds), seconds);
        }
        return Duration.ofSeconds(seconds);
    }

    // PostgreSQL reads committed rows when asked for uncommitted ones.
    private static Isolation isolation(TransactionDefinition definition) {
        return switch (definition.getIsolationLevel()) {
            case TransactionDefinition.ISOLATION_REPEATABLE_READ -> Isolation.REPEATABLE_READ;
            case TransactionDefinition.ISOLATION_SERIALIZABLE -> Isolation.SERIALIZABLE;
            default -> Isolation.READ_COMMITTED;
        };
    }
}
