package dev.sluice.r2dbc.session;

import java.util.ArrayList;
import java.util.List;

/**
 * The lock under which a call is written and takes its place in the driver's queue of answers. Who writes may find out that
 * the connection is gone; the driver then tells all calls on it, and they wait here until the lock is free. Guarded by itself.
 */
final class Sending {

    private List<Runnable> later = List.of();

    /** Keeps what happens once the lock is free. */
    void later(Runnable told) {
        if (later.isEmpty()) {
            later = new ArrayList<>(2);
        }
        later.add(told);
    }

    /** Takes what was kept; whoever holds the lock runs it when he has let go of it. */
    List<Runnable> takeLater() {
        List<Runnable> taken = later;
        later = List.of();
        return taken;
    }
}
