package dev.sluice.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.library.GeneralCodingRules;
import dev.sluice.rules.ModuleRules;
import dev.sluice.rules.ReactiveRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest extends ModuleRules {

    /** What a benchmark found is what its user asked to see; JMH and jcstress generate the rest. */
    @Test
    @Override
    protected void nothingPrintsToTheConsoleOrLogsAroundSlf4j() {
        check(noClasses()
                .that()
                .doNotHaveSimpleName("Benchmarks")
                .and()
                .resideOutsideOfPackage("..jmh_generated..")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS));
        check(GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
    }

    @Test
    void nothingIsFiredAndForgotten() {
        check(ReactiveRules.nothingIsFiredAndForgottenBut());
    }
}
