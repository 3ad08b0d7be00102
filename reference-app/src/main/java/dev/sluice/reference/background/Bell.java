package dev.sluice.reference.background;

import dev.sluice.work.Workers;
import org.springframework.stereotype.Component;

/** Tells workers that there may be something to do. */
@Component
public final class Bell {

    private final Workers workers;

    Bell(Workers workers) {
        this.workers = workers;
    }

    /**
     * Wakes a worker of this process. Of no effect where this process runs none: another one finds what is to be done when it looks.
     *
     * @param worker its name
     */
    public void ring(String worker) {
        if (workers.statuses().stream().anyMatch(status -> status.worker().equals(worker))) {
            workers.wake(worker);
        }
    }
}
