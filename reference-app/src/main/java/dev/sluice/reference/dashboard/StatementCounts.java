package dev.sluice.reference.dashboard;

import dev.sluice.spring.observation.SluiceMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How many statements each node has run since the process started, which is too fine for {@code /actuator/sluice}. */
final class StatementCounts {

    private final MeterRegistry meters;

    StatementCounts(MeterRegistry meters) {
        this.meters = meters;
    }

    Map<String, Long> byNode() {
        Map<String, Long> counts = new TreeMap<>();
        for (Timer timer : meters.find(SluiceMeter.QUERY.getName()).timers()) {
            @Nullable String node = timer.getId().getTag("node");
            if (node != null) {
                counts.merge(node, timer.count(), Long::sum);
            }
        }
        return counts;
    }
}
