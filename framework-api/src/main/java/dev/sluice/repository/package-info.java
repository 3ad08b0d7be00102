/**
 * How users declare data access: records marked {@link dev.sluice.repository.TenantOwned}, interfaces that extend
 * {@link dev.sluice.repository.TenantRepository}, methods with {@link dev.sluice.repository.Query} or
 * {@link dev.sluice.repository.Where}. Every method is scoped to the tenant of the Reactor Context.
 * Pages are keyset pages with opaque cursors.
 */
@NullMarked
package dev.sluice.repository;

import org.jspecify.annotations.NullMarked;
