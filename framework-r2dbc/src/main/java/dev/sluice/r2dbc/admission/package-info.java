/**
 * Who runs next on a node. {@link dev.sluice.r2dbc.admission.FairAdmission} is the entry: many threads ask it for permits, and
 * it asks {@code FairScheduler}, which is pure and decides by tenant, workload, priority and deadline. Rates are limited
 * before that, by {@link dev.sluice.r2dbc.admission.RateLimits}, and deadlines are watched by
 * {@link dev.sluice.r2dbc.admission.Sweep}.
 */
@NullMarked
package dev.sluice.r2dbc.admission;

import org.jspecify.annotations.NullMarked;
