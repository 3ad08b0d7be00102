/**
 * Work that nobody waits for. {@link dev.sluice.r2dbc.work.DefaultWorkers} owns the runners of this process; {@link
 * dev.sluice.r2dbc.work.LeaseTable} writes the SQL of the leases that make one of them the fleet's; what holds one writes under
 * its fence. {@link dev.sluice.r2dbc.work.DefaultPhases} and {@link dev.sluice.r2dbc.work.DefaultReconciliation} are ways to work
 * that hold no connection while they ask others or think.
 */
@NullMarked
package dev.sluice.r2dbc.work;

import org.jspecify.annotations.NullMarked;
