package dev.sluice.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.r2dbc.sql.Oracle.Outcome;
import dev.sluice.testkit.cluster.SluiceCluster;
import dev.sluice.testkit.cluster.TestDatabase;
import dev.sluice.testkit.junit.SluiceTest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Statements composed at random, judged as in {@link ScopedSqlOracleTest}. */
@SluiceTest(migrations = "oracle/schema.sql")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScopedSqlFuzzTest {

    private static final int STATEMENTS = 200;
    private static final Duration AT_MOST = Duration.ofSeconds(8);

    private final OracleDatabases databases;

    ScopedSqlFuzzTest(TestDatabase database, SluiceCluster cluster) throws SQLException {
        databases = new OracleDatabases(database, cluster);
    }

    @AfterAll
    void close() throws SQLException {
        databases.close();
    }

    @Test
    void noCompositionShowsOrTouchesAForeignRow() throws SQLException {
        long seed = Long.getLong("sluice.test.seed", System.nanoTime());
        RandomStatements statements = new RandomStatements(new Random(seed));
        long end = System.nanoTime() + AT_MOST.toNanos();
        int judged = 0;
        int run = 0;
        int unscopedDiffers = 0;
        while (run < STATEMENTS && System.nanoTime() < end) {
            String text = statements.next();
            run++;
            StatementPlan unscoped = NamedParameters.unscoped("fuzz", text);
            Outcome expected = databases.alone().run(unscoped).sorted();
            if (expected.failed()) {
                continue;
            }
            judged++;
            StatementPlan plan = databases.scoper().scope("fuzz, seed " + seed + ": " + text, text);
            assertThat(databases.together().run(plan).sorted())
                    .as("seed %d, statement %d:%n%s%nscoped:%n%s", seed, run, text, plan.sql())
                    .isEqualTo(expected);
            unscopedDiffers += databases.together().run(unscoped).sorted().equals(expected) ? 0 : 1;
        }
        System.out.printf(
                "seed %d: %d statements, %d judged, %d differ unscoped%n", seed, run, judged, unscopedDiffers);
        assertThat(judged).as("statements that PostgreSQL runs, seed %d", seed).isGreaterThan(run / 3);
        assertThat(unscopedDiffers)
                .as("statements that need the scoper, seed %d", seed)
                .isGreaterThan(judged / 3);
    }
}
