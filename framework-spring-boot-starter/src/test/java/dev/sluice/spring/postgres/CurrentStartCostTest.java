package dev.sluice.spring.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What migrations add to the start of an application whose schema is current, as rows of a table: the same application without
 * any, twice, with Spring Boot's Flyway, and with Sluice's coordination, one after the other in each round.
 */
@SluiceTest
@Tag("long")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class CurrentStartCostTest {

    private static final List<String> WAYS = List.of("none", "none again", "flyway", "sluice");
    private static final int ROUNDS = 30;
    /** Of so many sorted differences the tenth and the tenth from the end bound the median with 95 % certainty. */
    private static final int BOUND = 9;

    private static final int WARM_UP = 8;

    private final TestDatabase database;

    CurrentStartCostTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void eachWay() throws Exception {
        starts("sluice");

        Map<String, List<Long>> fresh = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (String way : rotated(round)) {
                fresh.computeIfAbsent(way, each -> new ArrayList<>())
                        .add(starts(way).get(0));
            }
        }
        print("fresh JVM", fresh);

        List<String> sequence = new ArrayList<>();
        for (int round = 0; round < WARM_UP + ROUNDS; round++) {
            sequence.addAll(rotated(round));
        }
        List<Long> all = starts(sequence.toArray(String[]::new));
        Map<String, List<Long>> warm = new LinkedHashMap<>();
        for (int i = WARM_UP * WAYS.size(); i < all.size(); i++) {
            warm.computeIfAbsent(sequence.get(i), each -> new ArrayList<>()).add(all.get(i));
        }
        print("warm JVM", warm);
    }

    // Whoever comes first in a round pays for what the last one left behind.
    private static List<String> rotated(int round) {
        List<String> rotated = new ArrayList<>(WAYS);
        Collections.rotate(rotated, round);
        return rotated;
    }

    private static void print(String where, Map<String, List<Long>> micros) {
        micros.forEach((way, each) -> {
            List<Long> more = differences(each, micros.get("none"));
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %.1f | %.1f | %.1f | %+.1f | %+.1f to %+.1f |%n",
                    where,
                    way,
                    Collections.min(each) / 1e3,
                    median(each),
                    Collections.max(each) / 1e3,
                    median(more),
                    more.get(BOUND) / 1e3,
                    more.get(more.size() - 1 - BOUND) / 1e3);
        });
    }

    /** Of the starts of one round each, sorted. */
    private static List<Long> differences(List<Long> these, List<Long> those) {
        return IntStream.range(0, these.size())
                .mapToObj(i -> these.get(i) - those.get(i))
                .sorted()
                .toList();
    }

    private static double median(List<Long> micros) {
        List<Long> sorted = micros.stream().sorted().toList();
        return sorted.get(sorted.size() / 2) / 1e3;
    }

    /** How long each start took, in µs. */
    private List<Long> starts(String... ways) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                StartChild.class.getName()));
        for (String way : ways) {
            command.add(way.replace(" again", ""));
        }
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var input = child.outputWriter();
                var output = child.inputReader()) {
            input.write(String.join(
                    "\t",
                    database.url(),
                    database.jdbcUrl(),
                    database.credentials(Role.APP).username(),
                    database.credentials(Role.APP).password(),
                    database.credentials(Role.OWNER).username(),
                    database.credentials(Role.OWNER).password()));
            input.newLine();
            input.flush();
            List<Long> micros = output.lines()
                    .map(line -> line.split("\t"))
                    .filter(parts -> parts.length == 2)
                    .map(parts -> Long.parseLong(parts[1]))
                    .toList();
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(micros).as("all of them started").hasSize(ways.length);
            return micros;
        } finally {
            child.destroyForcibly();
        }
    }
}
