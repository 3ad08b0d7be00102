/**
 * Seasonal forecasting of monthly series. A {@link dev.sluice.reference.forecast.seasonal.ForecastModel} extends a series;
 * {@link dev.sluice.reference.forecast.seasonal.HoldOut} measures models on months that they have not seen and picks the
 * best. Pure functions: nothing here knows of tenants, databases or HTTP.
 */
@NullMarked
package dev.sluice.reference.forecast.seasonal;

import org.jspecify.annotations.NullMarked;
