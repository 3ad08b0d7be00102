package dev.sluice.rules;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The negative controls: each rule fails on a class that breaks it, and passes on one that keeps it. */
class ReactiveRulesTest {

    @Test
    void blockingOnAPublisherIsFound() {
        assertThatThrownBy(() -> ReactiveRules.NOTHING_BLOCKS.check(classes(Blocks.class)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("blockLast");
    }

    @Test
    void aBareSubscribeIsFound() {
        assertThatThrownBy(() -> ReactiveRules.nothingIsFiredAndForgottenBut("Fires.elsewhere")
                        .check(classes(Fires.class)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("subscribe");
    }

    @Test
    void anAuditedPlaceMayFire() {
        ReactiveRules.nothingIsFiredAndForgottenBut("Fires.fire").check(classes(Fires.class));
    }

    @Test
    void composingAndHandlingErrorsPasses() {
        ReactiveRules.NOTHING_BLOCKS.check(classes(Composes.class));
        ReactiveRules.nothingIsFiredAndForgottenBut().check(classes(Composes.class));
    }

    private static JavaClasses classes(Class<?> type) {
        return new ClassFileImporter().importClasses(type);
    }

    private static final class Blocks {
        Integer last() {
            return Flux.just(1).blockLast();
        }
    }

    private static final class Fires {
        void fire() {
            Mono.just(1).subscribe();
        }
    }

    private static final class Composes {
        void compose() {
            Mono.just(1).then().subscribe(ignored -> {}, error -> {
                throw new IllegalStateException(error);
            });
        }
    }
}
