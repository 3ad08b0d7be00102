/**
 * Seasonal forecasting of monthly series. A {@link dev.sluice.reference.forecast.model.ForecastModel} extends a series;
 * {@link dev.sluice.reference.forecast.model.HoldOut} measures models on months that they have not seen and picks the
 * best. Pure functions: nothing here knows of tenants, databases or HTTP.
 */
@NullMarked
package dev.sluice.reference.forecast.model;

import org.jspecify.annotations.NullMarked;
