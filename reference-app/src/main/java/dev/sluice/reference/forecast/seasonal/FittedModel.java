package dev.sluice.reference.forecast.seasonal;

/** A model that has seen a series: how far it was off, month by month, and what may follow. Immutable. */
public interface FittedModel {

    /** @return what each month of the series, after the first season, was above the forecast of the month before */
    double[] residuals();

    /**
     * Extends the series by months that are off their one-month forecast by given amounts. Each month is part of what the
     * next ones are forecast from, so an early shock moves all that follows.
     *
     * @param shocks what each month is above its forecast; all zero gives the forecast itself
     * @return one value for each shock; may be below zero
     */
    double[] path(double[] shocks);
}
