package dev.sluice.benchmarks.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short mode of jcstress: every race for about a second. The long one is the profile {@code jcstress}. */
class AdmissionRacesTest {

    private static final String ALL = ".*";
    // Touching the heap beforehand (-pth) doubles the time of each of its JVMs, and no race needs it.
    private static final List<String> SHORT = List.of(
            "-m", "quick", "-sc", "false", "-af", "NONE", "-pth", "false", "-c", "2", "-f", "1", "-iters", "2", "-time",
            "200");
    private static final long MOST_MINUTES = 6;

    @TempDir
    Path directory;

    // Invariants 3 to 6
    @Test
    void noRaceAtFairAdmissionEndsInAForbiddenOutcome() throws Exception {
        Run run = stress("fair", ALL);

        assertThat(run.text()).contains("Failed tests: No matches", "Error tests: No matches");
        assertThat(run.exitCode()).isZero();
    }

    // The negative control: what looks first and takes then.
    @Test
    void theSameRacesFindTheFaultsOfABrokenAdmission() throws Exception {
        Run run = stress("broken", "AskOrCancelRace|GrantOrCancelRace|ReleasesRace");

        assertThat(run.exitCode()).isNotZero();
        assertThat(run.text()).contains("TEST FAILURES", "Observed forbidden state");
    }

    private Run stress(String admission, String tests) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Races.class.getName(),
                "-jvmArgs",
                "-Xmx256m -Dsluice.admission=" + admission,
                "-r",
                directory.toString(),
                "-t",
                tests));
        command.addAll(SHORT);
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(MOST_MINUTES, TimeUnit.MINUTES))
                    .as("jcstress ended in %d minutes", MOST_MINUTES)
                    .isTrue();
            return new Run(process.exitValue(), Files.readString(log));
        } finally {
            process.destroyForcibly();
        }
    }

    private record Run(int exitCode, String text) {}
}
