package dev.sluice.reference.demand;

import dev.sluice.repository.Id;
import dev.sluice.repository.TenantOwned;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.UUID;

/**
 * One month of demand.
 *
 * @param id its id
 * @param industry the series
 * @param month the first day of the month
 * @param thousands the demand, in thousands
 * @param ratePercent the rate, in percent
 */
@TenantOwned("demand_history")
public record DemandMonth(@Id UUID id, String industry, LocalDate month, int thousands, BigDecimal ratePercent) {}
