/**
 * Runs statements where they belong: in the transaction of the Context, or else in a group of their own
 * ({@link dev.sluice.r2dbc.transaction.StatementRunner}). {@link dev.sluice.r2dbc.transaction.Transactions}
 * owns a transaction's life from BEGIN to its settlements.
 */
@NullMarked
package dev.sluice.r2dbc.transaction;

import org.jspecify.annotations.NullMarked;
