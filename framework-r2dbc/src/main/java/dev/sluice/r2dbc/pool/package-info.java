/** The connections of one node, on r2dbc-pool: options of the driver, bounds of every wait, parked connections, warm-up. */
@NullMarked
package dev.sluice.r2dbc.pool;

import org.jspecify.annotations.NullMarked;
