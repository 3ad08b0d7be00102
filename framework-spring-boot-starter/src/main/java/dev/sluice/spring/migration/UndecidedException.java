package dev.sluice.spring.migration;

/** Why only Flyway can say whether the schema is current. */
final class UndecidedException extends Exception {

    UndecidedException(String reason) {
        super(reason);
    }
}
