package dev.sluice.cache.shared;

/**
 * What a fetch found.
 *
 * @param outcome which of the cases
 * @param value the bytes; empty without a value
 * @param lifeMillis how long the value lives on
 * @param marked whether a writer is about to change it, or has and did not say so yet
 */
// An array: made for every read, decoded once and never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Lookup(Outcome outcome, byte[] value, long lifeMillis, boolean marked) {

    /** The cases. */
    public enum Outcome {
        /** There is a value. */
        VALUE,
        /** There is none, and the caller has the lease to fill it. */
        LEASED,
        /** There is none, and somebody else has the lease. */
        BUSY,
        /** There is none, and no lease was asked for. */
        NONE
    }
}
