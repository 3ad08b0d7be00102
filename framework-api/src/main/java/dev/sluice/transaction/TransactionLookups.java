package dev.sluice.transaction;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import reactor.util.context.ContextView;

/** All lookups of the class path. */
final class TransactionLookups {

    private static final List<TransactionLookup> ALL =
            ServiceLoader.load(TransactionLookup.class, TransactionLookup.class.getClassLoader()).stream()
                    .map(ServiceLoader.Provider::get)
                    .toList();

    private TransactionLookups() {}

    static Optional<TransactionHandle> find(ContextView context) {
        for (TransactionLookup lookup : ALL) {
            TransactionHandle found = lookup.find(context);
            if (found != null) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }
}
