package dev.sluice.r2dbc.transaction;

import dev.sluice.repository.QueryObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Writes down what it is told of calls: one line for each call, as far as it has come. */
public final class RecordedCalls implements QueryObserver {

    private final List<StringBuffer> lines = new CopyOnWriteArrayList<>();

    /** What was told, in the order in which calls began. */
    public List<String> lines() {
        return lines.stream().map(StringBuffer::toString).toList();
    }

    @Override
    public Observation observe(Query query, ContextView context) {
        StringBuffer line = new StringBuffer("%s for %s in %s%s"
                .formatted(query.statement(), query.tenant(), query.workload(), query.stream() ? ", stream" : ""));
        lines.add(line);
        return new Observation() {
            @Override
            public void routed(String node, boolean replica) {
                line.append(" routed ").append(node).append(replica ? " replica" : " primary");
            }

            @Override
            public void started() {
                line.append(" started");
            }

            @Override
            public void ended(@Nullable Throwable error) {
                line.append(
                        error == null ? " done" : " failed " + error.getClass().getSimpleName());
            }

            @Override
            public void cancelled() {
                line.append(" cancelled");
            }
        };
    }
}
