package dev.sluice.r2dbc.admission;

import org.reactivestreams.Subscription;

/** What a waiter has until it hears of its permit. */
public interface PlaceInQueue extends Subscription {

    /**
     * Gives up the place, because another one's permit serves the waiter too. Like a cancel, but it is told to observers as
     * {@link dev.sluice.admission.AdmissionObserver#shared}.
     */
    void leaveServed();
}
