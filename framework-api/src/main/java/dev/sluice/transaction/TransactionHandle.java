package dev.sluice.transaction;

import dev.sluice.tenant.TenantId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** The identity of a running transaction, in the Reactor Context of everything inside it. */
public interface TransactionHandle {

    /** The key of the Reactor Context. */
    Class<TransactionHandle> KEY = TransactionHandle.class;

    /**
     * The transaction of the current subscriber.
     *
     * @return the handle; empty outside of a transaction
     */
    static Mono<TransactionHandle> current() {
        return Mono.deferContextual(context -> Mono.justOrEmpty(from(context)));
    }

    /**
     * The transaction of a Context: under {@link #KEY}, or else where a {@link TransactionLookup} finds it.
     *
     * @param context the Context
     * @return the handle; empty outside of a transaction
     */
    static Optional<TransactionHandle> from(ContextView context) {
        Optional<TransactionHandle> own = context.getOrEmpty(KEY);
        return own.isPresent() ? own : TransactionLookups.find(context);
    }

    /** @return for whom; null for work across tenants */
    @Nullable
    TenantId tenant();

    /** @return how it runs */
    TransactionOptions options();

    /** @return whether it still takes statements: not yet committing, rolling back or ended */
    boolean isActive();

    /**
     * Has something done around the commit.
     *
     * @param settlement what is to be done
     * @throws IllegalStateException if the transaction takes no more statements
     */
    void register(Settlement settlement);

    /**
     * Tells that something is about to wait for another system. Counted and logged, or refused, as
     * {@code transactions.external-io} says, if this holds its connection; else nothing. See {@link ExternalIo}.
     *
     * @param io what it is, for people: no path, parameter or secret
     * @throws ExternalIoInTransactionException if it is refused
     */
    void externalIo(String io);
}
