package dev.sluice.spring.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What migrations add to the start of an application whose schema is current, as rows of a table: the same application without
 * any (A/A), with Spring Boot's Flyway, and with Sluice's coordination. Each start stands between two without migrations and is
 * compared with their mean, so that a machine that grows slower or faster by the minute is no difference of theirs.
 */
@SluiceTest
@Tag("long")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class CurrentStartCostTest {

    private static final String NONE = "none";
    private static final List<String> WAYS = List.of(
            System.getProperty("sluice.test.ways", "none again,flyway,sluice").split(","));
    private static final int ROUNDS = Integer.getInteger("sluice.test.rounds", 20);
    private static final int WARM_UP = 8;

    private final TestDatabase database;

    CurrentStartCostTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void eachWay() throws Exception {
        starts("sluice");

        List<String> sequence = sequence(ROUNDS);
        List<Start> fresh = new ArrayList<>();
        for (String way : sequence) {
            fresh.addAll(starts(way));
        }
        print("fresh JVM", sequence, fresh);

        List<String> longer = sequence(WARM_UP + ROUNDS);
        List<Start> warm = starts(longer.toArray(String[]::new));
        int cold = longer.size() - sequence.size();
        print("warm JVM", longer.subList(cold, longer.size()), warm.subList(cold, warm.size()));
    }

    /** Every second one without migrations, the first and the last too. */
    private static List<String> sequence(int rounds) {
        List<String> sequence = new ArrayList<>(List.of(NONE));
        for (int round = 0; round < rounds; round++) {
            List<String> rotated = new ArrayList<>(WAYS);
            Collections.rotate(rotated, round);
            rotated.forEach(way -> sequence.addAll(List.of(way, NONE)));
        }
        return sequence;
    }

    private static void print(String where, List<String> sequence, List<Start> starts) {
        for (String way : WAYS) {
            List<Integer> places = IntStream.range(0, sequence.size())
                    .filter(i -> sequence.get(i).equals(way))
                    .boxed()
                    .toList();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s | %s |%n",
                    where,
                    way,
                    range(starts, places, Start::elapsed),
                    more(starts, places, Start::elapsed),
                    range(starts, places, Start::processor),
                    more(starts, places, Start::processor));
        }
        List<Integer> without = IntStream.range(0, sequence.size())
                .filter(i -> sequence.get(i).equals(NONE))
                .boxed()
                .toList();
        System.out.printf(
                "| %s | %s | %s | | %s | |%n",
                where, NONE, range(starts, without, Start::elapsed), range(starts, without, Start::processor));
    }

    /** The least, the median and the most. */
    private static String range(List<Start> starts, List<Integer> places, ToLongFunction<Start> measure) {
        double[] sorted = places.stream()
                .mapToDouble(i -> measure.applyAsLong(starts.get(i)) / 1e3)
                .sorted()
                .toArray();
        return String.format(
                Locale.ROOT, "%.0f | %.0f | %.0f", sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }

    /** The median of the differences from both neighbours' mean, and the order statistics that bound it with 95 % certainty. */
    private static String more(List<Start> starts, List<Integer> places, ToLongFunction<Start> measure) {
        double[] sorted = places.stream()
                .mapToDouble(i -> measure.applyAsLong(starts.get(i)) / 1e3
                        - (measure.applyAsLong(starts.get(i - 1)) + measure.applyAsLong(starts.get(i + 1))) / 2e3)
                .sorted()
                .toArray();
        int bound = bound(sorted.length);
        return String.format(
                Locale.ROOT,
                "%+.0f (%+.0f to %+.0f)",
                (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2,
                sorted[bound],
                sorted[sorted.length - 1 - bound]);
    }

    /** How many of so many differences may lie beyond each bound for it to hold with 97.5 % certainty. */
    private static int bound(int differences) {
        double term = Math.pow(0.5, differences);
        double tail = term;
        int bound = 0;
        while (true) {
            term *= (differences - bound) / (bound + 1.0);
            tail += term;
            if (tail > 0.025) {
                return bound;
            }
            bound++;
        }
    }

    /**
     * One start.
     *
     * @param elapsed in µs
     * @param processor the time that all processors together spent in it, in µs
     */
    private record Start(long elapsed, long processor) {}

    private List<Start> starts(String... ways) throws IOException, InterruptedException {
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
            List<Start> starts = output.lines()
                    .map(line -> line.split("\t"))
                    .filter(parts -> parts.length == 3)
                    .map(parts -> new Start(Long.parseLong(parts[1]), Long.parseLong(parts[2])))
                    .toList();
            assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(starts).as("all of them started").hasSize(ways.length);
            return starts;
        } finally {
            child.destroyForcibly();
        }
    }
}
