package dev.sluice.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Sluice;
import dev.sluice.access.Access;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class TenantByDefaultTest {

    interface Probe {

        Mono<String> one();

        Flux<String> many();

        Mono<String> broken();
    }

    @Nested
    @SluiceTest(tenant = "acme")
    class WithATenant {

        @Test
        void everyCallWithoutATenantRunsAsThatOne(Sluice sluice) {
            Probe probe = sluice.repository(Probe.class);

            assertThat(probe.one().block()).isEqualTo("acme");
            assertThat(probe.many().blockFirst()).isEqualTo("acme");
            assertThat(sluice.inTransaction(probe::one).block()).isEqualTo("acme");
            assertThat(sluice.sql("select 1")
                            .bind("a", 1)
                            .as(String.class)
                            .one()
                            .block())
                    .isEqualTo("acme");
        }

        @Test
        void aTenantOfTheContextStays(Sluice sluice) {
            Probe probe = sluice.repository(Probe.class);

            assertThat(probe.one().contextWrite(Access.tenant("globex")).block())
                    .isEqualTo("globex");
            assertThat(sluice.inTransaction(() -> probe.one().contextWrite(Access.tenant("globex")))
                            .block())
                    .isEqualTo("globex");
        }

        @Test
        void errorsComeAsTheyAreThrown(Sluice sluice) {
            Probe probe = sluice.repository(Probe.class);

            assertThatThrownBy(probe::broken).isExactlyInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void aViewEqualsItselfAlone(Sluice sluice) {
            Probe probe = sluice.repository(Probe.class);

            assertThat(Set.of(probe)).contains(probe).doesNotContain(sluice.repository(Probe.class));
        }
    }

    @Nested
    @SluiceTest
    class WithoutATenant {

        @Test
        void nobodyIsTheDefault(Sluice sluice) {
            assertThat(sluice.repository(Probe.class).one().block()).isEqualTo("nobody");
        }
    }
}
