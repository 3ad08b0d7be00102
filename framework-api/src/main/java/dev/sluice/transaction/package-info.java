/**
 * One transaction, one identity. A {@link dev.sluice.transaction.TransactionHandle} in the Reactor Context is shared
 * by everything that joins the transaction; what must happen around its commit is a
 * {@link dev.sluice.transaction.Settlement}.
 */
@NullMarked
package dev.sluice.transaction;

import org.jspecify.annotations.NullMarked;
