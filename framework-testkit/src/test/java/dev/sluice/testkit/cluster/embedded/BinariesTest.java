package dev.sluice.testkit.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BinariesTest {

    @Test
    void thereAreSomeForLinux() {
        assertThat(Binaries.archive("Linux", "amd64")).isPresent();
    }

    /** Else {@code auto} would take local processes there, and never reach containers. */
    @Test
    void thereAreNoneForWindowsWhateverIsOnTheClassPath() {
        assertThat(Binaries.archive("Windows 11", "amd64")).isEmpty();
    }
}
