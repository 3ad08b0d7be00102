package dev.sluice.r2dbc.admission;

/** Something that happens to the scheduler. */
@FunctionalInterface
interface Event {

    void happen(FairScheduler scheduler, long now, Outcomes out);

    /** It could not happen. Called outside. */
    default void failed(Throwable reason) {}
}
