package dev.sluice.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import dev.sluice.rules.ModuleRules;
import dev.sluice.rules.ReactiveRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModuleRules {

    @Test
    void contractsAreAllThatItKnowsOfSluice() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "dev.sluice.spring..",
                        "dev.sluice.r2dbc..",
                        "dev.sluice.replica..",
                        "dev.sluice.testkit.."));
    }

    /** Lettuce's types stay behind one door, so that another client is another package. */
    @Test
    void oneTypeOfPackageTouchesRedis() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("dev.sluice.cache.redis..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.lettuce.."));
    }

    @Test
    void nothingBlocksAndNothingIsFiredAndForgotten() {
        check(ReactiveRules.NOTHING_BLOCKS);
        check(ReactiveRules.nothingIsFiredAndForgottenBut());
    }
}
