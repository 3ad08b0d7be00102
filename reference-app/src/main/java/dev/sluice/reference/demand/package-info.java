/**
 * The demand history that forecasts are made of: monthly values by industry. {@link dev.sluice.reference.demand.DemandCsv}
 * reads the bundled data set, {@link dev.sluice.reference.demand.DemandHistory} is where a tenant's share of it is kept.
 */
@NullMarked
package dev.sluice.reference.demand;

import org.jspecify.annotations.NullMarked;
