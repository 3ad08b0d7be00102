package dev.sluice.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The rules that hold in every module, checked on its compiled main classes. A module extends this class once, as
 * {@code ArchitectureTest}, and adds its own arrows with {@link #check(ArchRule)}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ModuleRules {

    private final JavaClasses classes = mainClassesBeside(getClass());

    /** For subclasses. */
    protected ModuleRules() {}

    /**
     * Checks a rule on the main classes of this module.
     *
     * @param rule the rule; one that matches no class passes
     */
    protected final void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(classes);
    }

    @Test
    void noTwoPackagesDependOnEachOther() {
        check(SlicesRuleDefinition.slices()
                .assignedFrom(new PackageByPackage())
                .should()
                .beFreeOfCycles());
    }

    @Test
    void packagesAreNamedAfterFeatures() {
        check(noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..impl..", "..model..", "..exception.."));
    }

    /** To be narrowed by a module whose users are promised console output. */
    @Test
    protected void nothingPrintsToTheConsoleOrLogsAroundSlf4j() {
        check(GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS);
        check(GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
    }

    @Test
    void blockingOnAParallelThreadFailsWhichProvesThatBlockHoundIsOn() {
        Mono<Void> blocking =
                Mono.<Void>fromRunnable(ModuleRules::sleepOneMilli).subscribeOn(Schedulers.parallel());

        assertThatThrownBy(blocking::block).hasRootCauseInstanceOf(BlockingOperationError.class);
    }

    private static void sleepOneMilli() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JavaClasses mainClassesBeside(Class<?> test) {
        try {
            Path testClasses = Path.of(
                    test.getProtectionDomain().getCodeSource().getLocation().toURI());
            Path mainClasses = testClasses.resolveSibling("classes");
            List<Path> existing = Files.isDirectory(mainClasses) ? List.of(mainClasses) : List.of();
            return new ClassFileImporter().importPaths(existing);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Cannot tell where the classes of " + test.getName() + " are", e);
        }
    }

    private static final class PackageByPackage implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
