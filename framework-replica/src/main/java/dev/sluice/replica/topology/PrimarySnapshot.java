package dev.sluice.replica.topology;

import dev.sluice.r2dbc.session.TransactionSnapshot;

/**
 * What a primary showed.
 *
 * @param timeline the timeline that it writes
 * @param shown which transactions it showed
 */
record PrimarySnapshot(int timeline, TransactionSnapshot shown) {}
