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

    /** The pool may name the driver's options; everything that is said on the wire goes through the session. */
    @Test
    void theSessionAloneTouchesDriverTypes() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.sluice.r2dbc.session..", "dev.sluice.r2dbc.pool..", "io.r2dbc.postgresql..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.r2dbc.postgresql.."));
    }

    @Test
    void nothingBlocksAndNothingIsFiredAndForgotten() {
        check(ReactiveRules.NOTHING_BLOCKS);
        check(ReactiveRules.nothingIsFiredAndForgottenBut(
                "DefaultLeases.recoverUnattended", "SessionPool.giveUp", "SessionPool.hangUp"));
    }
}
