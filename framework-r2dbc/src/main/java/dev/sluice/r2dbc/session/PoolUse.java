package dev.sluice.r2dbc.session;

/**
 * What r2dbc-pool says of a node's connections. Those that are parked between two calls are acquired to it.
 *
 * @param acquired taken out of it
 * @param allocated open, taken or not
 * @param idle open and not taken
 * @param pending who waits for one; almost always 0, because admission lets nobody in for whom there is none
 * @param maxAllocated the most that may be open
 * @param maxPending the most that may wait; {@link Integer#MAX_VALUE} means no limit
 */
public record PoolUse(int acquired, int allocated, int idle, int pending, int maxAllocated, int maxPending) {}
