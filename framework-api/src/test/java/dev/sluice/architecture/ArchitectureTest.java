package dev.sluice.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import dev.sluice.rules.ModuleRules;
import dev.sluice.rules.ReactiveRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModuleRules {

    @Test
    void theContractsRestOnReactorAndTheR2dbcSpiAlone() {
        check(classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.sluice..",
                        "java..",
                        "reactor..",
                        "org.reactivestreams..",
                        "io.r2dbc.spi..",
                        "org.jspecify.."));
    }

    @Test
    void nothingBlocksAndNothingIsFiredAndForgotten() {
        check(ReactiveRules.NOTHING_BLOCKS);
        check(ReactiveRules.nothingIsFiredAndForgottenBut());
    }
}
