package dev.sluice.cache.shared;

/**
 * A generation: what was stored under another one is outdated.
 *
 * @param value unlike that of any generation before
 * @param lifeMillis after which it must be asked for again
 * @param marked whether a writer is about to end it, or should have and did not say so yet
 */
public record Stamp(long value, long lifeMillis, boolean marked) {}
