package dev.sluice;

import dev.sluice.transaction.ExternalIoPolicy;
import java.time.Duration;

/**
 * What a transaction may do with the connection that it holds.
 *
 * @param externalIo what becomes of external I/O inside a transaction; default {@link ExternalIoPolicy#WARN}
 * @param idleWarning a transaction without a statement in flight for longer is reported, or after half of
 *     {@code timeouts.idle-in-transaction} if that is shorter: before the server ends it; default 1 s
 */
public record TransactionSettings(ExternalIoPolicy externalIo, Duration idleWarning) {

    /** The defaults. */
    public static final TransactionSettings DEFAULT =
            new TransactionSettings(ExternalIoPolicy.WARN, Duration.ofSeconds(1));

    /** What tests want: external I/O inside a transaction is an error. */
    public static final TransactionSettings STRICT =
            new TransactionSettings(ExternalIoPolicy.ERROR, Duration.ofSeconds(1));

    /** @throws IllegalArgumentException if the duration is not positive, naming the property */
    public TransactionSettings {
        SettingChecks.positive("transactions.idle-warning", idleWarning);
    }
}
