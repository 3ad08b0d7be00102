package dev.sluice.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterProvidersTest {

    @Test
    void aProviderIsFoundByItsName() {
        assertThat(ClusterProviders.select("embedded").name()).isEqualTo("embedded");
    }

    @Test
    void autoTakesTheFirstThatIsAvailableAndPrepared() {
        ClusterProvider absent = new Fake("absent", 1, Optional.of("no engine"), Optional.empty());
        ClusterProvider unprepared = new Fake("unprepared", 2, Optional.empty(), Optional.of("no image"));
        ClusterProvider ready = new Fake("ready", 3, Optional.empty(), Optional.empty());

        assertThat(ClusterProviders.select("auto", ready, unprepared, absent)).isSameAs(ready);
        assertThat(ClusterProviders.select("unprepared", ready, unprepared, absent))
                .as("asked for by name, it may download")
                .isSameAs(unprepared);
        assertThatThrownBy(() -> ClusterProviders.select("auto", unprepared, absent))
                .hasMessageContaining("absent=no engine")
                .hasMessageContaining("unprepared=no image");
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> ClusterProviders.select("podman"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sluice.testkit.provider: 'podman' (expected: auto, containers, embedded)");
    }

    @Test
    void aSpecOutOfRangeIsRefused() {
        assertThatThrownBy(() -> ClusterSpec.withStandbys(9)).hasMessage("standbys: 9 (expected: 0 to 8)");
        assertThatThrownBy(() -> new ClusterSpec(0, 19)).hasMessage("max connections: 19 (expected: >= 20)");
    }

    @Test
    void noPasswordIsInATextForm() {
        Logins logins = Logins.random();

        assertThat(logins + " " + logins.of(Role.APP)).doesNotContain(logins.secret());
    }

    private record Fake(String name, int order, Optional<String> unavailable, Optional<String> unprepared)
            implements ClusterProvider {

        @Override
        public SluiceCluster start(ClusterSpec spec) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SluiceCluster share() {
            throw new UnsupportedOperationException();
        }
    }
}
