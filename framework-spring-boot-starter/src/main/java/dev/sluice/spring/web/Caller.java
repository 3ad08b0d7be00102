package dev.sluice.spring.web;

import dev.sluice.tenant.TenantId;
import org.jspecify.annotations.Nullable;

/**
 * Who sends a request.
 *
 * @param tenant for whom
 * @param principal who within the tenant, for limits per principal; null means nobody in particular
 */
public record Caller(TenantId tenant, @Nullable String principal) {}
