/**
 * What a call carries: {@link dev.sluice.access.Access} is read once from the Reactor Context and is a plain value
 * from there on. It names the tenant, the {@link dev.sluice.access.Workload}, the
 * {@link dev.sluice.access.Priority}, the {@link dev.sluice.access.Deadline} and the consistency of a call.
 */
@NullMarked
package dev.sluice.access;

import org.jspecify.annotations.NullMarked;
