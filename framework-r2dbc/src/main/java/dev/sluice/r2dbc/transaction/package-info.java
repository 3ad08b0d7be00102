/**
 * Runs statements where they belong: in the transaction of the Context, or else in a group of their own
 * ({@link dev.sluice.r2dbc.transaction.StatementRunner}). Owns the transaction's life from BEGIN to its settlements, and
 * the plain {@code ConnectionFactory} view of it.
 */
@NullMarked
package dev.sluice.r2dbc.transaction;

import org.jspecify.annotations.NullMarked;
