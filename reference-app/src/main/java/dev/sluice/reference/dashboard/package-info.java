/**
 * The operations dashboard: one page, and a stream of what it shows. {@link dev.sluice.reference.dashboard.DashboardResource} serves
 * both, {@link dev.sluice.reference.dashboard.DashboardFeed} looks at Sluice once for all who watch. The page's files are in {@code
 * static/dashboard}.
 */
@NullMarked
package dev.sluice.reference.dashboard;

import org.jspecify.annotations.NullMarked;
