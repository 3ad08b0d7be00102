package dev.sluice.spring.migration;

import dev.sluice.Credentials;
import dev.sluice.spring.migration.MigratorChild.Task;
import dev.sluice.spring.migration.MigratorProcess.Answer;
import dev.sluice.testkit.Await;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Instances that start at once, in some JVMs. */
final class MigratorFleet implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(240);

    private final int processCount;
    private final int instances;
    private final LockTimes times;
    private final List<MigratorProcess> processes = new ArrayList<>();
    private final Map<MigratorProcess, List<Answer>> running = new LinkedHashMap<>();

    MigratorFleet(int processCount, int instances, LockTimes times) {
        this.processCount = processCount;
        this.instances = instances;
        this.times = times;
    }

    /** How many instances are left when a process is killed, at least. */
    int fewest() {
        return instances - (instances + processCount - 1) / processCount;
    }

    private Task task(String way, TestDatabase database, String location, int share) {
        Credentials owner = database.credentials(Role.OWNER);
        return new Task(
                way,
                database.jdbcUrl().replaceFirst("&socketTimeout=\\d+", ""),
                owner.username(),
                owner.password(),
                location,
                share,
                Duration.ofMillis(200),
                PATIENCE,
                times);
    }

    /** Lets all begin. */
    void begin(String way, TestDatabase database, String location) throws IOException {
        processes.removeIf(process -> !process.isAlive());
        while (processes.size() < processCount) {
            processes.add(MigratorProcess.start());
        }
        running.clear();
        for (int i = 0; i < processCount; i++) {
            // The first ones take what does not divide.
            int share = instances / processCount + (i < instances % processCount ? 1 : 0);
            running.put(processes.get(i), new ArrayList<>());
            processes.get(i).begin(task(way, database, location, share));
        }
    }

    /** Waits for the answers of all instances whose process lives. */
    List<Answer> answers() {
        return answers(PATIENCE);
    }

    List<Answer> answers(Duration patience) {
        Map<MigratorProcess, List<Answer>> unfinished = new LinkedHashMap<>(running);
        Await.until(
                patience,
                () -> {
                    unfinished
                            .entrySet()
                            .removeIf(each -> each.getKey().hasEnded(each.getValue())
                                    || !each.getKey().isAlive());
                    return unfinished.isEmpty();
                },
                "all migrators end");
        return given();
    }

    /** The answers that were given. */
    List<Answer> given() {
        return running.values().stream().flatMap(List::stream).toList();
    }

    /** Waits no more for a process that is frozen. */
    void forget(MigratorProcess frozen) {
        running.remove(frozen);
    }

    /** One of the processes, by the name that its sessions have. */
    MigratorProcess process(String application) {
        long pid = Long.parseLong(application.substring(application.lastIndexOf('/') + 1));
        return processes.stream()
                .filter(process -> process.pid() == pid)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        processes.forEach(MigratorProcess::close);
    }
}
