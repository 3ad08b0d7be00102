/**
 * Spring's transactions on Sluice. {@link dev.sluice.spring.transaction.SluiceTransactionManager} makes
 * {@code @Transactional} methods, Sluice's repositories and the plain {@code ConnectionFactory} share one
 * connection; the transaction is kept in Spring's own part of the Reactor Context, where Sluice finds it.
 */
@NullMarked
package dev.sluice.spring.transaction;

import org.jspecify.annotations.NullMarked;
