package dev.sluice.spring.transaction;

/** Why a propagation is refused, in one wording. */
final class Refusals {

    /** A pool whose transactions each wait for a second connection is stuck (P2). */
    static final String SECOND_CONNECTION =
            "REQUIRES_NEW and NOT_SUPPORTED inside a transaction would wait for a second connection while holding one;"
                    + " use NESTED, or do it after the commit";

    static final String NESTED_IN_SLUICE =
            "NESTED inside sluice.inTransaction: use sluice.inTransaction(options.withSavepoint(), ...) there";

    static final String NEVER = "NEVER inside a transaction";

    private Refusals() {}

    static RuntimeException innerFailed() {
        return new IllegalStateException("an inner transactional method failed or asked for a rollback");
    }
}
