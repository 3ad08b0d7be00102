package dev.sluice.spring.transaction;

import dev.sluice.transaction.TransactionHandle;
import dev.sluice.transaction.TransactionLookup;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.reactive.TransactionContext;
import reactor.util.context.ContextView;

/**
 * Finds what {@link SluiceTransactionManager} has begun: Spring's part of the Context is mutable, and holds
 * it.
 */
public final class SpringTransactionLookup implements TransactionLookup {

    /** For the service loader. */
    public SpringTransactionLookup() {}

    @Override
    public @Nullable TransactionHandle find(ContextView context) {
        return context.hasKey(TransactionContext.class)
                        && context.get(TransactionContext.class).getResources().get(TransactionHandle.KEY)
                                instanceof TransactionHandle handle
                ? handle
                : null;
    }
}
