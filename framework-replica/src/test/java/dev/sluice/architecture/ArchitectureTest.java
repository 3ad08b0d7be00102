package dev.sluice.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.sluice.rules.ModuleRules;
import dev.sluice.rules.ReactiveRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModuleRules {

    @Test
    void noSpringTypeIsNeeded() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "dev.sluice.spring.."));
    }

    @Test
    void nothingBlocksAndNothingIsFiredAndForgotten() {
        check(ReactiveRules.NOTHING_BLOCKS);
        check(ReactiveRules.nothingIsFiredAndForgottenBut());
    }
}
