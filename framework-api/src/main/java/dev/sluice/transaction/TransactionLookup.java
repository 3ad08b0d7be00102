package dev.sluice.transaction;

import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * Finds the transaction of a Context where another framework keeps it: one that begins transactions within a running
 * chain cannot put a handle into the Context of what follows. Found once, by {@link java.util.ServiceLoader}; asked for
 * every call: answers from memory. Thread-safe.
 */
public interface TransactionLookup {

    /**
     * Looks for a transaction.
     *
     * @param context the Context of a call, without a handle under {@link TransactionHandle#KEY}
     * @return the handle; null if there is no transaction
     */
    @Nullable
    TransactionHandle find(ContextView context);
}
