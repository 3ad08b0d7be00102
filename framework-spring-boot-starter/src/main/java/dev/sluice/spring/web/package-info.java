/**
 * How an HTTP request becomes a call, and an error a problem document. {@link
 * dev.sluice.spring.web.TenantResolver} tells whose a request is; the filter checks it with the {@link
 * dev.sluice.tenant.TenantDirectory} and writes the {@link dev.sluice.access.Access} to the Reactor Context.
 * Whatever fails answers RFC 9457 with a {@code code}.
 */
@NullMarked
package dev.sluice.spring.web;

import org.jspecify.annotations.NullMarked;
