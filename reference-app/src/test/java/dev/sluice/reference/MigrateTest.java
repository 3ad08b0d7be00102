package dev.sluice.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spring.migration.MigrateCommand;
import dev.sluice.testkit.cluster.Role;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A job that migrates before a deploy, as {@code java -jar reference-app.jar migrate} does. */
@SluiceTest
class MigrateTest {

    private final TestDatabase database;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    MigrateTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void itSaysWhatIsPendingAndMigratesAndIsCurrentThen() throws Exception {
        assertThat(run("--status")).isEqualTo(MigrateCommand.NOT_CURRENT);
        assertThat(said())
                .contains("schema: not current, version none", "pending: V1__demand_planning.sql", "lock: free");

        assertThat(run()).isEqualTo(MigrateCommand.CURRENT);
        assertThat(said()).contains("the schema is current now");

        assertThat(run("--status")).isEqualTo(MigrateCommand.CURRENT);
        assertThat(said()).contains("schema: current, version").doesNotContain("pending");

        assertThat(run()).isEqualTo(MigrateCommand.CURRENT);
        assertThat(said()).contains("the schema was current");
    }

    @Test
    void itSaysWhatIsWrongWithItsArgumentsOrItsConfiguration() {
        assertThat(run("--repair")).isEqualTo(MigrateCommand.USAGE);
        assertThat(said()).contains("unknown [--repair] (expected: nothing, --status, or properties as --key=value)");

        assertThat(run("--sluice.migrations.password=wrong")).isEqualTo(MigrateCommand.FAILED);
        assertThat(said())
                .contains("migrate: failed: ", "password authentication failed")
                .doesNotContain("=wrong");
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--sluice.url=" + database.url(),
                "--sluice.username=" + database.credentials(Role.APP).username(),
                "--sluice.password=" + database.credentials(Role.APP).password(),
                "--sluice.migrations.username="
                        + database.credentials(Role.OWNER).username(),
                "--sluice.migrations.password="
                        + database.credentials(Role.OWNER).password()));
        all.addAll(Arrays.asList(arguments));
        return new MigrateCommand(new PrintStream(output, true, StandardCharsets.UTF_8), MigrationPlaceholders.class)
                .run(all.toArray(String[]::new));
    }

    private String said() {
        String said = output.toString(StandardCharsets.UTF_8);
        output.reset();
        return said;
    }
}
