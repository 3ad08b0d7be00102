package dev.sluice.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.sluice.rules.ModuleRules;
import dev.sluice.rules.ReactiveRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModuleRules {

    @Test
    void theStarterKnowsNeitherTheDriverNorTheTestkit() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.r2dbc.postgresql..", "dev.sluice.testkit..", "dev.sluice.reference.."));
    }

    @Test
    void nothingBlocksAndNothingIsFiredAndForgotten() {
        check(ReactiveRules.nothingBlocksBut("ConnectedSluice.await"));
        check(ReactiveRules.nothingIsFiredAndForgottenBut());
    }
}
