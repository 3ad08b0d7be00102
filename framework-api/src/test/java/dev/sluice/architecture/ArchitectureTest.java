package dev.sluice.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import dev.sluice.rules.ModuleRules;
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
}
