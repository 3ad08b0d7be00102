/**
 * Who a call is for. {@link dev.sluice.tenant.TenantId} is the validated name of a tenant and
 * {@link dev.sluice.tenant.TenantDirectory} knows which tenants exist. No statement reaches a tenant-owned
 * table without a {@code TenantId}: what is missing or unknown is an error of this package.
 */
@NullMarked
package dev.sluice.tenant;

import org.jspecify.annotations.NullMarked;
