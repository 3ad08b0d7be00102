package dev.sluice.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.library.GeneralCodingRules;
import dev.sluice.rules.ModuleRules;
import dev.sluice.rules.ReactiveRules;
import dev.sluice.testkit.rules.SluiceRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModuleRules {

    /** The starting thread waits for the cluster and for the data in it. */
    private static final String[] START = {"StartingCluster.await", "DemoDataLoader.afterSingletonsInstantiated"};

    /**
     * In embedded mode a newcomer is shown ready-to-paste commands; they carry tokens, so they are no log lines. What the
     * command {@code migrate} answers is for the shell that asked.
     */
    @Test
    @Override
    protected void nothingPrintsToTheConsoleOrLogsAroundSlf4j() {
        check(noClasses()
                .that()
                .doNotHaveSimpleName("DemoConfiguration")
                .and()
                .doNotHaveSimpleName("ReferenceApplication")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS));
        check(GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
    }

    @Test
    void theServiceReachesTheDatabaseThroughSluiceOnly() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sluice.r2dbc..", "io.r2dbc.postgresql..", "io.r2dbc.pool.."));
    }

    @Test
    void nothingBlocksButTheDemosStart() {
        check(ReactiveRules.nothingBlocksBut(START));
    }

    @Test
    void nothingIsFiredAndForgotten() {
        check(ReactiveRules.nothingIsFiredAndForgottenBut());
    }

    /** The rules that the testkit has for everybody. */
    @Test
    void theReviewGateIsPassed() {
        check(SluiceRules.noExternalIoInTransactions());
        check(SluiceRules.noPrivatePools());
        check(SluiceRules.noTenantlessAccess());
        check(SluiceRules.noBlocking(START));
    }
}
